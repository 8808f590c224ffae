import {
  CONTROL_TABLE,
  FEED_TABLE,
  MIRROR_TABLE,
  type TableDefinition,
} from '../lambdas/adapters/aws/tables.ts';
import type { FunctionName } from '../scripts/build/function-budgets.ts';

/** A queue that a function takes messages from. */
interface Consumption {
  readonly queue: QueueName;
  readonly batchSize: number;
}

export type QueueName = 'notices' | 'bulk' | 'activities';
export type TableName = 'control' | 'mirror' | 'feed';

export const TABLE_DEFINITIONS: Readonly<Record<TableName, TableDefinition>> = {
  control: CONTROL_TABLE,
  mirror: MIRROR_TABLE,
  feed: FEED_TABLE,
};

export interface FunctionPlan {
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly consumes?: Consumption;
}

/**
 * Size and time of each function. A queue's visibility time-out follows from its consumer's (six times as long, as
 * Lambda asks for); with it comes when a message is delivered again after a crash.
 */
export const FUNCTIONS: Readonly<Record<FunctionName, FunctionPlan>> = {
  gateway: {
    description:
      'Takes signed change notices from Salesforce: verifies, checks conditions, queues.',
    memoryMb: 512,
    // Apex gives a callout ten seconds by default in our sender; an answer after that is of no use.
    timeoutSeconds: 10,
  },
  worker: {
    description: 'Applies change notices to the mirror and announces what changed.',
    memoryMb: 1_024,
    timeoutSeconds: 60,
    consumes: { queue: 'notices', batchSize: 10 },
  },
  scheduler: {
    description: 'Every minute: who is quiet, what is due, what got lost.',
    memoryMb: 512,
    timeoutSeconds: 50,
  },
  bulk: {
    description: 'Audits and interval syncs, step by step: one page of a Bulk API job per step.',
    memoryMb: 1_769,
    timeoutSeconds: 300,
    consumes: { queue: 'bulk', batchSize: 1 },
  },
  activity: {
    description: 'Writes Mixmax activity to Salesforce as Tasks and Events.',
    memoryMb: 1_024,
    timeoutSeconds: 60,
    consumes: { queue: 'activities', batchSize: 10 },
  },
  admin: {
    description: 'The HTTP API and the admin page.',
    memoryMb: 1_024,
    timeoutSeconds: 29,
  },
};
