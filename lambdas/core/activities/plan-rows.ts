import type { RecordId } from '../ids.ts';
import { type Exclusions, exclusionOf } from './exclusions.ts';
import type { LedgerEntry, LedgerRow, Skip } from './ledger-entry.ts';
import type { Person } from './match-person.ts';
import { type Mentioned, peopleOf } from './people.ts';
import { isLogged, type RoleSettings } from './role-settings.ts';
import { rowKey } from './row-key.ts';

/** Somebody whose record an activity is logged on; `person` undefined = not in Salesforce. */
export interface Addressed {
  /** Among the people of the activity, 0 = the first. */
  readonly place: number;
  readonly person: Person | undefined;
}

interface Decided {
  readonly addressed: readonly Addressed[];
  readonly skips: readonly Skip[];
}

/** G3: Salesforce relates at most so many contacts to a Task. */
const MAX_CONTACTS_PER_TASK = 50;

/**
 * On whom an activity is logged, and on whom it is not and why.
 * @param find the contact or lead of an address
 */
export function decidePeople(
  entry: Pick<LedgerEntry, 'activity' | 'override'>,
  role: RoleSettings,
  exclusions: Exclusions,
  find: (address: string) => Person | undefined,
): Decided {
  const addressed: Addressed[] = [];
  const skips: Skip[] = [];
  peopleOf(entry.activity).forEach((mentioned, place) => {
    const excluded = skipReason(entry, mentioned, role, exclusions);
    if (excluded !== undefined) {
      skips.push({ person: place, reason: excluded });
      return;
    }
    const person = find(mentioned.address);
    const waits = role.unresolved && entry.activity.kind !== 'calendar.event';
    if (person === undefined && !waits) skips.push({ person: place, reason: 'no-record' });
    else addressed.push({ place, person });
  });
  return { addressed, skips };
}

/** An admin's override lifts every exclusion. */
function skipReason(
  { activity, override }: Pick<LedgerEntry, 'activity' | 'override'>,
  mentioned: Mentioned,
  role: RoleSettings,
  exclusions: Exclusions,
): Skip['reason'] | undefined {
  if (override === true) return undefined;
  if (!isLogged(role, activity.kind)) return 'kind-not-logged';
  return exclusionOf(mentioned, activity.kind, exclusions, {
    ...role.exclusions,
    logBcc: role.logBcc,
  });
}

/**
 * The Tasks of an activity (A81). One for each person; where the org shares activities (G2–G4), one for every 50
 * contacts. A lead is alone on its Task, without a related record: Salesforce refuses one.
 *
 * @param relatedTo Related To of a contact: an opportunity, else its account
 */
export function planRows(
  entry: Pick<LedgerEntry, 'id' | 'version'>,
  addressed: readonly Addressed[],
  shared: boolean,
  relatedTo: (person: Person) => RecordId | null,
): readonly LedgerRow[] {
  const isContact = ({ person }: Addressed) => person?.object === 'Contact';
  const contacts = addressed.filter(isContact);
  const others = addressed.filter((one) => !isContact(one));
  const groups = [
    ...groupsOf(contacts, shared ? MAX_CONTACTS_PER_TASK : 1),
    ...others.map((one) => [one]),
  ];
  return groups.map((group) => rowOf(entry, group, relatedTo));
}

function rowOf(
  { id, version }: Pick<LedgerEntry, 'id' | 'version'>,
  group: readonly Addressed[],
  relatedTo: (person: Person) => RecordId | null,
): LedgerRow {
  const people = group.flatMap(({ person }) => (person === undefined ? [] : [person]));
  const [first] = people;
  const place = group[0]?.place ?? 0;
  const row = {
    key: rowKey(id, place),
    place,
    object: 'Task' as const,
    version,
    whoIds: [...new Set(people.map((person) => person.id))],
    whatId: first?.object === 'Contact' ? relatedTo(first) : null,
    whoName: first?.name ?? '',
  };
  if (first === undefined) return row;
  const { chosenBy, candidates } = first;
  return { ...row, chosenBy, candidates };
}

function groupsOf<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    groups.push(items.slice(start, start + size));
  }
  return groups;
}
