import type { LimitName } from '../platform/system/system-services.ts';
import type { ApexRealm } from './apex-realm.ts';
import type { ExecutionContext, Quiddity, RunningJob } from './execution-context.ts';
import type { LimitProfile } from './limits.ts';
import type { OrgServices } from './org-services.ts';

/** What one transaction came to, for whoever measures. */
export interface TransactionReport {
  readonly profile: LimitProfile;
  readonly quiddity: Quiddity;
  readonly outcome: 'committed' | 'rolled back';
  /** Milliseconds since the epoch, on the org's clock; waiting for callouts included. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** What it used of its governor limits. */
  readonly used: Readonly<Record<LimitName, number>>;
  /** Lines with a statement that were executed, as coverage counts them: each as often as it ran. */
  readonly statements: number;
  /** The asynchronous job it ran; null otherwise. */
  readonly job: Pick<RunningJob, 'kind' | 'className' | 'dueMs'> | null;
}

/** Begins to measure a transaction. The answer is called once, when it ends. */
export function reporterOf(
  org: OrgServices,
  realm: ApexRealm,
  context: ExecutionContext,
): (outcome: TransactionReport['outcome']) => void {
  const { onTransaction } = org;
  if (onTransaction === undefined) return () => {};
  const startedMs = org.now();
  // Chunks of a Bulk request share a realm, and with it the counts.
  const before = executed(realm);
  return (outcome) => {
    onTransaction({
      profile: context.limits.profile,
      quiddity: context.quiddity,
      outcome,
      startedMs,
      endedMs: org.now(),
      used: { ...context.limits.snapshot(), heapBytes: context.heap.bytes },
      statements: executed(realm) - before,
      job: shown(context.job),
    });
  };
}

/** Not the job itself, which holds its Apex objects: a report may be kept for ever. */
function shown(job: RunningJob | null): TransactionReport['job'] {
  return job === null ? null : { kind: job.kind, className: job.className, dueMs: job.dueMs };
}

function executed({ program }: ApexRealm): number {
  let total = 0;
  for (const counts of program.coverage.values()) {
    for (const count of counts) total += count;
  }
  return total;
}
