import { type RecordId, toId18 } from '../ids.ts';
import type { FieldValue, MirrorRecord } from '../record.ts';

/** Why a record was chosen among those with the address: shown, so that nobody has to guess. */
export type ChosenBy = 'only-one' | 'owned-by-user' | 'last-changed' | 'picked';

/** The contact or lead that an activity is logged on. */
export interface Person {
  readonly object: 'Contact' | 'Lead';
  readonly id: RecordId;
  readonly name: string;
  /** Of a contact; null = it has none. */
  readonly accountId: RecordId | null;
  readonly chosenBy: ChosenBy;
  /** How many records had the address, this one included. */
  readonly candidates: number;
}

/**
 * U13, U14: a contact before any lead, converted leads never; among several the user's own, then the one that was
 * changed last, then the one that was made first.
 *
 * @param found live records with the address
 * @param userId the Salesforce user whose activity it is
 */
export function choosePerson(found: readonly MirrorRecord[], userId: RecordId): Person | undefined {
  const contacts = found.filter(({ object }) => object === 'Contact');
  const leads = found.filter(
    ({ object, fields }) => object === 'Lead' && fields['IsConverted'] !== true,
  );
  const [first, ...others] = contacts.length > 0 ? contacts : leads;
  if (first === undefined) return undefined;
  const candidates = contacts.length + leads.length;
  const best = others.reduce((one, other) => better(one, other, userId), first);
  return toPerson(best, candidates, reasonOf(best, others.length, userId));
}

/** What a record id belongs to, by its first three characters. */
export function objectOfPerson(id: RecordId): 'Contact' | 'Lead' | undefined {
  if (id.startsWith('003')) return 'Contact';
  return id.startsWith('00Q') ? 'Lead' : undefined;
}

/** The contact or lead that an admin picked; undefined for what nothing can be logged on (any more). */
export function pickedPerson(record: MirrorRecord | undefined): Person | undefined {
  if (record === undefined || record.deleted) return undefined;
  const { object, fields } = record;
  const fits = object === 'Contact' || (object === 'Lead' && fields['IsConverted'] !== true);
  return fits ? toPerson(record, 1, 'picked') : undefined;
}

function better(one: MirrorRecord, other: MirrorRecord, userId: RecordId): MirrorRecord {
  const [ownsOne, ownsOther] = [owns(userId, one), owns(userId, other)];
  if (ownsOne !== ownsOther) return ownsOne ? one : other;
  const [stamp, otherStamp] = [one.version.modstampMs, other.version.modstampMs];
  if (stamp !== otherStamp) return stamp > otherStamp ? one : other;
  return one.id < other.id ? one : other;
}

function reasonOf(best: MirrorRecord, others: number, userId: RecordId): ChosenBy {
  if (others === 0) return 'only-one';
  return owns(userId, best) ? 'owned-by-user' : 'last-changed';
}

function owns(userId: RecordId, { fields }: MirrorRecord): boolean {
  return fields['OwnerId'] === userId;
}

function toPerson(
  { object, id, fields }: MirrorRecord,
  candidates: number,
  chosenBy: ChosenBy,
): Person {
  const accountId = object === 'Contact' ? idOf(fields['AccountId']) : null;
  return {
    object: object === 'Contact' ? 'Contact' : 'Lead',
    id,
    name: nameOf(fields),
    accountId,
    chosenBy,
    candidates,
  };
}

function nameOf(fields: MirrorRecord['fields']): string {
  const { Name, FirstName, LastName } = fields;
  if (typeof Name === 'string') return Name;
  return [FirstName, LastName].filter((part) => typeof part === 'string').join(' ');
}

function idOf(value: FieldValue | undefined): RecordId | null {
  const id = typeof value === 'string' ? toId18(value) : undefined;
  return id === undefined ? null : (id as RecordId);
}
