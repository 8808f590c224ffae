import type { LedgerEntry, LedgerRow, Skip } from '#core/activities/ledger-entry.ts';
import { objectOfPerson, type Person, pickedPerson } from '#core/activities/match-person.ts';
import { peopleOf } from '#core/activities/people.ts';
import {
  type CalendarEvent,
  isAhead,
  nameOfEvent,
  planEvents,
} from '#core/activities/plan-events.ts';
import { type Addressed, decidePeople, planRows } from '#core/activities/plan-rows.ts';
import {
  type ActivitySettings,
  type RoleSettings,
  roleOf,
} from '#core/activities/role-settings.ts';
import { pickKey } from '#core/activities/row-key.ts';
import type { TaskShape } from '#core/activities/task-fields.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { activitySettingsOf } from './activity-settings-of.ts';
import { createPeopleFinder } from './find-people.ts';
import { findUsers } from './find-users.ts';
import { type RelatedTo, readRelatedTo } from './read-related-to.ts';

/** What is to be in Salesforce of one activity. */
export interface ActivityPlan {
  readonly entry: LedgerEntry;
  readonly role: RoleSettings;
  readonly mapping: ActivitySettings['mapping'];
  /** Where the user is. */
  readonly timeZone: string;
  /** With the ids of those that are there already. */
  readonly rows: readonly LedgerRow[];
  readonly skips: readonly Skip[];
  /** An occurrence that is to be written when it comes nearer. */
  readonly ahead: boolean;
}

interface Decision {
  readonly entry: LedgerEntry;
  readonly role: RoleSettings;
  readonly addressed: readonly Addressed[];
  readonly skips: readonly Skip[];
}

type Users = Awaited<ReturnType<typeof findUsers>>;

/**
 * Decides on whom activities are logged, and on what: people by the mirror, related records by the org as it is now, in
 * as few calls as the whole batch allows.
 */
export async function planActivities(
  ports: Pick<Ports, 'mirror' | 'activitySettings' | 'clock' | 'telemetry'>,
  salesforce: Pick<Salesforce, 'queryAll' | 'retrieve' | 'describe'>,
  orgId: OrgId,
  entries: readonly LedgerEntry[],
  shape: Pick<TaskShape, 'shared'>,
): Promise<readonly ActivityPlan[]> {
  const settings = await activitySettingsOf(ports, orgId);
  const finder = createPeopleFinder(ports, orgId);
  const decisions: Decision[] = [];
  for (const entry of entries) {
    const picked = await findPicked(ports, orgId, entry);
    decisions.push(await decide(finder, settings, entry, picked));
  }
  const wanted = decisions.flatMap(({ addressed, role }) =>
    addressed.flatMap(({ person }) => (person?.object === 'Contact' ? [{ person, role }] : [])),
  );
  const relatedTo = await readRelatedTo(ports, salesforce, wanted);
  const users = await findUsers(ports, orgId, entries.flatMap(usersOf));
  const nowMs = ports.clock.now();
  return decisions.map((decision) => {
    const { entry, role } = decision;
    const {
      rows,
      skips,
      ahead = false,
    } = entry.activity.kind === 'calendar.event'
      ? planEvent(decision, entry.activity, relatedTo, users, nowMs)
      : planTasks(decision, shape, relatedTo);
    const timeZone = users.get(entry.activity.user.toLowerCase())?.timeZone ?? 'UTC';
    const known = rows.map((row) => withKnown(row, entry.rows));
    const { mapping } = settings;
    return { entry, role, mapping, timeZone, skips, rows: known, ahead };
  });
}

function usersOf({ activity }: LedgerEntry): readonly string[] {
  const { user } = activity;
  return activity.kind === 'calendar.event' ? [user, ...activity.users] : [user];
}

async function decide(
  finder: ReturnType<typeof createPeopleFinder>,
  settings: ActivitySettings,
  entry: LedgerEntry,
  picked: ReadonlyMap<string, Person>,
): Promise<Decision> {
  const role = roleOf(settings, entry.activity.user);
  const addresses = peopleOf(entry.activity).map(({ address }) => address);
  const find = await finder.findAll(addresses, entry.userId);
  const personOf = (address: string) => picked.get(pickKey(address)) ?? find(address);
  return { entry, role, ...decidePeople(entry, role, settings.exclusions, personOf) };
}

/** Whom an admin picked; who is gone since is looked for by address again. */
async function findPicked(
  { mirror }: Pick<Ports, 'mirror'>,
  orgId: OrgId,
  { picked = {} }: LedgerEntry,
): Promise<ReadonlyMap<string, Person>> {
  const people = new Map<string, Person>();
  for (const [key, id] of Object.entries(picked)) {
    const person = pickedPerson(await mirror.get(orgId, objectOfPerson(id) ?? '', id));
    if (person !== undefined) people.set(key, person);
  }
  return people;
}

interface Planned extends Pick<ActivityPlan, 'rows' | 'skips'> {
  readonly ahead?: boolean;
}

function planTasks(
  { entry, role, addressed, skips }: Decision,
  { shared }: Pick<TaskShape, 'shared'>,
  relatedTo: RelatedTo,
): Planned {
  const rows = planRows(entry, addressed, shared, (person) =>
    relatedTo(person, role, entry.userId),
  );
  return { rows, skips };
}

function planEvent(
  { entry, role, addressed, skips }: Decision,
  event: CalendarEvent,
  relatedTo: RelatedTo,
  users: Users,
  nowMs: number,
): Planned {
  if (event.private && entry.rows.length === 0) {
    return { rows: [], skips: [{ person: 0, reason: 'private' }] };
  }
  const waits = entry.rows.length === 0 && event.status === 'confirmed' && isAhead(event, nowMs);
  if (waits) return { rows: [], skips: [], ahead: true };
  const people = peopleOf(event);
  const named = addressed.map((one) => ({ ...one, address: people[one.place]?.address ?? '' }));
  const name = nameOfEvent(event, named);
  const isPresent = (user: string) => !entry.absent?.includes(user.toLowerCase());
  const rows = planEvents(
    entry,
    { ...event, users: event.private ? [] : event.users.filter(isPresent) },
    name,
    (person, userId) => relatedTo(person, role, userId),
    (user) => users.get(user.toLowerCase())?.id,
    nowMs,
  );
  return { rows, skips: eventSkips(event, skips, rows, users) };
}

/**
 * Who of a calendar event is not logged. That further attendees have no record is nothing to tell, an Event names one;
 * that a user has no Salesforce user is.
 */
function eventSkips(
  event: CalendarEvent,
  skips: readonly Skip[],
  rows: readonly LedgerRow[],
  users: Users,
): readonly Skip[] {
  const attending = new Set(event.users.map((user) => user.toLowerCase()));
  const people = peopleOf(event).map(({ address }) => address.toLowerCase());
  const logged = rows.some(({ remove }) => remove !== true);
  const isUser = ({ person }: Skip) => attending.has(people[person] ?? '');
  const others = skips.filter((skip) => skip.reason !== 'no-record' || !(logged || isUser(skip)));
  const unknown = [...attending].filter((user) => !users.has(user));
  return [
    ...others,
    ...unknown.map((user) => ({ person: people.indexOf(user), reason: 'no-user' as const })),
  ];
}

function withKnown(row: LedgerRow, known: readonly LedgerRow[]): LedgerRow {
  const { recordId, wrote } = known.find(({ key }) => key === row.key) ?? {};
  return {
    ...row,
    ...(recordId !== undefined && { recordId }),
    ...(wrote !== undefined && { wrote }),
  };
}
