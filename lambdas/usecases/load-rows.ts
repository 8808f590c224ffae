import { type BulkRows, rowLoader } from '#core/bulk-rows.ts';
import type { RecordId } from '#core/ids.ts';
import type { Job } from '#core/pass.ts';
import type { WriteOutcome } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import { type PublishChangesPorts, publishChanges } from './publish-changes.ts';

/** Brings rows into the mirror that it knows nothing of; returns their ids. */
export type LoadRows = (rows: BulkRows) => Promise<ReadonlySet<RecordId>>;

/**
 * The short way for rows of a Bulk job (R11): old records that the mirror knows nothing of, which is nearly all of a
 * first audit, are written without being compared, and announced. All others are left to `applyWrites`, which also
 * announces what a killed step wrote and did not announce.
 */
export function rowLoading(
  ports: Pick<Ports, 'mirror' | 'clock'> & PublishChangesPorts,
  job: Job,
): LoadRows {
  const { orgId, object, fieldSet } = job;
  const toLoad = rowLoader(job, job.readAtMs ?? 0);
  return async (rows) => {
    const load = toLoad(rows);
    if (load.rows.length === 0) return new Set();
    const nowMs = ports.clock.now();
    const written = await ports.mirror.addUnknown(orgId, load, nowMs);
    const { readAtMs } = load;
    const lastChange = {
      type: 'record.refreshed',
      via: 'bulk',
      appliedAtMs: nowMs,
      old: {},
    } as const;
    const states = { object, revision: 1, deleted: false, hidden: false, fieldSet, lastChange };
    const news = load.rows.filter(({ id }) => written.has(id));
    const outcomes = news.map(({ id, modstampMs }): WriteOutcome => {
      // Of such a record its event tells no values.
      const record = { ...states, id, version: { modstampMs, readAtMs }, fields: {} };
      return { outcome: 'applied', record };
    });
    await publishChanges(ports, orgId, outcomes, () => false);
    return written;
  };
}
