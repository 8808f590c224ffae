import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

/** A55: how old a change of a calendar may be when it stands in Salesforce. */
const PROMISED_MS = 40 * 60_000;

/**
 * Counts calendar changes that stand in Salesforce now, and those that took too long from the calendar to there. What a
 * recurring event's rule made began nowhere, and is left out.
 */
export async function countCalendarChanges(
  { orgs, clock }: Pick<Ports, 'orgs' | 'clock'>,
  orgId: OrgId,
  written: readonly LedgerEntry[],
): Promise<void> {
  const changes = written.filter(
    ({ activity, series }) => activity.kind === 'calendar.event' && series === undefined,
  );
  if (changes.length === 0) return;
  const late = changes.filter(
    ({ activity }) => clock.now() - Date.parse(activity.at) > PROMISED_MS,
  ).length;
  await orgs.count(orgId, {
    calendarChanges: changes.length,
    ...(late > 0 && { calendarChangesLate: late }),
  });
}
