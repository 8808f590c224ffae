import type { OrgId } from '#core/ids.ts';
import type { Job, Pass } from '#core/pass.ts';

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
  clear(orgId: OrgId): Promise<void>;
}
