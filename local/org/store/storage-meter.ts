import { OrgError } from '../errors.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import type { Database } from './database.ts';
import type { Deletions } from './deletions.ts';
import type { RuleDeps } from './rules.ts';
import { tableName } from './tables.ts';

const BYTES_PER_MB = 1_048_576;
/** Salesforce counts records, not what they hold: 2 KB for most, 8 KB for a campaign. */
const USUAL_BYTES = 2_048;
const BYTES_BY_OBJECT: ReadonlyMap<string, number> = new Map([['Campaign', 8_192]]);

/** How much of the org's data storage its records take. The Recycle Bin does not count. */
export class StorageMeter {
  readonly #database: Database;
  readonly #schema: Schema;
  readonly #deletions: Deletions;
  readonly #limitBytes: number;
  /** Never less than what is really used, but for undeleted records; counted anew before anything is refused. */
  #atMostBytes: number | undefined;

  /** @param limitMB beyond which new records are refused; left out, none are */
  constructor(
    { database, schema, deletions }: Pick<RuleDeps, 'database' | 'schema' | 'deletions'>,
    limitMB = Number.POSITIVE_INFINITY,
  ) {
    this.#database = database;
    this.#schema = schema;
    this.#deletions = deletions;
    this.#limitBytes = limitMB * BYTES_PER_MB;
  }

  /** Megabytes, rounded up. */
  usedMB(): number {
    return Math.ceil(this.#count() / BYTES_PER_MB);
  }

  /**
   * For a record that is about to be written.
   * @throws OrgError STORAGE_LIMIT_EXCEEDED
   */
  take(object: ObjectSchema): void {
    if (this.#limitBytes === Number.POSITIVE_INFINITY || !isCounted(object)) return;
    const bytes = bytesOf(object);
    const fits = (used: number): boolean => used + bytes <= this.#limitBytes;
    if (this.#atMostBytes === undefined || !fits(this.#atMostBytes)) {
      this.#atMostBytes = this.#count();
    }
    if (!fits(this.#atMostBytes)) {
      throw new OrgError('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded');
    }
    this.#atMostBytes += bytes;
  }

  /** Records came back that nobody wrote anew. */
  forget(): void {
    this.#atMostBytes = undefined;
  }

  #count(): number {
    const binned = this.#deletions.binned();
    return this.#schema
      .all()
      .filter(isCounted)
      .map((object) => {
        const rows = this.#rowsOf(object) - (binned.get(object.name) ?? 0);
        return rows * bytesOf(object);
      })
      .reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Those in the bin, too: without a condition the smallest index tells, where a table may be large. */
  #rowsOf({ name }: ObjectSchema): number {
    const row = this.#database.row(`SELECT count(*) FROM ${tableName(name)}`);
    return Number(row?.[0] ?? 0);
  }
}

/** Users, permissions and other setup are free, and so are settings and metadata. */
function isCounted({ kind, setupObject, createable, queryable }: ObjectSchema): boolean {
  return (kind === 'standard' || kind === 'custom') && createable && queryable && !setupObject;
}

function bytesOf({ name }: ObjectSchema): number {
  return BYTES_BY_OBJECT.get(name) ?? USUAL_BYTES;
}
