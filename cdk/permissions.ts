import type { FunctionName } from '../scripts/build/function-budgets.ts';
import type { QueueName, TableName } from './functions.ts';

/** What a function may do, by resource: exactly what it does, found by running everything with each one taken away. */
export interface Permissions {
  readonly tables: Readonly<Partial<Record<TableName, readonly string[]>>>;
  /** Look-ups by e-mail, owner, org: the indexes of a table are resources of their own. */
  readonly indexes?: readonly string[];
  readonly sendsTo?: readonly QueueName[];
  /** Takes over what the redrive policies set aside. */
  readonly collectsDeadLetters?: boolean;
  readonly secrets: readonly ('GetParameter' | 'PutParameter' | 'DeleteParameter')[];
  readonly announces?: boolean;
  readonly notifiesAdmins?: boolean;
}

const READ = ['GetItem', 'Query'] as const;
const WRITE = ['PutItem', 'UpdateItem', 'DeleteItem'] as const;
const MIRROR = [...READ, 'PutItem', 'UpdateItem', 'BatchGetItem'] as const;
const FEED = [...READ, 'PutItem', 'UpdateItem'] as const;

/** Salesforce may replace a refresh token with any use: whoever signs in must be able to store the next one. */
const SIGNS_IN = ['GetParameter', 'PutParameter'] as const;

export const PERMISSIONS: Readonly<Record<FunctionName, Permissions>> = {
  gateway: {
    tables: { control: ['GetItem', 'PutItem', 'UpdateItem'] },
    sendsTo: ['notices'],
    secrets: ['GetParameter'],
  },
  worker: {
    tables: { control: [...READ, ...WRITE, 'BatchGetItem'], mirror: MIRROR, feed: FEED },
    indexes: ['passes'],
    sendsTo: ['notices', 'bulk'],
    secrets: SIGNS_IN,
    announces: true,
  },
  scheduler: {
    tables: { control: [...READ, 'PutItem', 'BatchGetItem'] },
    indexes: ['orgs', 'passes'],
    sendsTo: ['bulk', 'activities'],
    collectsDeadLetters: true,
    secrets: [],
    notifiesAdmins: true,
  },
  bulk: {
    tables: {
      control: [...READ, ...WRITE, 'BatchGetItem', 'BatchWriteItem'],
      mirror: [...MIRROR, 'DeleteItem', 'BatchWriteItem'],
      feed: [...FEED, 'BatchWriteItem'],
    },
    indexes: ['passes'],
    sendsTo: ['notices', 'bulk'],
    secrets: [...SIGNS_IN, 'DeleteParameter'],
    announces: true,
  },
  activity: {
    tables: {
      control: [...READ, ...WRITE, 'BatchGetItem'],
      mirror: ['BatchGetItem'],
    },
    indexes: ['passes', 'email'],
    sendsTo: ['activities'],
    secrets: SIGNS_IN,
  },
  admin: {
    tables: {
      control: [...READ, ...WRITE, 'BatchGetItem', 'BatchWriteItem'],
      // Erasing a person takes values out of what is stored.
      mirror: [...READ, 'PutItem', 'BatchGetItem'],
      feed: [...READ, 'UpdateItem'],
    },
    indexes: ['passes', 'email', 'owner'],
    sendsTo: ['notices', 'bulk', 'activities'],
    secrets: SIGNS_IN,
  },
};
