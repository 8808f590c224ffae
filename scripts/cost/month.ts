import { ALARMS } from '../../cdk/alarms.ts';
import { FUNCTIONS } from '../../cdk/functions.ts';
import { OWN_METRICS } from '../../cdk/own-metrics.ts';
import type { CloudMeasurement } from '../bench/cloud.ts';
import { PRICES, type PriceName } from './prices.ts';
import { added, billed, perNoticeAndRecord, type Quantities, scaled } from './spending-model.ts';

/** What a month is to be priced for. */
export interface Usage {
  readonly orgs: number;
  /** Of one org: records saved, deleted or undeleted. */
  readonly changesPerDay: number;
  readonly recordsPerNotice: number;
  /** Of one org: records in the mirror. */
  readonly records: number;
  readonly recordKb: number;
}

/** A line of the bill. */
export interface Line {
  readonly what: string;
  readonly quantity: number;
  readonly price: PriceName;
  readonly usd: number;
  readonly because: string;
}

const DAYS = 30;
const MINUTES = DAYS * 24 * 60;
const HOURS = DAYS * 24;
const KB_PER_GB = 1_000_000;
/** DynamoDB adds so much to each item. */
const ITEM_OVERHEAD_KB = 0.1;
/** Lambda asks an idle queue by five pollers, each for 20 seconds: so many requests a minute. */
const IDLE_POLLS_A_MINUTE = 15;
const FEED_DAYS = 7;
/** An event of the feed, packed with others. */
const FEED_EVENT_KB = 0.3;

const CONSUMERS = Object.values(FUNCTIONS).filter(({ consumes }) => consumes !== undefined).length;

/** Why each price is met, in words. */
const BECAUSE: Readonly<Record<PriceName, string>> = {
  apiRequests: 'one a notice',
  lambdaRequests: 'gateway once a notice, worker once a batch, the clock every minute',
  lambdaGbSeconds: 'measured processor time, and waiting for DynamoDB and SQS',
  sqsRequests: 'a notice is sent, taken and deleted, by 64 kB; Lambda asks idle queues',
  dynamoWrites: 'each changed record, its line in the feed, when Apex was last seen',
  dynamoReads: 'each record is looked at before it is written',
  dynamoStorage: 'records, a week of the feed',
  dynamoRecovery: 'the same again, recoverable to any second',
  busEvents: 'each change is announced',
  logIngestion: 'lines and metrics of functions, and what Lambda adds to each invocation',
  metrics: 'what the functions measure themselves',
  alarms: 'one each',
  compositeAlarms: 'the mirror is stale',
  dashboards: 'one',
  keys: 'of the admins’ topic',
  schedules: 'one a minute',
};

/** What changes bring, and what is there anyway, line by line. */
export function month(measured: CloudMeasurement, usage: Usage): readonly Line[] {
  const changes = usage.orgs * usage.changesPerDay * DAYS;
  const quantities = [
    changesOnly(measured, changes, usage.recordsPerNotice),
    scaled(billed(measured.minute), MINUTES),
    scaled(billed(measured.hour), HOURS * usage.orgs),
    standing(usage, changes),
  ].reduce(added);
  return linesOf(quantities);
}

/** A million changed records by themselves: what the price of growth is. */
export function perMillion(measured: CloudMeasurement, recordsPerNotice: number): readonly Line[] {
  return linesOf(changesOnly(measured, 1_000_000, recordsPerNotice));
}

export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

function changesOnly(measured: CloudMeasurement, changes: number, perNotice: number): Quantities {
  const { notice, record } = perNoticeAndRecord(measured);
  return added(scaled(notice, changes / perNotice), scaled(record, changes));
}

function standing({ orgs, records, recordKb }: Usage, changes: number): Quantities {
  const recordGb = (orgs * records * (recordKb + ITEM_OVERHEAD_KB)) / KB_PER_GB;
  const feedGb = (changes * (FEED_DAYS / DAYS) * FEED_EVENT_KB) / KB_PER_GB;
  return {
    sqsRequests: CONSUMERS * IDLE_POLLS_A_MINUTE * MINUTES,
    dynamoStorage: recordGb + feedGb,
    dynamoRecovery: recordGb + feedGb,
    metrics: Object.keys(OWN_METRICS).length,
    alarms: Object.keys(ALARMS).length,
    compositeAlarms: 1,
    dashboards: 1,
    keys: 1,
    schedules: MINUTES,
  };
}

function linesOf(quantities: Quantities): readonly Line[] {
  const names = Object.keys(PRICES) as PriceName[];
  return names.flatMap((price) => {
    const quantity = quantities[price] ?? 0;
    if (quantity === 0) return [];
    const { usd, per, unit } = PRICES[price];
    return [{ what: unit, quantity, price, usd: (quantity / per) * usd, because: BECAUSE[price] }];
  });
}
