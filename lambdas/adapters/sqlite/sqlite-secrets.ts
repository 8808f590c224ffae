import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId } from '#core/ids.ts';
import type { OrgSecrets, Secrets } from '#ports/secrets.ts';
import { parseSecrets, secretsText } from '../stored-secrets.ts';
import type { DatabaseShape } from './database.ts';

/** In a file of their own, so that a copy of the receiver's data holds no secret. */
export const SECRETS_SHAPE: DatabaseShape = {
  name: 'secrets',
  migrations: [
    {
      name: 'first shape',
      sql: 'CREATE TABLE secret (org_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;',
    },
  ],
  pageSizeBytes: 4_096,
  writes: 'careful',
};

/** Secrets in a file only its owner may read. A look-up costs microseconds: nothing is cached, `fresh` changes nothing. */
export class SqliteSecrets implements Secrets {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async find(orgId: OrgId): Promise<OrgSecrets | undefined> {
    const row = this.#sql.find.get(orgId);
    return row === undefined ? undefined : parseSecrets(orgId, String(row['body']));
  }

  async put(orgId: OrgId, secrets: OrgSecrets): Promise<void> {
    this.#sql.put.run(orgId, secretsText(secrets));
  }

  async delete(orgId: OrgId): Promise<void> {
    this.#sql.delete.run(orgId);
  }
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    find: sql('SELECT body FROM secret WHERE org_id = ?'),
    put: sql(
      `INSERT INTO secret (org_id, body) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body`,
    ),
    delete: sql('DELETE FROM secret WHERE org_id = ?'),
  };
}
