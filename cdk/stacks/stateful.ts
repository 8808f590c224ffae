import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DeploymentConfig } from '../config.ts';
import { DefinitionTable } from '../constructs/definition-table.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import { FUNCTIONS, type QueueName, TABLE_DEFINITIONS, type TableName } from '../functions.ts';

interface StatefulProps extends StackProps {
  readonly config: DeploymentConfig;
}

/** What must outlive every deployment: tables, queues, the bus of changes, the topic for admins. */
export class StatefulStack extends Stack {
  readonly tables: Readonly<Record<TableName, DefinitionTable>>;
  readonly queues: Readonly<Record<QueueName, WorkQueue>>;
  readonly bus: events.EventBus;
  readonly adminTopic: sns.Topic;
  /** Secrets of orgs are parameters below this path, made when an org is connected. No slash at the end. */
  readonly parameterPrefix: string;

  constructor(scope: Construct, id: string, { config, ...props }: StatefulProps) {
    super(scope, id, props);
    this.tables = {
      control: new DefinitionTable(this, 'Control', TABLE_DEFINITIONS.control),
      mirror: new DefinitionTable(this, 'Mirror', TABLE_DEFINITIONS.mirror),
      feed: new DefinitionTable(this, 'Feed', TABLE_DEFINITIONS.feed),
    };
    const { deadLetterDays } = config;
    this.queues = {
      notices: new WorkQueue(this, 'Notices', {
        timeoutSeconds: FUNCTIONS.worker.timeoutSeconds,
        deadLetterDays,
      }),
      activities: new WorkQueue(this, 'Activities', {
        timeoutSeconds: FUNCTIONS.activity.timeoutSeconds,
        deadLetterDays,
      }),
      bulk: new WorkQueue(this, 'Bulk', {
        timeoutSeconds: FUNCTIONS.bulk.timeoutSeconds,
        deadLetterDays,
      }),
    };
    this.bus = new events.EventBus(this, 'Changes', {
      description: 'Every applied change of a mirrored record.',
    });
    this.bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.adminTopic = new sns.Topic(this, 'AdminTopic', {
      displayName: `Mixmax Real-Time Sync (${config.stage})`,
      masterKey: topicKey(this),
      enforceSSL: true,
    });
    this.parameterPrefix = `/rts/${config.stage}/orgs`;
    new CfnOutput(this, 'ControlTable', { value: this.tables.control.tableName });
    new CfnOutput(this, 'MirrorTable', { value: this.tables.mirror.tableName });
    new CfnOutput(this, 'FeedTable', { value: this.tables.feed.tableName });
    new CfnOutput(this, 'Region', { value: this.region });
    new CfnOutput(this, 'ParameterPrefix', { value: this.parameterPrefix });
    new CfnOutput(this, 'EventBus', { value: this.bus.eventBusName });
  }
}

/** CloudWatch may not publish to a topic under AWS's own key: alarms would be lost without a word. */
function topicKey(stack: Stack): kms.Key {
  const key = new kms.Key(stack, 'TopicKey', {
    description: 'Encrypts notices to admins and alarms.',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  );
  return key;
}
