import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export interface IndexDefinition {
  readonly name: string;
  /** Of a local index: the table's own. */
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** A table as data, so that what is deployed and what is tested is one and the same. */
export interface TableDefinition {
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute;
  /** All sparse and of keys only. Eventually consistent: at most some seconds behind. */
  readonly globalIndexes: readonly IndexDefinition[];
  /** Consistent, of keys only. */
  readonly localIndexes: readonly IndexDefinition[];
  /** Seconds since the epoch after which DynamoDB may remove the item, some day. */
  readonly timeToLiveAttribute?: string;
  /** Whether it holds what nothing can bring back: point-in-time recovery. */
  readonly recoverable: boolean;
}

const text = (name: string): KeyAttribute => ({ name, type: 'S' });

export const ORGS_INDEX: IndexDefinition = {
  name: 'orgs',
  partitionKey: text('kind'),
  sortKey: text('orgId'),
};
export const PASSES_INDEX: IndexDefinition = {
  name: 'passes',
  partitionKey: text('pk'),
  sortKey: text('passOrder'),
};
export const EMAIL_INDEX: IndexDefinition = { name: 'email', partitionKey: text('emailKey') };
export const OWNER_INDEX: IndexDefinition = {
  name: 'owner',
  partitionKey: text('ownerKey'),
  sortKey: text('ownerOrder'),
};

/** Orgs, passes, jobs, API keys, activities. */
export const CONTROL_TABLE: TableDefinition = {
  partitionKey: text('pk'),
  sortKey: text('sk'),
  globalIndexes: [ORGS_INDEX],
  localIndexes: [PASSES_INDEX],
  timeToLiveAttribute: 'expiresAtSeconds',
  recoverable: true,
};

/** Records and their counts; an audit brings all of it back. */
export const MIRROR_TABLE: TableDefinition = {
  partitionKey: text('pk'),
  sortKey: text('sk'),
  globalIndexes: [EMAIL_INDEX, OWNER_INDEX],
  localIndexes: [],
  recoverable: false,
};

/** Batches of feed events, kept 7 days. */
export const FEED_TABLE: TableDefinition = {
  partitionKey: text('pk'),
  sortKey: { name: 'seq', type: 'N' },
  globalIndexes: [],
  localIndexes: [],
  timeToLiveAttribute: 'expiresAtSeconds',
  recoverable: false,
};

/** What creates a table where no CloudFormation does; time to live is not part of it. */
export function createTableInput(
  tableName: string,
  { partitionKey, sortKey, globalIndexes, localIndexes }: TableDefinition,
): CreateTableCommandInput {
  const keys = [partitionKey, sortKey, ...[...globalIndexes, ...localIndexes].flatMap(keysOf)];
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...types].map(([name, type]) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: keySchema(partitionKey, sortKey),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes.map(indexInput) }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes.map(indexInput) }),
  };
}

function keysOf({ partitionKey, sortKey }: IndexDefinition): KeyAttribute[] {
  return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
}

function indexInput({ name, partitionKey, sortKey }: IndexDefinition) {
  return {
    IndexName: name,
    KeySchema: keySchema(partitionKey, sortKey),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  };
}

function keySchema(partitionKey: KeyAttribute, sortKey: KeyAttribute | undefined) {
  const hash = { AttributeName: partitionKey.name, KeyType: 'HASH' as const };
  if (sortKey === undefined) return [hash];
  return [hash, { AttributeName: sortKey.name, KeyType: 'RANGE' as const }];
}
