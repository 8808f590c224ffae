import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { ApiKey, KeyStore, StoredSignIn } from '#ports/key-store.ts';

export class SqliteKeyStore implements KeyStore {
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#sql = prepare(database);
  }

  async add({ id, orgId, label, createdAtMs }: ApiKey, sha256: string): Promise<void> {
    const { changes } = this.#sql.add.run(sha256, orgId, id, label, createdAtMs);
    if (changes === 0) throw new AppError('conflict', `API key ${id} exists already.`);
  }

  async find(sha256: string): Promise<ApiKey | undefined> {
    const row = this.#sql.find.get(sha256);
    return row === undefined ? undefined : toKey(row);
  }

  async list(orgId: OrgId): Promise<readonly ApiKey[]> {
    return this.#sql.list.all(orgId).map(toKey);
  }

  async revoke(orgId: OrgId, keyId: string): Promise<'revoked' | 'unknown'> {
    return this.#sql.revoke.run(orgId, keyId).changes === 1 ? 'revoked' : 'unknown';
  }

  async addSetupCode(sha256: string): Promise<void> {
    this.#sql.addSetupCode.run(sha256);
  }

  async useSetupCode(sha256: string): Promise<boolean> {
    return this.#sql.useSetupCode.run(sha256).changes === 1;
  }

  async knowsSetupCode(sha256: string): Promise<boolean> {
    return this.#sql.knowsSetupCode.get(sha256) !== undefined;
  }

  async addSignIn({ sha256, sealed, begunAtMs, expiresAtMs }: StoredSignIn): Promise<void> {
    this.#sql.forgetSignIns.run(begunAtMs);
    this.#sql.addSignIn.run(sha256, sealed, begunAtMs, expiresAtMs);
  }

  async takeSignIn(sha256: string): Promise<Omit<StoredSignIn, 'sha256'> | undefined> {
    const row = this.#sql.takeSignIn.get(sha256);
    return (
      row && {
        sealed: String(row['sealed']),
        begunAtMs: Number(row['begun_at']),
        expiresAtMs: Number(row['expires_at']),
      }
    );
  }
}

function toKey(row: Record<string, unknown>): ApiKey {
  return {
    id: String(row['id']),
    orgId: String(row['org_id']) as OrgId,
    label: String(row['label']),
    createdAtMs: Number(row['created_at']),
  };
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    add: sql(
      `INSERT INTO api_key (sha256, org_id, id, label, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    find: sql('SELECT id, org_id, label, created_at FROM api_key WHERE sha256 = ?'),
    list: sql(
      'SELECT id, org_id, label, created_at FROM api_key WHERE org_id = ? ORDER BY created_at, id',
    ),
    revoke: sql('DELETE FROM api_key WHERE org_id = ? AND id = ?'),
    addSetupCode: sql('INSERT INTO setup_code (sha256) VALUES (?) ON CONFLICT DO NOTHING'),
    useSetupCode: sql('DELETE FROM setup_code WHERE sha256 = ?'),
    knowsSetupCode: sql('SELECT 1 FROM setup_code WHERE sha256 = ?'),
    forgetSignIns: sql('DELETE FROM sign_in WHERE expires_at <= ?'),
    addSignIn: sql(
      'INSERT INTO sign_in (sha256, sealed, begun_at, expires_at) VALUES (?, ?, ?, ?)',
    ),
    takeSignIn: sql('DELETE FROM sign_in WHERE sha256 = ? RETURNING sealed, begun_at, expires_at'),
  };
}
