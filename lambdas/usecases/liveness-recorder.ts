import { failureReason } from '#core/failure-reason.ts';
import type { OrgId } from '#core/ids.ts';
import type { Notice } from '#core/notice.ts';
import type { Ports } from '#ports/ports.ts';

/** At most one write of Apex last seen per org, container and this long: a busy org must not write per notice. */
const WRITE_EVERY_MS = 15_000;
/** Orgs remembered; beyond it the memory starts anew, which costs one write each. */
const MAX_ORGS = 10_000;

export interface LivenessRecorder {
  /**
   * Records that a verified notice came: Apex last seen for `salesforce.changes`, the last ping for a ping (R7), and
   * counters. Best effort: the notice is safely queued already.
   *
   * @param sentAtMs the request's signed timestamp, by the sender's clock
   * @returns why something could not be recorded, to be logged by who knows which notice it was
   */
  record(
    orgId: OrgId,
    type: Notice['type'],
    sentAtMs: number,
    dropped: number,
  ): Promise<readonly string[]>;
}

/** Remembers, in this process, when it last wrote for which org. */
export function createLivenessRecorder(ports: Pick<Ports, 'clock' | 'orgs'>): LivenessRecorder {
  const seenByOrg = new Map<OrgId, number>();

  async function recordApexSeen(orgId: OrgId, atMs: number): Promise<void> {
    const last = seenByOrg.get(orgId);
    if (last !== undefined && atMs - last < WRITE_EVERY_MS) return;
    await ports.orgs.noteApexSeen(orgId, atMs);
    if (seenByOrg.size >= MAX_ORGS) seenByOrg.clear();
    seenByOrg.set(orgId, atMs);
  }

  return {
    async record(orgId, type, sentAtMs, dropped) {
      const atMs = Math.min(sentAtMs, ports.clock.now());
      const writes: Promise<unknown>[] = [];
      if (type === 'salesforce.changes') writes.push(recordApexSeen(orgId, atMs));
      if (type === 'salesforce.ping') writes.push(ports.orgs.notePing(orgId, atMs));
      if (dropped > 0) writes.push(ports.orgs.count(orgId, { changesDropped: dropped }));
      const results = await Promise.allSettled(writes);
      return results.flatMap((result) =>
        result.status === 'rejected' ? [failureReason(result.reason)] : [],
      );
    },
  };
}
