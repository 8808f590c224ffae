import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { withAbsence } from '#core/activities/ledger-steps.ts';
import { isFault, parseActivity } from '#core/activities/parse-activity.ts';
import { EVENT_PREFIX, ledgerIdOf, ledgerIdOfKey } from '#core/activities/row-key.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { soqlName, soqlText, soqlTime } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import {
  type AcceptActivitiesPorts,
  acceptActivities,
  type ItemResult,
} from './accept-activities.ts';
import { occurrenceNames, occurrenceOf, seriesOf } from './expand-series.ts';
import { findUsers } from './find-users.ts';
import { queueActivities } from './queue-activities.ts';
import { readOrgShape } from './read-org-shape.ts';

/** All that a user's calendar holds in a stretch of time. */
export interface CalendarSnapshot {
  readonly user: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Calendar events as the intake takes them. */
  readonly events: readonly unknown[];
}

export interface Reconciled {
  readonly results: readonly ItemResult[];
  /** Events of the user in Salesforce that the calendar does not hold any more. */
  readonly gone: number;
}

/**
 * Heals what a sender lost (A55): events of the snapshot are taken in as always, and the user's Events in Salesforce
 * that it lacks are taken out of the user's calendar there, other users keep theirs. Costs a query and describes.
 *
 * @throws AppError invalid-input for an unknown user, or events that cannot be read: a list with holes must not delete
 * @throws AppError conflict when the Sync User cannot write the key that tells our Events from others
 */
export async function reconcileCalendar(
  ports: AcceptActivitiesPorts & Pick<Ports, 'salesforce'>,
  org: OrgState,
  snapshot: CalendarSnapshot,
): Promise<Reconciled> {
  const user = snapshot.user.toLowerCase();
  const listed = idsOf(snapshot);
  const userId = (await findUsers(ports, org.orgId, [user])).get(user)?.id;
  if (userId === undefined) {
    const message = 'user: no active Salesforce user has this address.';
    throw new AppError('invalid-input', message, { pointer: '/user' });
  }
  const results = await acceptActivities(ports, org, snapshot.events);
  const salesforce = await ports.salesforce.forOrg(org, 'activities');
  const present = await eventsInOrg(salesforce, userId, snapshot);
  const missing = present.filter((id) => !listed.has(id));
  return { results, gone: await markAbsent(ports, org, user, missing) };
}

/** Of all that the snapshot names, the occurrences of recurring events in its time included. */
function idsOf({ events, fromMs, toMs }: CalendarSnapshot): ReadonlySet<string> {
  const ids = events.flatMap((item, place) => {
    const event = parseActivity(item);
    if (!isFault(event) && event.kind === 'calendar.event') {
      const series = seriesOf({ activity: event });
      if (series === undefined) return [ledgerIdOf(event)];
      const names = occurrenceNames(series, fromMs, toMs);
      return names.map((name) => ledgerIdOf(occurrenceOf(series, name)));
    }
    const [pointer, reason] = isFault(event)
      ? [event.pointer, event.reason]
      : ['/kind', 'must be "calendar.event"'];
    const at = `/events/${place}${pointer}`;
    throw new AppError('invalid-input', `body${at} ${reason}.`, { pointer: at });
  });
  return new Set(ids);
}

async function eventsInOrg(
  salesforce: Salesforce,
  userId: RecordId,
  { fromMs, toMs }: CalendarSnapshot,
): Promise<readonly string[]> {
  const { keyField } = (await readOrgShape(salesforce)).event;
  if (keyField === undefined) {
    throw new AppError(
      'conflict',
      'The Sync User cannot write Mixmax_Activity_Id__c on Events: give it the permission set Mixmax RTS Sync User.',
    );
  }
  const field = soqlName(keyField);
  const soql = `SELECT Id, ${field} FROM Event WHERE OwnerId = ${soqlText(userId)} AND StartDateTime >= ${soqlTime(fromMs)} AND StartDateTime < ${soqlTime(toMs)} AND ${field} LIKE '${EVENT_PREFIX}%'`;
  const ids = new Set<string>();
  for await (const { records } of salesforce.query(soql)) {
    for (const { fields } of records) {
      const id = ledgerIdOfKey(String(fields[keyField]));
      if (id !== undefined) ids.add(id);
    }
  }
  return [...ids];
}

/** What others change meanwhile is in the next snapshot again. */
async function markAbsent(
  ports: AcceptActivitiesPorts,
  { orgId }: OrgState,
  user: string,
  ids: readonly string[],
): Promise<number> {
  const known = await ports.activityLedger.getMany(orgId, ids);
  const nowMs = ports.clock.now();
  const next: LedgerEntry[] = [...known.values()]
    .filter(({ absent }) => !absent?.includes(user))
    .map((entry) => withAbsence(entry, user, true, nowMs));
  const stored = await ports.activityLedger.put(orgId, next);
  const marked = next.filter((_, place) => stored[place] === 'stored').map(({ id }) => id);
  await queueActivities(ports, orgId, marked);
  return marked.length;
}
