/** A list price of AWS, in US dollars, us-east-1, without free tiers and discounts. */
interface Price {
  readonly usd: number;
  /** For how many of the unit. */
  readonly per: number;
  readonly unit: string;
  readonly source: string;
}

/** When these were looked up. Prices change: `--prices FILE` takes others. */
export const PRICES_DATE = '2026-11-22';

const M = 1_000_000;

export const PRICES = {
  apiRequests: price(
    1,
    M,
    'requests of up to 512 kB',
    'aws.amazon.com/api-gateway/pricing, HTTP APIs',
  ),
  lambdaRequests: price(0.2, M, 'invocations', 'aws.amazon.com/lambda/pricing'),
  lambdaGbSeconds: price(0.0000133334, 1, 'GB-seconds, arm64', 'aws.amazon.com/lambda/pricing'),
  sqsRequests: price(0.4, M, 'requests, 64 kB each', 'aws.amazon.com/sqs/pricing, standard queues'),
  dynamoWrites: price(0.625, M, 'write request units', 'aws.amazon.com/dynamodb/pricing/on-demand'),
  dynamoReads: price(0.125, M, 'read request units', 'aws.amazon.com/dynamodb/pricing/on-demand'),
  dynamoStorage: price(0.25, 1, 'GB-months', 'aws.amazon.com/dynamodb/pricing/on-demand'),
  dynamoRecovery: price(
    0.2,
    1,
    'GB-months of recovery',
    'aws.amazon.com/dynamodb/pricing/on-demand',
  ),
  busEvents: price(1, M, 'events of up to 64 kB', 'aws.amazon.com/eventbridge/pricing'),
  logIngestion: price(0.5, 1, 'GB of logs', 'aws.amazon.com/cloudwatch/pricing'),
  metrics: price(0.3, 1, 'metrics a month', 'aws.amazon.com/cloudwatch/pricing'),
  alarms: price(0.1, 1, 'alarms a month', 'aws.amazon.com/cloudwatch/pricing'),
  compositeAlarms: price(0.5, 1, 'composite alarms a month', 'aws.amazon.com/cloudwatch/pricing'),
  dashboards: price(3, 1, 'dashboards a month', 'aws.amazon.com/cloudwatch/pricing'),
  keys: price(1, 1, 'keys a month', 'aws.amazon.com/kms/pricing'),
  schedules: price(1, M, 'scheduled invocations', 'aws.amazon.com/eventbridge/pricing, Scheduler'),
} as const;

export type PriceName = keyof typeof PRICES;

function price(usd: number, per: number, unit: string, source: string): Price {
  return { usd, per, unit, source };
}
