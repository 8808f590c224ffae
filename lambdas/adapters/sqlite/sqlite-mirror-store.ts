import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { RowLoad } from '#core/bulk-rows.ts';
import { withoutValues } from '#core/data-subject.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord, RecordWrite, WriteOutcome } from '#core/record.ts';
import { decideWrite } from '#core/versions.ts';
import type { Clock } from '#ports/clock.ts';
import type { MirrorStore, ObjectCounts, VersionRow } from '#ports/mirror-store.ts';
import { emailKey, normalEmail } from '../lookup-keys.ts';
import type { Checkpointer } from './checkpointer.ts';
import { inTransaction } from './database.ts';
import { EmailIndex, type EmailIndexSizes, emailHash } from './email-index.ts';
import { fromRow, isDeleted, isHidden, type MirrorRow, toColumns } from './mirror-rows.ts';
import { prepareMirror } from './mirror-statements.ts';
import { RowInserts } from './row-inserts.ts';
import { RowLayouts } from './row-layouts.ts';
import {
  rowsByTransaction,
  TEXT_PER_TRANSACTION,
  WRITES_PER_TRANSACTION,
} from './transaction-sizes.ts';

/** Rows looked at, or removed, before the event loop gets its turn. */
const ROWS_PER_STEP = 2_000;

interface VersionColumns {
  readonly id: RecordId;
  readonly modstamp: number;
  readonly read_at: number;
  readonly flags: number;
}

/** What one transaction knows of an object: the rows its writes are about, and how the counts move. */
interface Workspace {
  readonly space: number;
  readonly records: Map<string, MirrorRecord>;
  live: number;
  deleted: number;
  hidden: number;
}

/** What one transaction did. */
interface Applied {
  readonly outcomes: readonly WriteOutcome[];
  /** Characters of the texts it wrote. */
  readonly textLength: number;
}

export interface SqliteMirrorOptions {
  /** Of a database in a file: folds its log. */
  readonly checkpointer?: Checkpointer;
  readonly emailIndex?: EmailIndexSizes;
}

export class SqliteMirrorStore implements MirrorStore {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;
  readonly #sql: ReturnType<typeof prepareMirror>;
  readonly #emails: EmailIndex;
  readonly #layouts: RowLayouts;
  readonly #inserts: RowInserts;
  readonly #checkpointer: Checkpointer | undefined;

  /** @param clock only for `sleep(0)`: the event loop's turn between two transactions */
  constructor(
    database: DatabaseSync,
    clock: Clock,
    { checkpointer, emailIndex }: SqliteMirrorOptions = {},
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#sql = prepareMirror(database);
    this.#emails = new EmailIndex(database, emailIndex);
    this.#layouts = new RowLayouts(database);
    this.#inserts = new RowInserts(database, this.#emails, this.#layouts);
    this.#checkpointer = checkpointer;
  }

  async apply(
    orgId: OrgId,
    writes: readonly RecordWrite[],
    nowMs: number,
  ): Promise<readonly WriteOutcome[]> {
    const outcomes: WriteOutcome[] = [];
    while (outcomes.length < writes.length) {
      if (outcomes.length > 0) await this.#clock.sleep(0);
      await this.#checkpointer?.room();
      const rest = writes.slice(outcomes.length, outcomes.length + WRITES_PER_TRANSACTION);
      const written = inTransaction(this.#database, () =>
        this.#applyTransaction(orgId, rest, nowMs),
      );
      this.#checkpointer?.wrote(written.textLength);
      outcomes.push(...written.outcomes);
    }
    return outcomes;
  }

  async addUnknown(orgId: OrgId, load: RowLoad, nowMs: number): Promise<ReadonlySet<RecordId>> {
    const written = new Set<RecordId>();
    for (const [place, rows] of rowsByTransaction(load.rows).entries()) {
      if (place > 0) await this.#clock.sleep(0);
      await this.#checkpointer?.room();
      const { ids, textLength } = inTransaction(this.#database, () => {
        const space = this.#spaceOf(orgId, load.object) ?? this.#createSpace(orgId, load.object);
        const inserted = this.#inserts.add(space, load, rows, nowMs);
        this.#sql.addCounts.run(inserted.ids.length, 0, 0, space);
        return inserted;
      });
      // By itself: sorting thousands of addresses takes longer than the rows of one transaction.
      inTransaction(this.#database, () => this.#emails.tidy());
      this.#checkpointer?.wrote(textLength);
      for (const id of ids) written.add(id);
    }
    return written;
  }

  /** Applies as many of the writes as one transaction should hold: at least one. */
  #applyTransaction(orgId: OrgId, writes: readonly RecordWrite[], nowMs: number): Applied {
    const workspaces = this.#openWorkspaces(orgId, writes);
    const outcomes: WriteOutcome[] = [];
    let textLength = 0;
    for (const write of writes) {
      if (textLength > TEXT_PER_TRANSACTION) break;
      const workspace = workspaces.get(write.object) as Workspace;
      const stored = workspace.records.get(write.id);
      const outcome = decideWrite(stored, write, nowMs);
      if (outcome.record !== stored) {
        textLength += this.#put(workspace, stored, outcome.record);
        recount(workspace, stored, -1);
        recount(workspace, outcome.record, 1);
      }
      outcomes.push(outcome);
    }
    for (const workspace of workspaces.values()) this.#saveCounts(workspace);
    this.#emails.tidy();
    return { outcomes, textLength };
  }

  #openWorkspaces(orgId: OrgId, writes: readonly RecordWrite[]): Map<string, Workspace> {
    const workspaces = new Map<string, Workspace>();
    for (const [object, group] of Map.groupBy(writes, (write) => write.object)) {
      const space = this.#spaceOf(orgId, object) ?? this.#createSpace(orgId, object);
      const ids = group.map((write) => write.id);
      const areNew = this.#inserts.areBeyond(space, ids);
      const records = areNew ? new Map() : this.#load(space, object, ids);
      workspaces.set(object, { space, records, live: 0, deleted: 0, hidden: 0 });
    }
    return workspaces;
  }

  #put(workspace: Workspace, stored: MirrorRecord | undefined, record: MirrorRecord): number {
    const columns = toColumns(record);
    const { space } = workspace;
    this.#sql.put.run(space, ...columns);
    const before = stored === undefined ? undefined : emailKey(stored);
    this.#emails.change(space, record.id, before ?? null, columns[9]);
    workspace.records.set(record.id, record);
    return columns[7].length + columns[8].length;
  }

  #saveCounts({ space, live, deleted, hidden }: Workspace): void {
    if (live !== 0 || deleted !== 0 || hidden !== 0) {
      this.#sql.addCounts.run(live, deleted, hidden, space);
    }
  }

  async get(orgId: OrgId, object: string, id: RecordId): Promise<MirrorRecord | undefined> {
    const space = this.#spaceOf(orgId, object);
    const row = space === undefined ? undefined : this.#sql.get.get(space, id);
    return row === undefined ? undefined : this.#recordOf(object, row);
  }

  async getMany(
    orgId: OrgId,
    object: string,
    ids: readonly RecordId[],
  ): Promise<ReadonlyMap<RecordId, MirrorRecord>> {
    const space = this.#spaceOf(orgId, object);
    return space === undefined ? new Map() : this.#load(space, object, ids);
  }

  async findByEmail(orgId: OrgId, email: string): Promise<readonly MirrorRecord[]> {
    const address = normalEmail(email);
    const rows = this.#sql.findByEmail.all(emailHash(address), address, orgId);
    return rows.map((row) => this.#recordOf(String(row['object']), row));
  }

  async tasksByOwner(
    orgId: OrgId,
    ownerId: RecordId,
    limit: number,
  ): Promise<readonly MirrorRecord[]> {
    const space = this.#spaceOf(orgId, 'Task');
    const rows = space === undefined ? [] : this.#sql.tasksByOwner.all(ownerId, space, limit);
    return rows.map((row) => this.#recordOf('Task', row));
  }

  async versions(
    orgId: OrgId,
    object: string,
    { after = '' as RecordId, limit }: { after?: RecordId; limit: number },
  ): Promise<readonly VersionRow[]> {
    const space = this.#spaceOf(orgId, object);
    const rows = space === undefined ? [] : this.#sql.versions.all(space, after, limit);
    return rows.map((row) => {
      const { id, modstamp, read_at, flags } = row as unknown as VersionColumns;
      const state = { deleted: isDeleted(flags), hidden: isHidden(flags) };
      return { id, modstampMs: modstamp, readAtMs: read_at, ...state };
    });
  }

  async scan(
    orgId: OrgId,
    object: string,
    { after = '' as RecordId, limit }: { after?: RecordId; limit: number },
  ): Promise<readonly MirrorRecord[]> {
    const space = this.#spaceOf(orgId, object);
    const rows = space === undefined ? [] : this.#sql.scan.all(space, after, limit);
    return rows.map((row) => this.#recordOf(object, row));
  }

  async referrers(
    orgId: OrgId,
    object: string,
    field: string,
    target: RecordId,
    { after = '' as RecordId, limit }: { after?: RecordId; limit: number },
  ): Promise<readonly RecordId[]> {
    const space = this.#spaceOf(orgId, object);
    const found: RecordId[] = [];
    for (let from = after; space !== undefined; ) {
      const rows = this.#sql.referrers.all(field, target, space, from, ROWS_PER_STEP);
      found.push(...rows.filter((row) => row['hit'] === 1).map((row) => row['id'] as RecordId));
      if (found.length >= limit || rows.length < ROWS_PER_STEP) break;
      from = rows.at(-1)?.['id'] as RecordId;
      await this.#clock.sleep(0);
    }
    return found.slice(0, limit);
  }

  async counts(orgId: OrgId, object: string): Promise<ObjectCounts> {
    const row = this.#sql.counts.get(orgId, object);
    const { live = 0, deleted = 0, hidden = 0 } = (row ?? {}) as Partial<ObjectCounts>;
    return { live, deleted, hidden };
  }

  async forgetValues(orgId: OrgId, object: string, ids: readonly RecordId[]): Promise<number> {
    const space = this.#spaceOf(orgId, object);
    if (space === undefined) return 0;
    return inTransaction(this.#database, () => {
      const found = [...this.#load(space, object, ids).values()];
      const emptied = found.map(withoutValues).filter((record, place) => record !== found[place]);
      for (const record of emptied) this.#sql.put.run(space, ...toColumns(record));
      return emptied.length;
    });
  }

  /** Forgets everything at once; the rows nobody can reach any more are then removed step by step. */
  async clear(orgId: OrgId, object?: string): Promise<void> {
    inTransaction(this.#database, () => {
      this.#sql.markCleared.run(orgId, object ?? null);
      this.#sql.forgetSpaces.run(orgId, object ?? null);
    });
    await this.removeCleared();
  }

  /** Goes on with removing what was cleared; called at start, as a stop may have come between. */
  async removeCleared(): Promise<void> {
    for (let row = this.#sql.nextCleared.get(); row; row = this.#sql.nextCleared.get()) {
      const space = Number(row['space']);
      const changes = inTransaction(this.#database, () => {
        this.#emails.forget(space, ROWS_PER_STEP);
        return this.#sql.removeSome.run(space, space, ROWS_PER_STEP).changes;
      });
      if (changes === 0) this.#sql.doneCleared.run(space);
      await this.#clock.sleep(0);
    }
  }

  #spaceOf(orgId: OrgId, object: string): number | undefined {
    const row = this.#sql.findSpace.get(orgId, object);
    return row === undefined ? undefined : Number(row['space']);
  }

  #createSpace(orgId: OrgId, object: string): number {
    return Number(this.#sql.createSpace.run(orgId, object).lastInsertRowid);
  }

  #recordOf(object: string, row: Record<string, SQLOutputValue>): MirrorRecord {
    return fromRow(object, row as unknown as MirrorRow, this.#layouts);
  }

  #load(space: number, object: string, ids: readonly RecordId[]): Map<RecordId, MirrorRecord> {
    const rows = this.#sql.getMany.all(space, JSON.stringify(ids));
    return new Map(
      rows.map((row) => {
        const record = this.#recordOf(object, row);
        return [record.id, record];
      }),
    );
  }
}

function recount(workspace: Workspace, record: MirrorRecord | undefined, by: 1 | -1): void {
  if (record === undefined) return;
  if (record.deleted) workspace.deleted += by;
  else if (record.hidden) workspace.hidden += by;
  else workspace.live += by;
}
