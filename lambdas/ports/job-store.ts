import type { OrgId, RecordId } from '#core/ids.ts';
import type { AuditFinding, FindingKind, Job, Pass } from '#core/pass.ts';

/** Passes and Bulk jobs. Updates are compare-and-swap: they write revision + 1 if the stored revision is `next.revision`. */
export interface JobStore {
  createPass(pass: Pass): Promise<'created' | 'exists'>;
  getPass(orgId: OrgId, passId: string): Promise<Pass | undefined>;
  updatePass(next: Pass): Promise<'updated' | 'conflict'>;
  /** Newest first. */
  listPasses(
    orgId: OrgId,
    options: { state?: Pass['state']; limit: number },
  ): Promise<readonly Pass[]>;
  createJob(job: Job): Promise<'created' | 'exists'>;
  getJob(orgId: OrgId, jobId: string): Promise<Job | undefined>;
  updateJob(next: Job): Promise<'updated' | 'conflict'>;
  /** A record is noted once a pass, as what it was first found to be: a repeated step changes nothing. */
  addFindings(orgId: OrgId, passId: string, findings: readonly AuditFinding[]): Promise<void>;
  /** In order of object and id, from `after` (exclusive). */
  listFindings(
    orgId: OrgId,
    passId: string,
    options: { after?: Pick<AuditFinding, 'object' | 'id'>; limit: number },
  ): Promise<readonly AuditFinding[]>;
  /**
   * Forgets what any pass found of these records. Costs a look at every finding of the org.
   * @returns how many findings were forgotten
   */
  removeFindings(orgId: OrgId, ids: readonly RecordId[]): Promise<number>;
  /** By object. Costs a look at every finding of the pass. */
  countFindings(
    orgId: OrgId,
    passId: string,
  ): Promise<Readonly<Record<string, Readonly<Record<FindingKind, number>>>>>;
  /** Forgets passes, jobs and findings of an org. */
  clear(orgId: OrgId): Promise<void>;
}
