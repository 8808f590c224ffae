import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { requeued } from '#core/activities/ledger-steps.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { ledgerPages } from './ledger-pages.ts';
import { queueActivities } from './queue-activities.ts';

/** `busy`: it is being written; `nothing-to-do`: all of it is in Salesforce. */
export type RetryOutcome = 'queued' | 'busy' | 'nothing-to-do' | 'unknown';

/**
 * Has activities tried once more: failed ones, skipped ones, unresolved ones. What is in Salesforce already is not
 * written again.
 *
 * @param override also log what something excludes
 */
export async function retryActivities(
  ports: Pick<Ports, 'activityLedger' | 'activityQueue' | 'clock'>,
  orgId: OrgId,
  ids: readonly string[],
  override: boolean,
): Promise<ReadonlyMap<string, RetryOutcome>> {
  const known = await ports.activityLedger.getMany(orgId, ids);
  const outcomes = new Map<string, RetryOutcome>();
  const next: LedgerEntry[] = [];
  for (const id of ids) {
    const entry = known.get(id);
    const outcome = entry === undefined ? 'unknown' : retryOf(entry);
    outcomes.set(id, outcome);
    if (entry === undefined || outcome !== 'queued') continue;
    const again = requeued(entry, ports.clock.now());
    next.push(override ? { ...again, override: true } : again);
  }
  const stored = await ports.activityLedger.put(orgId, next);
  next.forEach(({ id }, place) => {
    if (stored[place] === 'conflict') outcomes.set(id, 'busy');
  });
  const queued = [...outcomes].flatMap(([id, outcome]) => (outcome === 'queued' ? [id] : []));
  await queueActivities(ports, orgId, queued);
  return outcomes;
}

/** Has what failed of a Salesforce user tried once more: he is written by somebody else from now on. */
export async function retryOfUser(
  ports: Pick<Ports, 'activityLedger' | 'activityQueue' | 'clock'>,
  orgId: OrgId,
  userId: RecordId,
): Promise<void> {
  const ids: string[] = [];
  for await (const page of ledgerPages(ports.activityLedger, orgId, 'failed')) {
    const own = page.filter(
      ({ userId: writer, rows }) =>
        writer === userId || rows.some(({ ownerId }) => ownerId === userId),
    );
    ids.push(...own.map(({ id }) => id));
  }
  await retryActivities(ports, orgId, ids, false);
}

function retryOf({ state, skips }: LedgerEntry): RetryOutcome {
  switch (state) {
    case 'writing':
      return 'busy';
    case 'queued':
    case 'failed':
    case 'skipped':
    case 'ahead':
    case 'series':
    case 'unresolved':
    case 'ignored':
      return 'queued';
    case 'written':
      return skips.length > 0 ? 'queued' : 'nothing-to-do';
  }
}
