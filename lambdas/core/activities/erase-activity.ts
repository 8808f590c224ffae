import { type DataSubject, mentions, withoutAddresses } from '../data-subject.ts';
import type { Activity } from './activity.ts';
import type { ActivityState, LedgerEntry, LedgerRow } from './ledger-entry.ts';
import { peopleOf } from './people.ts';

/** Members of an activity that anybody may have written anything into. */
const TEXTS: ReadonlySet<string> = new Set([
  'subject',
  'text',
  'title',
  'url',
  'fileName',
  'location',
  'phoneNumber',
]);
const ERASED_TEXT = '(erased)';
const ERASED_HOST = 'erased.invalid';

/** Of these something may still be written without anybody asking for it. */
const OPEN: ReadonlySet<ActivityState> = new Set([
  'queued',
  'writing',
  'ahead',
  'series',
  'unresolved',
  'failed',
]);

/** Whether the ledger's entry tells of the person. */
export function tellsOf(subject: DataSubject, { activity, rows }: LedgerEntry): boolean {
  return mentions(subject, activity) || rows.some((row) => isOn(subject, row));
}

/**
 * A ledger entry without the person. That there was an activity, and which record of Salesforce says so, stays: so it
 * is never written twice. Addresses of the person become placeholders, one for each address, for rows and skips count
 * the people of an activity by their places. Texts go where nothing is to be written of them any more; an activity
 * that has nobody else in it is not written. The same object when nothing is to be taken away.
 */
export function withoutSubject(subject: DataSubject, entry: LedgerEntry): LedgerEntry {
  if (!tellsOf(subject, entry)) return entry;
  const named = anonymous(subject, entry.activity);
  const isOpen = OPEN.has(entry.state);
  const ends = !isOpen || !hasOthers(named);
  // What an admin picked is kept by a digest of the address, from which somebody who knows it could tell.
  const { picked: _picked, ...unpicked } = entry;
  const next: LedgerEntry = {
    ...(ends ? unpicked : entry),
    activity: ends ? withoutTexts(named) : named,
    rows: entry.rows.map((row) => (ends || isOn(subject, row) ? { ...row, whoName: '' } : row)),
    ...(isOpen && ends && skipped(named)),
  };
  return JSON.stringify(next) === JSON.stringify(entry) ? entry : next;
}

function isOn({ ids }: DataSubject, { whoIds }: LedgerRow): boolean {
  return whoIds.some((id) => ids.has(id));
}

/** Whoever is in it, was not to be logged. */
function skipped(activity: Activity): Pick<LedgerEntry, 'state' | 'skips'> {
  const skips = peopleOf(activity).map((_, person) => ({ person, reason: 'no-record' as const }));
  return { state: 'skipped', skips };
}

/** Somebody besides the person and the Mixmax users. */
function hasOthers(activity: Activity): boolean {
  return peopleOf(activity).some(
    ({ address, part }) => part !== 'user' && !address.endsWith(`@${ERASED_HOST}`),
  );
}

function anonymous(subject: DataSubject, activity: Activity): Activity {
  const placeholders = new Map<string, string>();
  const placeholder = (address: string): string => {
    const key = address.toLowerCase();
    const known = placeholders.get(key) ?? `erased-${placeholders.size + 1}@${ERASED_HOST}`;
    placeholders.set(key, known);
    return known;
  };
  return mapTexts(activity, (text) => withoutAddresses(subject, text, placeholder));
}

function withoutTexts(activity: Activity): Activity {
  return mapTexts(activity, (text, name) => (TEXTS.has(name) ? ERASED_TEXT : text));
}

/** Every text within a value, by the name of the member it stands in. */
function mapTexts<T>(value: T, change: (text: string, name: string) => string, name = ''): T {
  if (typeof value === 'string') return change(value, name) as T;
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change, name)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, one]) => [key, mapTexts(one, change, key)]);
  return Object.fromEntries(members) as T;
}
