import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ALARMS, type AlarmPlan } from '../alarms.ts';
import type { DeploymentConfig } from '../config.ts';
import { OWN_METRICS } from '../own-metrics.ts';
import type { StatefulStack } from './stateful.ts';
import type { StatelessStack } from './stateless.ts';

interface MonitoringProps extends StackProps {
  readonly config: DeploymentConfig;
  readonly stateful: StatefulStack;
  readonly stateless: StatelessStack;
}

/** Of the metrics that the functions write themselves (`powertools-telemetry.ts`). */
const NAMESPACE = 'MixmaxRts';
const FIVE_MINUTES = Duration.minutes(5);

/** A dashboard, and alarms to the admins' topic. Each alarm has its entry in docs/operations.md, by its name. */
export class MonitoringStack extends Stack {
  readonly alarms: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id, props);
    const { config, stateful } = props;
    if (config.alarmEmail !== undefined) {
      stateful.adminTopic.addSubscription(new EmailSubscription(config.alarmEmail));
    }
    const notify = new SnsAction(stateful.adminTopic);
    this.alarms = Object.entries(ALARMS).map(([name, plan]) =>
      this.#alarm(name, plan, metricsOf(props), notify),
    );
    this.#mirrorIsStale(notify);
    this.#dashboard(props);
  }

  #alarm(
    name: string,
    plan: AlarmPlan,
    metrics: Readonly<Record<string, cloudwatch.IMetric>>,
    notify: SnsAction,
  ): cloudwatch.Alarm {
    const metric = metrics[plan.metric];
    if (metric === undefined)
      throw new Error(`The alarm ${name} watches ${plan.metric}, which is no metric.`);
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmDescription: `${plan.meaning} See docs/operations.md, ${name}.`,
      metric,
      threshold: plan.threshold,
      evaluationPeriods: plan.periods,
      comparisonOperator: plan.below
        ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: plan.silenceIsTrouble
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    // What only makes the composite alarm is told by it.
    if (!plan.onlyComposite) {
      alarm.addAlarmAction(notify);
      alarm.addOkAction(notify);
    }
    return alarm;
  }

  /** One page for the one thing that must not stay unseen: records that are missing or stale. */
  #mirrorIsStale(notify: SnsAction): void {
    const parts = this.alarms.filter(({ node }) => ALARMS[node.id]?.stalesMirror === true);
    const composite = new cloudwatch.CompositeAlarm(this, 'MirrorIsStale', {
      alarmDescription:
        'The mirror does not follow Salesforce. See docs/operations.md, MirrorIsStale.',
      alarmRule: cloudwatch.AlarmRule.anyOf(...parts),
    });
    composite.addAlarmAction(notify);
    composite.addOkAction(notify);
  }

  #dashboard(props: MonitoringProps): void {
    const metrics = metricsOf(props);
    const graph = (title: string, ...names: readonly string[]) =>
      new cloudwatch.GraphWidget({
        title,
        width: 12,
        left: names.flatMap((name) => metrics[name] ?? []),
      });
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: `MixmaxRts-${props.config.stage}`,
      widgets: [
        [
          graph('Notices', 'NoticesAccepted', 'NoticesApplied', 'SignatureRejected'),
          graph('Front door', 'ApiServerErrors', 'ApiClientErrors'),
        ],
        [
          graph('Oldest message, seconds', 'OldestNotice', 'OldestBulkMessage', 'OldestActivity'),
          graph('Dead letters', 'DeadLetters', 'MessagesParked'),
        ],
        [graph('Functions', 'Errors', 'Throttles'), graph('Bulk rows', 'BulkRowsImported')],
        [
          graph('Completeness, minutes behind', 'CompleteThroughAgeMinutes'),
          graph('Lag from save to mirror, seconds', 'NoticeLagSeconds'),
        ],
        [
          graph('Left of the orgs’ API requests, percent', 'QuotaLeftPercent'),
          graph('Writes', 'WritesApplied', 'WritesStale', 'WritesTied', 'ChangesDropped'),
        ],
        [
          graph(
            'Rejected',
            'RejectedByTime',
            'RejectedByBody',
            'RejectedBySize',
            'RejectedByRemoval',
          ),
          graph('Passes running', 'PassesRunning'),
        ],
        [
          graph('Activities', 'ActivitiesAccepted', 'ActivitiesWritten', 'ActivitiesFailed'),
          graph('Oldest calendar change, minutes', 'CalendarChangeAgeMinutes'),
        ],
      ],
    });
  }
}

/** Every metric by the name that alarms and dashboard use. */
function metricsOf({ stateful, stateless }: MonitoringProps): Record<string, cloudwatch.IMetric> {
  const functions = Object.values(stateless.functions).map(({ function: lambda }) => lambda);
  const { notices, bulk, activities } = stateful.queues;
  const sum = (what: 'Errors' | 'Throttles') => {
    const parts = functions.map((lambda, index) => [
      `${what.toLowerCase()}${index}`,
      lambda[`metric${what}`]({ period: FIVE_MINUTES }),
    ]);
    return new cloudwatch.MathExpression({
      expression: parts.map(([id]) => id).join(' + '),
      label: what,
      period: FIVE_MINUTES,
      usingMetrics: Object.fromEntries(parts),
    });
  };
  const age = ({ queue }: typeof notices) =>
    queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES });
  const dead = ({ deadLetters }: typeof notices) =>
    deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES });
  return {
    Errors: sum('Errors'),
    Throttles: sum('Throttles'),
    SweepRuns: stateless.functions.scheduler.function.metricInvocations({ period: FIVE_MINUTES }),
    OldestNotice: age(notices),
    OldestBulkMessage: age(bulk),
    OldestActivity: age(activities),
    DeadLetters: new cloudwatch.MathExpression({
      expression: 'notices + bulk + activities',
      period: FIVE_MINUTES,
      usingMetrics: { notices: dead(notices), bulk: dead(bulk), activities: dead(activities) },
    }),
    ApiServerErrors: stateless.api.api.metricServerError({ period: FIVE_MINUTES }),
    ApiClientErrors: stateless.api.api.metricClientError({ period: FIVE_MINUTES }),
    ...Object.fromEntries(
      Object.entries(OWN_METRICS).map(([name, { service, statistic }]) => [
        name,
        new cloudwatch.Metric({
          namespace: NAMESPACE,
          metricName: name,
          dimensionsMap: { service },
          statistic,
          period: FIVE_MINUTES,
        }),
      ]),
    ),
  };
}
