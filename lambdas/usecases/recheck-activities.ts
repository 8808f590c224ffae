import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { requeued } from '#core/activities/ledger-steps.ts';
import { peopleOf } from '#core/activities/people.ts';
import { isAhead, OCCURRENCES_AHEAD_MS } from '#core/activities/plan-events.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { createPeopleFinder } from './find-people.ts';
import { ledgerPages } from './ledger-pages.ts';
import { queueActivities } from './queue-activities.ts';

type RecheckPorts = Pick<
  Ports,
  'activityLedger' | 'activityQueue' | 'mirror' | 'clock' | 'telemetry'
>;

/**
 * Somebody who was created in Salesforce just before an e-mail went out may reach the mirror after it: who was skipped
 * for want of a record is looked for again so long, also where nobody wants unresolved Tasks.
 */
const LATE_RECORDS_MS = 60 * 60_000;
/** The window of recurring events moves on in such steps. */
const WINDOW_STEP_MS = 24 * 60 * 60_000;
/** Longer than any pause of the queue: a message that has not come by then is not coming. */
const LOST_AFTER_MS = 30 * 60_000;

/**
 * Queues again what waits for nothing more: activities whose people have turned up in Salesforce (A33: created, given
 * another address, merged, converted), and those whose messages were lost.
 *
 * @returns how many were queued
 */
export async function recheckActivities(ports: RecheckPorts, orgId: OrgId): Promise<number> {
  const finder = createPeopleFinder(ports, orgId);
  let queued = 0;
  const sinceMs = ports.clock.now() - LATE_RECORDS_MS;
  for (const state of ['unresolved', 'skipped', 'written'] as const) {
    const from = state === 'unresolved' ? undefined : { stateSinceMs: sinceMs, id: '' };
    for await (const page of ledgerPages(ports.activityLedger, orgId, state, from)) {
      const found: LedgerEntry[] = [];
      for (const entry of page) if (await someoneTurnedUp(finder, entry)) found.push(entry);
      queued += await queueAgain(ports, orgId, found);
    }
  }
  for await (const page of ledgerPages(ports.activityLedger, orgId, 'ahead')) {
    const nowMs = ports.clock.now();
    queued += await queueAgain(
      ports,
      orgId,
      page.filter(
        ({ activity }) => activity.kind === 'calendar.event' && !isAhead(activity, nowMs),
      ),
    );
  }
  for await (const page of ledgerPages(ports.activityLedger, orgId, 'series')) {
    const wantedMs = ports.clock.now() + OCCURRENCES_AHEAD_MS - WINDOW_STEP_MS;
    const due = page.filter(({ throughMs = 0 }) => throughMs < wantedMs);
    queued += await queueAgain(ports, orgId, due);
  }
  const lostBeforeMs = ports.clock.now() - LOST_AFTER_MS;
  for (const state of ['queued', 'writing'] as const) {
    for await (const page of ledgerPages(ports.activityLedger, orgId, state)) {
      const lost = page.filter(({ stateSinceMs }) => stateSinceMs < lostBeforeMs);
      await queueActivities(
        ports,
        orgId,
        lost.map(({ id }) => id),
      );
      queued += lost.length;
      if (lost.length < page.length) break;
    }
  }
  if (queued > 0) ports.telemetry.info('ActivitiesRechecked', { orgId, queued });
  return queued;
}

async function someoneTurnedUp(
  finder: ReturnType<typeof createPeopleFinder>,
  { activity, rows, skips, userId }: LedgerEntry,
): Promise<boolean> {
  const people = peopleOf(activity);
  const waiting = rows.filter(({ whoIds }) => whoIds.length === 0).map(({ place }) => place);
  const skipped = skips.filter(({ reason }) => reason === 'no-record').map(({ person }) => person);
  const missing = [...waiting, ...skipped].flatMap((place) => people[place]?.address ?? []);
  const find = await finder.findAll(missing, userId);
  return missing.some((address) => find(address) !== undefined);
}

/** What somebody else changes meanwhile is on its way already. */
async function queueAgain(
  ports: RecheckPorts,
  orgId: OrgId,
  entries: readonly LedgerEntry[],
): Promise<number> {
  const nowMs = ports.clock.now();
  const next = entries.map((entry) => requeued(entry, nowMs));
  const stored = await ports.activityLedger.put(orgId, next);
  const ids = next.flatMap(({ id }, place) => (stored[place] === 'stored' ? [id] : []));
  await queueActivities(ports, orgId, ids);
  return ids.length;
}
