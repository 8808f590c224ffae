import type { RecordId } from '../ids.ts';
import { plainAddress } from './exclusions.ts';
import { ACTIVITY_STATES, type ActivityState, type LedgerEntry } from './ledger-entry.ts';
import { peopleOf } from './people.ts';
import { subjectOf } from './subjects.ts';

/** What an activity is looked for by; what is absent does not count. */
export interface LedgerSearch {
  readonly state?: ActivityState;
  /** The sender's id, or the ledger's. */
  readonly id?: string;
  /** Address of somebody in it. */
  readonly person?: string;
  /** A Task or Event that was made of it, or what that names or is related to. */
  readonly record?: RecordId;
  /** The Mixmax user. */
  readonly user?: string;
  /** A part of the subject, in any case. */
  readonly subject?: string;
  /** When it happened, ms: from (inclusive) and to (exclusive). */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A place in the ledger as the search goes through it: state by state, longest in it first. */
export interface SearchPlace {
  readonly state: ActivityState;
  readonly stateSinceMs: number;
  readonly id: string;
}

export function fitsSearch(search: LedgerSearch, entry: LedgerEntry): boolean {
  const { activity, rows } = entry;
  const { state, id, person, record, user, subject, fromMs = -Infinity, toMs = Infinity } = search;
  const atMs = Date.parse(activity.at);
  return (
    (state === undefined || entry.state === state) &&
    (id === undefined || entry.id === id || activity.id === id) &&
    (person === undefined || names(entry, person)) &&
    (record === undefined || rows.some((row) => isAbout(row, record))) &&
    (user === undefined || activity.user.toLowerCase() === user.toLowerCase()) &&
    (subject === undefined || contains(shownSubject(entry), subject)) &&
    atMs >= fromMs &&
    atMs < toMs
  );
}

/** As it stands in Salesforce; none for what somebody keeps to himself (F18). */
export function shownSubject({ activity, rows }: LedgerEntry): string | undefined {
  if ('private' in activity && activity.private) return undefined;
  return subjectOf(activity, rows[0]?.whoName ?? '');
}

/** With its plus-tag or without. */
function names({ activity }: LedgerEntry, person: string): boolean {
  const wanted = person.toLowerCase();
  return peopleOf(activity).some(
    ({ address }) => address.toLowerCase() === wanted || plainAddress(address) === wanted,
  );
}

function isAbout(
  { recordId, whoIds, whatId }: LedgerEntry['rows'][number],
  record: RecordId,
): boolean {
  return recordId === record || whatId === record || whoIds.includes(record);
}

function contains(text: string | undefined, part: string): boolean {
  return text?.toLowerCase().includes(part.toLowerCase()) === true;
}

export function formatPlace({ state, stateSinceMs, id }: SearchPlace): string {
  return `${state}/${stateSinceMs}/${id}`;
}

/** Undefined for what `formatPlace` never makes. */
export function parsePlace(text: string): SearchPlace | undefined {
  const [, name, ms, id] = /^([a-z]+)\/(\d{1,15})\/(.{1,200})$/.exec(text) ?? [];
  const state = ACTIVITY_STATES.find((one) => one === name);
  if (state === undefined || ms === undefined || id === undefined) return undefined;
  return { state, stateSinceMs: Number(ms), id };
}
