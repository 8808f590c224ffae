import { type ObjectPlan, OVERLAP_MS } from '#core/apply-plan.ts';
import type { OrgState } from '#core/org.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';

/** R3: above this many records of one object in a batch, a window read by Bulk API is cheaper than reading by id. */
export const MAX_READS = 10_000;

/**
 * A skip is announced at once, while the save it is about may still be running: what is read must have been committed,
 * and be stamped with a second that is over.
 */
const COMMIT_SECONDS = 60;

/** R7: what Apex says it did not send is read, from where the gap or the proven part of the mirror ends, with overlap. */
export async function fillGap(
  ports: StartPassPorts,
  org: OrgState,
  gapSinceMs: number,
): Promise<void> {
  const sinceMs: Record<string, number> = {};
  for (const [object, { completeThroughMs }] of Object.entries(org.objects)) {
    if (completeThroughMs !== undefined) {
      sinceMs[object] = Math.min(completeThroughMs, gapSinceMs) - OVERLAP_MS;
    }
  }
  const since = new Date(gapSinceMs).toISOString();
  const reason = `Apex sent nothing from ${since} on: that stretch is read.`;
  const delaySeconds = COMMIT_SECONDS;
  await startPass(ports, { orgId: org.orgId, kind: 'gap', reason, sinceMs, delaySeconds });
}

/** R3: reads everything that changed since shortly before the earliest change, instead of the records by id. */
export async function readByWindow(
  ports: StartPassPorts,
  org: OrgState,
  object: string,
  plan: Pick<ObjectPlan, 'earliestMs' | 'reads'>,
): Promise<void> {
  const reason = `${plan.reads.size} records of ${object} changed at once: their window is read.`;
  await startPass(ports, {
    orgId: org.orgId,
    kind: 'gap',
    reason,
    objects: [object],
    sinceMs: { [object]: plan.earliestMs - OVERLAP_MS },
  });
}
