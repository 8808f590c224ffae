import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId } from '#core/ids.ts';
import type { HourlyUse, OrgQuota } from '#core/quota.ts';
import type { UsageStore } from '#ports/usage-store.ts';
import { USAGE_KEPT_MS } from '../usage-kept.ts';
import { inTransaction } from './database.ts';

export class SqliteUsageStore implements UsageStore {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  async add(orgId: OrgId, uses: readonly HourlyUse[]): Promise<void> {
    inTransaction(this.#database, () => {
      for (const { hourMs, purpose, userId = '', calls } of uses) {
        this.#sql.add.run(orgId, hourMs, purpose, userId, calls);
        this.#sql.trim.run(orgId, hourMs - USAGE_KEPT_MS);
      }
    });
  }

  async list(orgId: OrgId, sinceMs: number): Promise<readonly HourlyUse[]> {
    return this.#sql.list.all(orgId, sinceMs).map((row) => {
      const { userId, ...use } = row as unknown as HourlyUse & { readonly userId: string };
      return userId === '' ? use : { ...use, userId };
    });
  }

  async noteQuota(orgId: OrgId, { max, used, atMs }: OrgQuota): Promise<void> {
    this.#sql.note.run(orgId, max, used, atMs);
  }

  async quota(orgId: OrgId): Promise<OrgQuota | undefined> {
    const row = this.#sql.quota.get(orgId);
    return row === undefined ? undefined : ({ ...row } as unknown as OrgQuota);
  }

  async clear(orgId: OrgId): Promise<void> {
    inTransaction(this.#database, () => {
      this.#sql.clearUse.run(orgId);
      this.#sql.clearQuota.run(orgId);
    });
  }
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    add: sql(
      `INSERT INTO api_use (org_id, hour, purpose, user_id, calls) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET calls = calls + excluded.calls`,
    ),
    trim: sql('DELETE FROM api_use WHERE org_id = ? AND hour < ?'),
    list: sql(
      `SELECT hour AS hourMs, purpose, user_id AS userId, calls FROM api_use WHERE org_id = ? AND hour >= ?
       ORDER BY hour, purpose, user_id`,
    ),
    note: sql(
      `INSERT INTO api_quota (org_id, maximum, used, noted_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET maximum = excluded.maximum, used = excluded.used, noted_at = excluded.noted_at
       WHERE excluded.noted_at > noted_at`,
    ),
    quota: sql('SELECT maximum AS max, used, noted_at AS atMs FROM api_quota WHERE org_id = ?'),
    clearUse: sql('DELETE FROM api_use WHERE org_id = ?'),
    clearQuota: sql('DELETE FROM api_quota WHERE org_id = ?'),
  };
}
