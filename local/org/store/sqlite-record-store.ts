import { OrgError } from '../errors.ts';
import type { KeyPrefixes } from '../schema/key-prefixes.ts';
import type { PermissionSetSource } from '../schema/metadata.ts';
import type { FieldValues, ObjectSchema, Schema } from '../schema/schema.ts';
import { archiveActivities } from './archive.ts';
import { Database } from './database.ts';
import { Deletions } from './deletions.ts';
import { applyDeployedRows, type DeployedRows } from './deployed-rows.ts';
import { SqliteDocuments } from './documents.ts';
import { comparedFields } from './duplicates.ts';
import { coerceInput, type Purpose } from './input.ts';
import { convertLead, type LeadConversion } from './lead-conversion.ts';
import { Merger } from './merger.ts';
import { applyPermissionSets } from './permission-sets.ts';
import { RecordIds } from './record-ids.ts';
import type {
  DocumentStore,
  RecordKey,
  RecordStore,
  SaveContext,
  Savepoint,
} from './record-store.ts';
import { RecycleBin } from './recycle-bin.ts';
import { Rows } from './rows.ts';
import { relateKnownActivities } from './rules/activity-relations.ts';
import type { RuleDeps } from './rules.ts';
import { addMissingLogins, type SeedOptions, seedOrg } from './seed.ts';
import { StorageMeter } from './storage-meter.ts';
import { StoredKeyPrefixes } from './stored-key-prefixes.ts';
import { dropColumns, dropTable, migrateTable, tableName, tableOf } from './tables.ts';
import { stampOf } from './times.ts';
import { Writer } from './writer.ts';

export interface RecordStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly schema: Schema;
  /**
   * The org's clock, milliseconds since the epoch, UTC: what formulas take as NOW(). Saves bring their own time, so an
   * org without such formulas needs none.
   */
  readonly now?: () => number;
  /** What a new database is filled with; ignored when the database has been seeded. */
  readonly seed: SeedOptions;
  /** Megabytes of data beyond which new records are refused; left out, none are. */
  readonly storageLimitMB?: number | undefined;
}

const defaultInstance = 'Dp0';
/** What one call clears away: some milliseconds of work each. */
const purgedAtOnce = 100;
const forgottenAtOnce = 5_000;

function noClock(): never {
  throw new Error('formulas with NOW() or TODAY() need the clock of the org');
}

/** Opens the org's database, brings its tables up to the schema, and seeds it when it is new. */
export function createRecordStore(options: RecordStoreOptions): SqliteRecordStore {
  const store = new SqliteRecordStore(options);
  store.migrate();
  seedOrg(store, options.seed);
  addMissingLogins(store, options.seed.nowMs);
  return store;
}

export class SqliteRecordStore implements RecordStore {
  /** For the query engine, which reads the same tables. */
  readonly database: Database;
  readonly schema: Schema;
  readonly documents: DocumentStore;
  /** Key prefixes of deployed objects, kept in this database. */
  readonly keyPrefixes: KeyPrefixes;
  readonly ids: RecordIds;
  readonly rows: Rows;
  readonly storage: StorageMeter;
  readonly #rules: RuleDeps;
  readonly #deletions: Deletions;
  readonly #writer: Writer;
  readonly #bin: RecycleBin;
  readonly #merger: Merger;

  constructor(options: RecordStoreOptions) {
    const { path, schema, now = noClock } = options;
    this.database = new Database(path, { now });
    this.schema = schema;
    this.documents = new SqliteDocuments(this.database);
    this.keyPrefixes = new StoredKeyPrefixes(this.documents);
    this.ids = new RecordIds(this.database, options.seed.instance ?? defaultInstance);
    this.rows = new Rows(this.database, schema);
    this.#deletions = new Deletions(this.database);
    const deps = {
      schema,
      database: this.database,
      rows: this.rows,
      ids: this.ids,
      documents: this.documents,
      deletions: this.#deletions,
    };
    this.storage = new StorageMeter(deps, options.storageLimitMB);
    this.#rules = deps;
    this.#writer = new Writer(deps);
    this.#bin = new RecycleBin(deps);
    this.#merger = new Merger(deps, this.#bin);
  }

  /** Call after every deploy: creates tables and columns that the schema has and the database has not. */
  migrate(): void {
    const compared = comparedFields(this.schema.all());
    this.database.atomically(() => {
      for (const object of this.schema.all()) {
        if (object.kind === 'platformEvent') continue;
        migrateTable(this.database, object, compared.get(object.name));
      }
    });
    this.database.forgetStatements();
  }

  /** Gives up what the schema no longer has of an object: all its rows, or the values of single fields. */
  dropGone(before: ObjectSchema): void {
    if (before.kind === 'platformEvent') return;
    const now = this.schema.find(before.name);
    if (now === undefined) {
      dropTable(this.database, before);
      this.#deletions.forgetObject(before.name);
    } else {
      dropColumns(this.database, before, now);
    }
    this.database.forgetStatements();
  }

  close(): void {
    this.database.close();
  }

  begin(): void {
    this.database.begin();
  }

  commit(): void {
    this.database.commit();
  }

  rollback(): void {
    this.database.rollback();
  }

  get inTransaction(): boolean {
    return this.database.inTransaction;
  }

  savepoint(): Savepoint {
    return this.database.savepoint();
  }

  read(object: string, id: string): FieldValues | undefined {
    return this.rows.read(this.#stored(object), id);
  }

  readMany(object: string, ids: readonly string[]): Map<string, FieldValues> {
    return this.rows.readMany(this.#stored(object), ids);
  }

  coerce(object: string, input: Readonly<Record<string, unknown>>, purpose?: Purpose): FieldValues {
    return coerceInput(this, this.schema.require(object), input, purpose);
  }

  withDefaults(object: string, values: FieldValues, context: SaveContext): FieldValues {
    return this.#writer.withDefaults(this.schema.require(object), values, context);
  }

  check(object: string, values: FieldValues, context: SaveContext): FieldValues {
    return this.#writer.check(this.schema.require(object), values, context);
  }

  insert(object: string, values: FieldValues, context: SaveContext): FieldValues {
    const schema = this.#stored(object);
    this.storage.take(schema);
    return this.#save(() => this.#writer.insert(schema, values, context));
  }

  update(object: string, id: string, changes: FieldValues, context: SaveContext): FieldValues {
    const schema = this.#stored(object);
    return this.#save(() => this.#writer.update(schema, id, changes, context));
  }

  remove(object: string, id: string, context: SaveContext): readonly RecordKey[] {
    const schema = this.#stored(object);
    if (!schema.deletable && schema.createable) {
      throw new OrgError(
        'INVALID_TYPE_FOR_OPERATION',
        `entity type ${schema.name} does not support delete`,
      );
    }
    return this.database.atomically(() => this.#bin.remove(schema, id, context));
  }

  undelete(object: string, id: string, context: SaveContext): readonly RecordKey[] {
    const schema = this.#stored(object);
    this.storage.forget();
    return this.database.atomically(() => this.#bin.undelete(schema, id, context));
  }

  merge(
    object: string,
    winnerId: string,
    loserIds: readonly string[],
    context: SaveContext,
  ): readonly RecordKey[] {
    const schema = this.#stored(object);
    return this.database.atomically(() => this.#merger.merge(schema, winnerId, loserIds, context));
  }

  backdate(object: string, id: string, epochMs: number): void {
    this.rows.update(this.#stored(object), id, { CreatedDate: stampOf(epochMs) });
  }

  purge(object: string, ids: readonly string[]): void {
    const schema = this.#stored(object);
    this.database.atomically(() => {
      for (const id of ids) this.#bin.purge(schema, id);
    });
  }

  /**
   * Purges some of what has lain in the Recycle Bin since before the given time.
   * @returns whether more is left
   */
  purgeOlderThan(epochMs: number): boolean {
    const roots = this.#deletions.rootsBefore(epochMs, purgedAtOnce);
    const free = roots.filter(({ id }) => !this.rows.locks.isHeld(id));
    this.database.atomically(() => {
      for (const { object, id } of free) this.#bin.purge(this.#stored(object), id);
    });
    return free.length === purgedAtOnce;
  }

  /** Shortens the log that getDeleted answers from. @returns whether more is left */
  forgetDeletionsBefore(epochMs: number): boolean {
    return this.database.atomically(() => this.#deletions.forgetBefore(epochMs, forgottenAtOnce));
  }

  /** Finished Apex jobs show for some days only; queued and running ones have no CompletedDate. */
  purgeAsyncJobsEndedBefore(epochMs: number): void {
    this.database.run(
      `DELETE FROM ${tableName('AsyncApexJob')} WHERE "CompletedDate" < ?`,
      new Date(epochMs).toISOString(),
    );
  }

  /** What the platform does in the background: old events and closed tasks show to ALL ROWS only from then on. */
  archiveActivities(nowMs: number): boolean {
    return this.database.atomically(() => archiveActivities(this.database, nowMs));
  }

  /**
   * Marks a lead as converted and moves what hangs on it.
   * @throws OrgError INVALID_STATUS, CANNOT_UPDATE_CONVERTED_LEAD, INVALID_CROSS_REFERENCE_KEY
   */
  convertLead(conversion: LeadConversion, context: SaveContext): FieldValues {
    return this.database.atomically(() =>
      convertLead(this.#rules, this.#writer, conversion, context),
    );
  }

  findByKey(object: string, field: string, value: string): readonly string[] {
    const schema = this.#stored(object);
    const key = schema.fields.get(field.toLowerCase());
    if (!key)
      throw new OrgError(
        'INVALID_FIELD',
        `No such column '${field}' on sobject of type ${schema.name}`,
      );
    return this.rows.idsWhere(schema, key.name, value);
  }

  changedBetween(object: string, startMs: number, endMs: number): readonly string[] {
    const schema = this.#stored(object);
    const stamp = schema.fields.has('systemmodstamp') ? '"SystemModstamp"' : '"CreatedDate"';
    const undeleted = tableOf(schema).hasIsDeleted ? ' AND "IsDeleted" = 0' : '';
    const sql = `SELECT "Id" FROM ${tableName(schema.name)} WHERE ${stamp} >= ? AND ${stamp} < ?${undeleted} ORDER BY ${stamp}, "Id"`;
    return this.database
      .rows(sql, new Date(startMs).toISOString(), new Date(endMs).toISOString())
      .map((row) => String(row[0]));
  }

  deletedBetween(
    object: string,
    startMs: number,
    endMs: number,
  ): readonly { id: string; deletedDate: string }[] {
    return this.#deletions.between(this.#stored(object).name, startMs, endMs);
  }

  count(object: string): number {
    const schema = this.#stored(object);
    const undeleted = tableOf(schema).hasIsDeleted ? ' WHERE "IsDeleted" = 0' : '';
    return Number(
      this.database.row(`SELECT count(*) FROM ${tableName(schema.name)}${undeleted}`)?.[0],
    );
  }

  /** Undeleted records whose look-up or text has that value. */
  idsWhere(object: string, field: string, value: string): readonly string[] {
    return this.rows.idsWhere(this.#stored(object), field, value);
  }

  /** Writes deployed permission sets and what they grant as records. */
  applyPermissionSets(sets: readonly PermissionSetSource[], context: SaveContext): void {
    this.database.atomically(() => applyPermissionSets(this, sets, context));
  }

  allIds(object: string): readonly string[] {
    return this.rows.allIds(this.#stored(object));
  }

  /** Writes record types and custom metadata as records. @throws DeployedRowError */
  applyDeployedRows(metadata: DeployedRows, context: SaveContext): void {
    this.database.atomically(() => applyDeployedRows(this, metadata, context));
  }

  /** Call after a deploy that may have switched on Shared Activities. */
  relateKnownActivities(context: SaveContext): void {
    const by = { stamp: stampOf(context.nowMs), userId: context.userId };
    this.database.atomically(() => relateKnownActivities(this.#rules, by));
  }

  /**
   * A save checks before it writes, so inside a transaction it needs no savepoint of its own, unless it may meet a locked
   * row half-way.
   */
  #save<T>(work: () => T): T {
    const isWhole = this.database.inTransaction && !this.rows.locks.inUse;
    return isWhole ? work() : this.database.atomically(work);
  }

  #stored(objectName: string): ObjectSchema {
    const object = this.schema.require(objectName);
    if (object.kind === 'platformEvent') {
      throw new OrgError('INVALID_TYPE_FOR_OPERATION', `entity type ${object.name} has no records`);
    }
    return object;
  }
}
