import type { OrgSchema } from '../../../local/org/schema/org-schema.ts';
import type { FieldValue, FieldValues } from '../../../local/org/schema/schema.ts';
import { loadStandardSchema } from '../../../local/org/schema/standard-schema.ts';
import type {
  QueryRecord,
  QueryValue,
  SoqlEngine,
  SoqlOptions,
} from '../../../local/org/soql/soql.ts';
import { createSoqlEngine } from '../../../local/org/soql/soql-engine.ts';
import type { SaveContext } from '../../../local/org/store/record-store.ts';
import {
  createRecordStore,
  type SqliteRecordStore,
} from '../../../local/org/store/sqlite-record-store.ts';

export const orgId = '00DDp0000000001MAA';
export const startMs = Date.UTC(2026, 4, 6, 12, 0, 0);

/** An org's data in memory, with a clock that moves a minute with each call of `later`. */
export interface TestOrg {
  readonly schema: OrgSchema;
  readonly store: SqliteRecordStore;
  readonly soql: SoqlEngine;
  readonly userId: string;
  readonly context: SaveContext;
  later(): SaveContext;
  insert(object: string, values: FieldValues): string;
  query(soql: string, options?: Partial<SoqlOptions>): Record<string, unknown>[];
}

export function openTestOrg(path = ':memory:', schema = loadStandardSchema()): TestOrg {
  const store = createRecordStore({ path, schema, seed: { orgId, nowMs: startMs - 86_400_000 } });
  const soql = createSoqlEngine({ schema, database: store.database });
  const userId = store.findByKey('User', 'Username', 'alex@practice.example')[0] ?? '';
  let nowMs = startMs;
  const context = (): SaveContext => ({ nowMs, userId });
  return {
    schema,
    store,
    soql,
    userId,
    get context() {
      return context();
    },
    later() {
      nowMs += 60_000;
      return context();
    },
    insert: (object, values) => String(store.insert(object, values, context())['Id']),
    query: (text, options = {}) =>
      [...soql.run(soql.plan(text), { nowMs, userId, ...options })].map((record) => plain(record)),
  };
}

/** A record as a plain object, children as arrays. */
export function plain(record: QueryRecord): Record<string, unknown> {
  return Object.fromEntries([...record.values].map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: QueryValue): unknown {
  if (isRecords(value)) return value.map((item) => plain(item));
  return value !== null && typeof value === 'object' ? plain(value) : value;
}

function isRecords(value: QueryValue): value is readonly QueryRecord[] {
  return Array.isArray(value);
}

export function names(rows: readonly Record<string, unknown>[]): unknown[] {
  return rows.map((row) => row['Name']);
}

export type { FieldValue };
