import { Stack, type StackProps, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { FunctionName } from '../../scripts/build/function-budgets.ts';
import type { DeploymentConfig } from '../config.ts';
import { NoticeApi } from '../constructs/notice-api.ts';
import { RtsFunction } from '../constructs/rts-function.ts';
import { FUNCTIONS } from '../functions.ts';
import { acknowledgeSecretsWildcard, statementsOf } from '../least-privilege.ts';
import { PERMISSIONS } from '../permissions.ts';
import type { StatefulStack } from './stateful.ts';

interface StatelessProps extends StackProps {
  readonly config: DeploymentConfig;
  readonly stateful: StatefulStack;
  /** Folder with one bundle per function. */
  readonly bundles: string;
}

/** Everything that can be thrown away and made again: functions, the front door, the clock. */
export class StatelessStack extends Stack {
  readonly functions: Readonly<Record<FunctionName, RtsFunction>>;
  readonly api: NoticeApi;
  readonly schedule: scheduler.CfnSchedule;

  constructor(scope: Construct, id: string, props: StatelessProps) {
    super(scope, id, props);
    acknowledgeSecretsWildcard(this, props.stateful);
    const make = (name: FunctionName, reservedConcurrency?: number) =>
      this.#function(name, props, reservedConcurrency);
    const { config } = props;
    this.functions = {
      // What floods the front door must not take the account's whole concurrency.
      gateway: make('gateway', config.gatewayConcurrency),
      worker: make('worker'),
      scheduler: make('scheduler'),
      bulk: make('bulk'),
      activity: make('activity'),
      admin: make('admin'),
    };
    this.#consume('worker', props.stateful, config.workerConcurrency);
    this.#consume('bulk', props.stateful, config.bulkConcurrency);
    this.#consume('activity', props.stateful, config.activityConcurrency);
    this.api = new NoticeApi(this, 'FrontDoor', {
      gateway: this.functions.gateway.function,
      admin: this.functions.admin.function,
      ...config,
    });
    this.functions.admin.function.addEnvironment('RTS_GATEWAY_URL', this.api.url);
    if (config.packageVersionId !== undefined) {
      const { function: admin } = this.functions.admin;
      admin.addEnvironment('RTS_PACKAGE_VERSION_ID', config.packageVersionId);
    }
    this.schedule = this.#everyMinute();
  }

  #function(
    name: FunctionName,
    { stateful, bundles, config }: StatelessProps,
    reservedConcurrency?: number,
  ): RtsFunction {
    return new RtsFunction(this, capitalised(name), {
      name,
      bundles,
      environment: environmentOf(name, stateful),
      statements: statementsOf(name, stateful),
      logRetentionDays: config.logRetentionDays,
      ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    });
  }

  /** `maxConcurrency` brakes here; reserved concurrency would send what is throttled to the dead letters. */
  #consume(name: FunctionName, { queues }: StatefulStack, maxConcurrency: number): void {
    const { consumes } = FUNCTIONS[name];
    if (consumes === undefined) return;
    const mapping = new lambda.EventSourceMapping(this, `${capitalised(name)}Messages`, {
      target: this.functions[name].function,
      eventSourceArn: queues[consumes.queue].queue.queueArn,
      batchSize: consumes.batchSize,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason: 'What fails goes to the dead letters of the queue itself.',
    });
  }

  /** A sweep that failed is made up for by the next minute's. The role may invoke this one function. */
  #everyMinute(): scheduler.CfnSchedule {
    const { functionArn } = this.functions.scheduler.function;
    const invoking = new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [functionArn],
    });
    const role = new iam.Role(this, 'EveryMinuteRole', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
      inlinePolicies: { Invoke: new iam.PolicyDocument({ statements: [invoking] }) },
    });
    return new scheduler.CfnSchedule(this, 'EveryMinute', {
      description: 'Who is quiet, what is due, what got lost.',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
    });
  }
}

/** The variables of `lambdas/config.ts`: only what the function may use. */
function environmentOf(name: FunctionName, stateful: StatefulStack): Record<string, string> {
  const { tables, queues, bus, adminTopic, parameterPrefix } = stateful;
  const permissions = PERMISSIONS[name];
  const { notices, bulk, activities } = queues;
  const sends = new Set(permissions.sendsTo);
  return {
    RTS_CONTROL_TABLE: tables.control.tableName,
    RTS_PARAMETER_PREFIX: parameterPrefix,
    ...(permissions.tables.mirror !== undefined && { RTS_MIRROR_TABLE: tables.mirror.tableName }),
    ...(permissions.tables.feed !== undefined && { RTS_FEED_TABLE: tables.feed.tableName }),
    // Who reads the feed opens it as those do who append to it.
    ...(permissions.tables.feed !== undefined && { RTS_EVENT_BUS: bus.eventBusName }),
    ...(sends.has('notices') && { RTS_NOTICE_QUEUE_URL: notices.queue.queueUrl }),
    ...(sends.has('bulk') && { RTS_BULK_QUEUE_URL: bulk.queue.queueUrl }),
    ...(sends.has('activities') && { RTS_ACTIVITY_QUEUE_URL: activities.queue.queueUrl }),
    ...(permissions.collectsDeadLetters === true && {
      RTS_NOTICE_DEAD_LETTER_URL: notices.deadLetters.queueUrl,
      RTS_BULK_DEAD_LETTER_URL: bulk.deadLetters.queueUrl,
      RTS_ACTIVITY_DEAD_LETTER_URL: activities.deadLetters.queueUrl,
    }),
    ...(permissions.notifiesAdmins === true && { RTS_ADMIN_TOPIC_ARN: adminTopic.topicArn }),
    ...(name === 'admin' && {
      RTS_PAGE_DIR: '/var/task/page',
      RTS_PACKAGE_DIR: '/var/task/package',
    }),
  };
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
