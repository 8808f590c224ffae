import type { FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import type { Deletions } from './deletions.ts';
import type { RecordIds } from './record-ids.ts';
import type { SaveContext } from './record-store.ts';
import type { Rows } from './rows.ts';

/** One record on its way into the database. */
export interface Draft {
  readonly object: ObjectSchema;
  readonly id: string;
  /** The whole row as it will be stored. Rules write the fields they derive into it. */
  readonly row: FieldValues;
  /** The row before, on an update. */
  readonly before: FieldValues | undefined;
  /** Fields the caller gave. */
  readonly given: ReadonlySet<string>;
  /** Lists of ids the caller gave, by field: no columns of the row, the object's rules write the rows they stand for. */
  readonly idLists: ReadonlyMap<string, readonly string[]>;
  readonly context: SaveContext;
  /** Whole seconds, ISO UTC. */
  readonly stamp: string;
}

export interface RuleDeps {
  readonly schema: Schema;
  readonly database: Database;
  readonly rows: Rows;
  readonly ids: RecordIds;
  readonly deletions: Deletions;
}

/** What the platform does for records of one object beyond what the schema says. */
export interface ObjectRules {
  /** Fills derived fields and refuses what does not fit, before the general checks. */
  readonly derive?: (draft: Draft, deps: RuleDeps) => void;
  /** Refuses what only the database can tell, after the general checks and before the write. */
  readonly check?: (draft: Draft, deps: RuleDeps) => void;
  /** Follows up in other records; `row` is what was written. */
  readonly afterSave?: (draft: Draft, deps: RuleDeps) => void;
  /** Follows up after a record went, came back, or was erased. */
  readonly afterPresenceChange?: (row: FieldValues, stamp: string, deps: RuleDeps) => void;
}

/** True on an insert, and on an update that changes one of the fields. */
export function changes(draft: Draft, ...fields: string[]): boolean {
  const { before, row } = draft;
  return before === undefined || fields.some((field) => before[field] !== row[field]);
}
