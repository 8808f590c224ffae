import { FUNCTIONS } from '../../cdk/functions.ts';
import type { FunctionSpending, Spending } from '../bench/cloud/measure.ts';
import type { CloudMeasurement } from '../bench/cloud.ts';
import type { FunctionName } from '../build/function-budgets.ts';
import type { PriceName } from './prices.ts';

/** How much of what is billed, by the name of its price. */
export type Quantities = Readonly<Partial<Record<PriceName, number>>>;

/** A whole processor on Lambda comes with so much memory: a function with less gets its share. */
const MEMORY_OF_ONE_CPU_MB = 1_769;
/** A request to DynamoDB or SQS within a region. Assumed; here they take what this machine takes. */
const REQUEST_MS = 5;
/** The worker writes records side by side. */
const WRITES_AT_ONCE = 32;
/** What Lambda adds to a log for each invocation: START, END, REPORT. */
const PLATFORM_LOG_BYTES = 350;
const GB = 1_000_000_000;

/**
 * What a notice and what a record in it make AWS bill. From two measured loads, of few and of many records a notice,
 * as two equations: what both share belongs to the notice, the rest to its records.
 */
export function perNoticeAndRecord({ loads }: CloudMeasurement): {
  readonly notice: Quantities;
  readonly record: Quantities;
} {
  const [many, few] = loads;
  if (many === undefined || few === undefined) throw new Error('Two loads must be measured.');
  const [ofMany, ofFew] = [many, few].map((load) =>
    scaled({ ...billed(load.spending), apiRequests: load.notices }, 1 / load.notices),
  ) as [Quantities, Quantities];
  const apart = many.recordsPerNotice - few.recordsPerNotice;
  const record = combined(ofMany, ofFew, (more = 0, less = 0) => Math.max(0, more - less) / apart);
  const notice = combined(ofFew, record, (whole = 0, one = 0) =>
    Math.max(0, whole - one * few.recordsPerNotice),
  );
  return { notice, record };
}

/** What functions did, in what AWS bills. */
export function billed(spending: Spending): Quantities {
  return Object.entries(spending)
    .map(([name, one]) => billedFunction(name as FunctionName, one))
    .reduce((sum, one) => added(sum, one), {});
}

function billedFunction(name: FunctionName, one: FunctionSpending): Quantities {
  return {
    lambdaRequests: one.invocations,
    lambdaGbSeconds: (FUNCTIONS[name].memoryMb / 1_024) * (durationMs(name, one) / 1_000),
    sqsRequests: queueRequests(name, one),
    dynamoReads: one.readUnits,
    dynamoWrites: one.writeUnits,
    busEvents: one.events,
    logIngestion: (one.logBytes + one.invocations * PLATFORM_LOG_BYTES) / GB,
  };
}

/**
 * What is sent counts by 64 kB, and so does what is taken. Who consumes a queue asks twice a batch: it takes and it deletes;
 * asking an empty queue is counted by the month, for the stand-in asks at another pace than Lambda.
 */
function queueRequests(
  name: FunctionName,
  { invocations, requests, sentPieces }: FunctionSpending,
) {
  const sends = requests['sqs:SendMessage'] ?? 0;
  const collected = (requests['sqs:ReceiveMessage'] ?? 0) + (requests['sqs:DeleteMessage'] ?? 0);
  const asked = FUNCTIONS[name].consumes === undefined ? collected : 2 * invocations;
  return sentPieces + (sentPieces - sends) + asked;
}

/** Lambda bills time: the processor's, longer by the share of one that comes with the memory, and the waiting for AWS. */
function durationMs(name: FunctionName, { cpuMs, requests }: FunctionSpending): number {
  const share = Math.min(1, FUNCTIONS[name].memoryMb / MEMORY_OF_ONE_CPU_MB);
  const puts = requests['dynamodb:PutItem'] ?? 0;
  const own = Object.entries(requests)
    .filter(
      ([action]) =>
        !['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].includes(action),
    )
    .reduce((sum, [, count]) => sum + count, 0);
  return cpuMs / share + (own - puts + puts / WRITES_AT_ONCE) * REQUEST_MS;
}

export function added(left: Quantities, right: Quantities): Quantities {
  return combined(left, right, (a = 0, b = 0) => a + b);
}

export function scaled(quantities: Quantities, by: number): Quantities {
  return combined(quantities, {}, (a = 0) => a * by);
}

function combined(
  left: Quantities,
  right: Quantities,
  work: (left: number | undefined, right: number | undefined) => number,
): Quantities {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]) as Set<PriceName>;
  return Object.fromEntries([...names].map((name) => [name, work(left[name], right[name])]));
}
