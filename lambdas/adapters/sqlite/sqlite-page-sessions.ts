import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId } from '#core/ids.ts';
import type { PageSession, PageSessions } from '#ports/page-sessions.ts';

export class SqlitePageSessions implements PageSessions {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async put(sha256: string, session: PageSession): Promise<void> {
    const { orgId, checkedAtMs, expiresAtMs } = session;
    this.#sql.trim.run(checkedAtMs);
    this.#sql.put.run(orgId, sha256, expiresAtMs, JSON.stringify(session));
  }

  async find(orgId: OrgId, sha256: string): Promise<PageSession | undefined> {
    const row = this.#sql.find.get(orgId, sha256);
    return row === undefined ? undefined : (JSON.parse(String(row['body'])) as PageSession);
  }

  async delete(orgId: OrgId, sha256: string): Promise<void> {
    this.#sql.delete.run(orgId, sha256);
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    trim: sql('DELETE FROM page_session WHERE expires_at <= ?'),
    put: sql(
      `INSERT INTO page_session (org_id, sha256, expires_at, body) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at, body = excluded.body`,
    ),
    find: sql('SELECT body FROM page_session WHERE org_id = ? AND sha256 = ?'),
    delete: sql('DELETE FROM page_session WHERE org_id = ? AND sha256 = ?'),
    clear: sql('DELETE FROM page_session WHERE org_id = ?'),
  };
}
