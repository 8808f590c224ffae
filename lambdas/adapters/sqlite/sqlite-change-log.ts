import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId } from '#core/ids.ts';
import type { ChangeLog, LoggedChange } from '#ports/change-log.ts';
import { CHANGES_KEPT_MS } from '../changes-kept.ts';

export class SqliteChangeLog implements ChangeLog {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async append(change: LoggedChange): Promise<void> {
    const { orgId, atMs, id } = change;
    this.#sql.trim.run(orgId, atMs - CHANGES_KEPT_MS);
    this.#sql.append.run(orgId, atMs, id, JSON.stringify(change));
  }

  async replace(change: LoggedChange): Promise<void> {
    this.#sql.replace.run(JSON.stringify(change), change.orgId, change.atMs, change.id);
  }

  async list(
    orgId: OrgId,
    { limit, before }: Parameters<ChangeLog['list']>[1],
  ): Promise<readonly LoggedChange[]> {
    const { atMs, id } = before ?? { atMs: Number.MAX_SAFE_INTEGER, id: '' };
    const rows = this.#sql.list.all(orgId, atMs, id, limit);
    return rows.map((row) => JSON.parse(String(row['body'])) as LoggedChange);
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    trim: sql('DELETE FROM change_log WHERE org_id = ? AND at < ?'),
    append: sql(
      'INSERT INTO change_log (org_id, at, id, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    replace: sql('UPDATE change_log SET body = ? WHERE org_id = ? AND at = ? AND id = ?'),
    list: sql(
      `SELECT body FROM change_log WHERE org_id = ? AND (at, id) < (?, ?)
       ORDER BY at DESC, id DESC LIMIT ?`,
    ),
    clear: sql('DELETE FROM change_log WHERE org_id = ?'),
  };
}
