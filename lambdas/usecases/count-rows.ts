import { AppError } from '#core/errors.ts';
import type { OrgState, RowCount } from '#core/org.ts';
import type { Pass } from '#core/pass.ts';
import { purposeOf } from '#core/passes.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';

/** Tasks and Events of long ago are archived: only `queryAll` counts them. */
const ARCHIVED_OBJECTS = new Set(['Task', 'Event']);

/**
 * Counts what the org shows and what the mirror holds of each object that a sweep or an audit has read (R9): a check
 * that shares nothing with the proof. One API call for each object. An org that refuses to count, or has no calls left,
 * is left uncounted; the pass does not wait for it.
 */
export async function countRows(
  ports: Pick<Ports, 'orgs' | 'mirror' | 'salesforce' | 'clock' | 'telemetry'>,
  org: OrgState,
  pass: Pass,
): Promise<void> {
  const { orgId } = org;
  const counts = new Map<string, RowCount>();
  try {
    const salesforce = await ports.salesforce.forOrg(org, purposeOf(org, pass));
    for (const [object, { state }] of Object.entries(pass.parts)) {
      if (state !== 'done') continue;
      const shown = ARCHIVED_OBJECTS.has(object)
        ? await salesforce.count(object, 'IsDeleted = false', { all: true })
        : await salesforce.count(object);
      const { live } = await ports.mirror.counts(orgId, object);
      counts.set(object, { org: shown, mirror: live, atMs: ports.clock.now() });
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ports.telemetry.info('RowsNotCounted', { orgId, passId: pass.id, reason: error.code });
  }
  if (counts.size === 0) return;
  await changeOrg(ports, orgId, (current) => {
    const objects = Object.entries(current.objects).map(([object, state]) => {
      const counted = counts.get(object);
      return [object, counted === undefined ? state : { ...state, counted }] as const;
    });
    return { ...current, objects: Object.fromEntries(objects) };
  });
}
