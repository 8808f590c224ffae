import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Creation } from '#core/creation.ts';
import type { OrgId } from '#core/ids.ts';
import type { Creations } from '#ports/creations.ts';

export class SqliteCreations implements Creations {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async get(orgId: OrgId, id: string): Promise<Creation | undefined> {
    const row = this.#sql.get.get(orgId, id);
    return row === undefined ? undefined : parse(row);
  }

  async put(creation: Creation): Promise<'stored' | 'conflict'> {
    const { orgId, id, revision, atMs, origin } = creation;
    const body = JSON.stringify({ ...creation, revision: revision + 1 });
    const { changes } =
      revision === 0
        ? this.#sql.create.run(orgId, id, atMs, origin.rule ?? null, body)
        : this.#sql.update.run(revision + 1, body, orgId, id, revision);
    return changes === 1 ? 'stored' : 'conflict';
  }

  async list(
    orgId: OrgId,
    { rule, limit }: { readonly rule?: string; readonly limit: number },
  ): Promise<readonly Creation[]> {
    const rows =
      rule === undefined
        ? this.#sql.list.all(orgId, limit)
        : this.#sql.listOfRule.all(orgId, rule, limit);
    return rows.map(parse);
  }

  async delete(orgId: OrgId, id: string): Promise<void> {
    this.#sql.delete.run(orgId, id);
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#sql.clear.run(orgId);
  }
}

function parse(row: Record<string, unknown>): Creation {
  return JSON.parse(String(row['body'])) as Creation;
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  const newest = 'ORDER BY at DESC, id DESC LIMIT ?';
  return {
    get: sql('SELECT body FROM creation WHERE org_id = ? AND id = ?'),
    create: sql(
      `INSERT INTO creation (org_id, id, revision, at, rule, body) VALUES (?, ?, 1, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    update: sql(
      `UPDATE creation SET revision = ?, body = ?
       WHERE org_id = ? AND id = ? AND revision = ?`,
    ),
    list: sql(`SELECT body FROM creation WHERE org_id = ? ${newest}`),
    listOfRule: sql(`SELECT body FROM creation WHERE org_id = ? AND rule = ? ${newest}`),
    delete: sql('DELETE FROM creation WHERE org_id = ? AND id = ?'),
    clear: sql('DELETE FROM creation WHERE org_id = ?'),
  };
}
