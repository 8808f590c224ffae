import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { UserConnections } from '#ports/user-connections.ts';

export class SqliteUserConnections implements UserConnections {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async get(orgId: OrgId, userId: RecordId): Promise<UserConnection | undefined> {
    const row = this.#sql.get.get(orgId, userId);
    return row === undefined ? undefined : parse(row);
  }

  async list(orgId: OrgId): Promise<readonly UserConnection[]> {
    return this.#sql.list.all(orgId).map(parse);
  }

  async put(connection: UserConnection): Promise<'stored' | 'conflict'> {
    const { orgId, userId, revision } = connection;
    const body = JSON.stringify({ ...connection, revision: revision + 1 });
    const { changes } =
      revision === 0
        ? this.#sql.create.run(orgId, userId, body)
        : this.#sql.update.run(revision + 1, body, orgId, userId, revision);
    return changes === 1 ? 'stored' : 'conflict';
  }

  async delete(orgId: OrgId, userId: RecordId): Promise<'deleted' | 'unknown'> {
    return this.#sql.delete.run(orgId, userId).changes === 1 ? 'deleted' : 'unknown';
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }
}

function parse(row: Record<string, unknown>): UserConnection {
  return JSON.parse(String(row['body'])) as UserConnection;
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    get: sql('SELECT body FROM user_connection WHERE org_id = ? AND user_id = ?'),
    list: sql('SELECT body FROM user_connection WHERE org_id = ? ORDER BY user_id'),
    create: sql(
      `INSERT INTO user_connection (org_id, user_id, revision, body) VALUES (?, ?, 1, ?)
       ON CONFLICT DO NOTHING`,
    ),
    update: sql(
      `UPDATE user_connection SET revision = ?, body = ?
       WHERE org_id = ? AND user_id = ? AND revision = ?`,
    ),
    delete: sql('DELETE FROM user_connection WHERE org_id = ? AND user_id = ?'),
    clear: sql('DELETE FROM user_connection WHERE org_id = ?'),
  };
}
