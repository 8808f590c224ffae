import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { AuditFinding, FindingKind, Job, Pass } from '#core/pass.ts';
import type { JobStore } from '#ports/job-store.ts';
import { countByObject } from '../finding-counts.ts';
import { inTransaction } from './database.ts';

export class SqliteJobStore implements JobStore {
  readonly #database: DatabaseSync;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#sql = prepare(database);
  }

  async createPass(pass: Pass): Promise<'created' | 'exists'> {
    const { orgId, id, revision, state, startedAtMs } = pass;
    const body = JSON.stringify(pass);
    const { changes } = this.#sql.createPass.run(orgId, id, revision, state, startedAtMs, body);
    return changes === 1 ? 'created' : 'exists';
  }

  async getPass(orgId: OrgId, passId: string): Promise<Pass | undefined> {
    const row = this.#sql.getPass.get(orgId, passId);
    return row === undefined ? undefined : parse<Pass>(row['body']);
  }

  async updatePass(next: Pass): Promise<'updated' | 'conflict'> {
    const pass = { ...next, revision: next.revision + 1 };
    const { changes } = this.#sql.updatePass.run(
      pass.revision,
      pass.state,
      pass.startedAtMs,
      JSON.stringify(pass),
      next.orgId,
      next.id,
      next.revision,
    );
    return changes === 1 ? 'updated' : 'conflict';
  }

  async listPasses(
    orgId: OrgId,
    { state, limit }: { state?: Pass['state']; limit: number },
  ): Promise<readonly Pass[]> {
    const rows =
      state === undefined
        ? this.#sql.listPasses.all(orgId, limit)
        : this.#sql.listPassesIn.all(orgId, state, limit);
    return rows.map((row) => parse<Pass>(row['body']));
  }

  async createJob(job: Job): Promise<'created' | 'exists'> {
    const { changes } = this.#sql.createJob.run(
      job.orgId,
      job.id,
      job.revision,
      JSON.stringify(job),
    );
    return changes === 1 ? 'created' : 'exists';
  }

  async getJob(orgId: OrgId, jobId: string): Promise<Job | undefined> {
    const row = this.#sql.getJob.get(orgId, jobId);
    return row === undefined ? undefined : parse<Job>(row['body']);
  }

  async updateJob(next: Job): Promise<'updated' | 'conflict'> {
    const job = { ...next, revision: next.revision + 1 };
    const { changes } = this.#sql.updateJob.run(
      job.revision,
      JSON.stringify(job),
      next.orgId,
      next.id,
      next.revision,
    );
    return changes === 1 ? 'updated' : 'conflict';
  }

  async addFindings(
    orgId: OrgId,
    passId: string,
    findings: readonly AuditFinding[],
  ): Promise<void> {
    inTransaction(this.#database, () => {
      for (const { object, id, kind } of findings) {
        this.#sql.addFinding.run(orgId, passId, object, id, kind);
      }
    });
  }

  async listFindings(
    orgId: OrgId,
    passId: string,
    { after, limit }: { after?: Pick<AuditFinding, 'object' | 'id'>; limit: number },
  ): Promise<readonly AuditFinding[]> {
    const { object, id } = after ?? { object: '', id: '' };
    const rows = this.#sql.listFindings.all(orgId, passId, object, id, limit);
    return rows.map((row) => ({ ...(row as unknown as AuditFinding) }));
  }

  async removeFindings(orgId: OrgId, ids: readonly RecordId[]): Promise<number> {
    return Number(this.#sql.removeFindings.run(orgId, JSON.stringify(ids)).changes);
  }

  async countFindings(
    orgId: OrgId,
    passId: string,
  ): Promise<Readonly<Record<string, Readonly<Record<FindingKind, number>>>>> {
    const rows = this.#sql.countFindings.all(orgId, passId);
    return countByObject(rows as unknown as (AuditFinding & { readonly count: number })[]);
  }

  async clear(orgId: OrgId): Promise<void> {
    inTransaction(this.#database, () => {
      this.#sql.clearPasses.run(orgId);
      this.#sql.clearJobs.run(orgId);
      this.#sql.clearFindings.run(orgId);
    });
  }
}

function parse<T>(text: unknown): T {
  return JSON.parse(String(text)) as T;
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    createPass: sql(
      `INSERT INTO pass (org_id, id, revision, state, started_at, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    getPass: sql('SELECT body FROM pass WHERE org_id = ? AND id = ?'),
    updatePass: sql(
      `UPDATE pass SET revision = ?, state = ?, started_at = ?, body = ?
       WHERE org_id = ? AND id = ? AND revision = ?`,
    ),
    listPasses: sql(
      'SELECT body FROM pass WHERE org_id = ? ORDER BY started_at DESC, id DESC LIMIT ?',
    ),
    listPassesIn: sql(
      'SELECT body FROM pass WHERE org_id = ? AND state = ? ORDER BY started_at DESC, id DESC LIMIT ?',
    ),
    clearPasses: sql('DELETE FROM pass WHERE org_id = ?'),
    createJob: sql(
      'INSERT INTO job (org_id, id, revision, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    getJob: sql('SELECT body FROM job WHERE org_id = ? AND id = ?'),
    updateJob: sql(
      'UPDATE job SET revision = ?, body = ? WHERE org_id = ? AND id = ? AND revision = ?',
    ),
    addFinding: sql(
      `INSERT INTO audit_finding (org_id, pass_id, object, id, kind) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    ),
    listFindings: sql(
      `SELECT object, id, kind FROM audit_finding
       WHERE org_id = ? AND pass_id = ? AND (object, id) > (?, ?) ORDER BY object, id LIMIT ?`,
    ),
    countFindings: sql(
      `SELECT object, kind, count(*) AS count FROM audit_finding
       WHERE org_id = ? AND pass_id = ? GROUP BY object, kind`,
    ),
    removeFindings: sql(
      'DELETE FROM audit_finding WHERE org_id = ? AND id IN (SELECT value FROM json_each(?))',
    ),
    clearFindings: sql('DELETE FROM audit_finding WHERE org_id = ?'),
    clearJobs: sql('DELETE FROM job WHERE org_id = ?'),
  };
}
