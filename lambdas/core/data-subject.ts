import { plainAddress } from './activities/exclusions.ts';
import { type RecordId, toId18 } from './ids.ts';
import type { Fields, FieldValue, MirrorRecord } from './record.ts';

/**
 * A person whose data is to be erased: everything that is told by an address of theirs, or by the id of a record about
 * them. A name alone tells nobody: texts that hold nothing else of a person are not found.
 */
export interface DataSubject {
  /** Lower case, without plus-tags. */
  readonly addresses: ReadonlySet<string>;
  /** Of contacts, leads and the like: records about the person. */
  readonly ids: ReadonlySet<RecordId>;
}

const ADDRESSES = /[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\?&=/#]{1,253}/g;
/** What sentences put around an address. */
const AROUND = /^['*_`]+|['*_`.!?]+$/g;

/** Whether a value, or anything within it, holds an address of the person or is the id of one of their records. */
export function mentions(subject: DataSubject, value: unknown): boolean {
  if (typeof value === 'string') return isIdOf(subject, value) || holdsAddress(subject, value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((one) => mentions(subject, one));
}

/** The text with every address of the person replaced; the same text when it holds none. */
export function withoutAddresses(
  subject: DataSubject,
  text: string,
  replacement: (address: string) => string,
): string {
  if (!text.includes('@')) return text;
  return text.replace(ADDRESSES, (found) => {
    const address = found.replace(AROUND, '');
    return isAddressOf(subject, address) ? found.replace(address, replacement(address)) : found;
  });
}

/** Whether a record is about the person: by its id, by that of the record it was merged into, by its e-mail address. */
export function isAbout(subject: DataSubject, record: MirrorRecord): boolean {
  const { id, mergedInto } = record;
  if (subject.ids.has(id) || (mergedInto !== undefined && subject.ids.has(mergedInto))) return true;
  return addressesOf(record).some((address) => subject.addresses.has(address));
}

/** What the record's e-mail address is and was, as far as the mirror still knows. */
export function addressesOf({ fields, lastChange }: MirrorRecord): readonly string[] {
  return [emailOf(fields), emailOf(lastChange.old)].flatMap((value) =>
    typeof value === 'string' && value.includes('@') ? [plainAddress(value)] : [],
  );
}

/**
 * A record without what the mirror keeps beyond what the org shows: a live one loses the values of before its last
 * change, a deleted or hidden one all of them. Version, revision and state stay, so that older news of it still count
 * as old (R1) and younger ones as young. The same object when it holds no such value.
 */
export function withoutValues(record: MirrorRecord): MirrorRecord {
  const { fields, lastChange } = record;
  const isGone = record.deleted || record.hidden;
  const keepsFields = !isGone || isEmpty(fields);
  if (keepsFields && isEmpty(lastChange.old)) return record;
  return {
    ...record,
    lastChange: { ...lastChange, old: {} },
    ...(!keepsFields && { fields: {}, fieldSet: '' }),
  };
}

function holdsAddress(subject: DataSubject, text: string): boolean {
  let held = false;
  withoutAddresses(subject, text, (address) => {
    held = true;
    return address;
  });
  return held;
}

function isAddressOf({ addresses }: DataSubject, address: string): boolean {
  return addresses.has(plainAddress(address));
}

function isIdOf({ ids }: DataSubject, text: string): boolean {
  const id = toId18(text);
  return id !== undefined && ids.has(id as RecordId);
}

function emailOf(fields: Fields): FieldValue | undefined {
  return Object.hasOwn(fields, 'Email') ? fields['Email'] : undefined;
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0;
}
