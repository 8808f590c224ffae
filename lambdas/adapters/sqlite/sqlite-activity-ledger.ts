import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActivityState, LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivityLedger, LedgerCursor } from '#ports/activity-ledger.ts';
import { inTransaction } from './database.ts';

export class SqliteActivityLedger implements ActivityLedger {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  async getMany(orgId: OrgId, ids: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const found = new Map<string, LedgerEntry>();
    for (const id of ids) {
      const row = this.#sql.get.get(orgId, id);
      if (row !== undefined) found.set(id, parse(row['body']));
    }
    return found;
  }

  async put(
    orgId: OrgId,
    entries: readonly LedgerEntry[],
  ): Promise<readonly ('stored' | 'conflict')[]> {
    if (entries.length === 0) return [];
    return inTransaction(this.#database, () => entries.map((entry) => this.#putOne(orgId, entry)));
  }

  #putOne(orgId: OrgId, entry: LedgerEntry): 'stored' | 'conflict' {
    const { id, revision, state, stateSinceMs } = entry;
    const body = JSON.stringify({ ...entry, revision: revision + 1 });
    const { changes } =
      revision === 0
        ? this.#sql.create.run(orgId, id, 1, state, stateSinceMs, body)
        : this.#sql.update.run(revision + 1, state, stateSinceMs, body, orgId, id, revision);
    return changes === 1 ? 'stored' : 'conflict';
  }

  async list(
    orgId: OrgId,
    state: ActivityState,
    { limit, after }: { readonly limit: number; readonly after?: LedgerCursor },
  ): Promise<readonly LedgerEntry[]> {
    const since = after?.stateSinceMs ?? Number.MIN_SAFE_INTEGER;
    const rows = this.#sql.list.all(orgId, state, since, after?.id ?? '', limit);
    return rows.map((row) => parse(row['body']));
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }
}

function parse(text: unknown): LedgerEntry {
  return JSON.parse(String(text)) as LedgerEntry;
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    get: sql('SELECT body FROM activity WHERE org_id = ? AND id = ?'),
    create: sql(
      `INSERT INTO activity (org_id, id, revision, state, since, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    update: sql(
      `UPDATE activity SET revision = ?, state = ?, since = ?, body = ?
       WHERE org_id = ? AND id = ? AND revision = ?`,
    ),
    list: sql(
      `SELECT body FROM activity WHERE org_id = ? AND state = ? AND (since, id) > (?, ?)
       ORDER BY since, id LIMIT ?`,
    ),
    clear: sql('DELETE FROM activity WHERE org_id = ?'),
  };
}
