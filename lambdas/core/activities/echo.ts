import { createHash } from 'node:crypto';
import type { Fields, FieldValue, MirrorRecord } from '../record.ts';
import type { LedgerEntry, LedgerRow } from './ledger-entry.ts';

/*
 * What we write comes back as a notice, like everything that changes in the org. It is told from what people do by the
 * key that our rows carry and by what we last wrote: an edit by anybody else differs, and is news.
 */

/** What was last written of a row: a short digest of each value. No value lies in the ledger twice. */
export type Written = Readonly<Record<string, string>>;

const KEY_FIELD = /^(?:\w+__)?Mixmax_Activity_Id__c$/;

/** Salesforce derives these from what was written. */
const DERIVED: ReadonlySet<string> = new Set([
  'LastModifiedDate',
  'LastModifiedById',
  'AccountId',
  'WhoCount',
  'WhatCount',
  'IsClosed',
  'CompletedDateTime',
  'ActivityDate',
  'ActivityDateTime',
  'EndDate',
  'EndDateTime',
  'GroupEventType',
]);

/** The key that a Task or Event carries, if it is one of ours and its last change may be, too. */
export function keyOf({ object, fields, lastChange }: MirrorRecord): string | undefined {
  const isNews = lastChange.type !== 'record.refreshed' && lastChange.type !== 'record.hidden';
  if (!isNews || (object !== 'Task' && object !== 'Event')) return undefined;
  const name = Object.keys(fields).find((field) => KEY_FIELD.test(field));
  const key = name === undefined ? undefined : fields[name];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

export function writtenOf(fields: Fields): Written {
  const entries = Object.entries(fields).filter(([name]) => name !== 'Id');
  return Object.fromEntries(entries.map(([name, value]) => [name, digest(value)]));
}

/** Whether a record's last change is our own writing of it, as far as the ledger knows. */
export function isEcho(record: MirrorRecord, key: string, entry: LedgerEntry): boolean {
  const { type, old } = record.lastChange;
  if (type === 'record.deleted') return entry.removed?.includes(record.id) === true;
  const row = entry.rows.find((one) => one.key === key && one.object === record.object);
  // Its answer is not written down yet. A copy made by hand within these seconds is taken for ours.
  if (row === undefined) return type === 'record.created' && entry.state === 'writing';
  if (row.recordId !== undefined && row.recordId !== record.id) return false;
  if (row.wrote === undefined || !saysAs(record.fields, row.wrote)) return false;
  return type === 'record.created' || (type === 'record.updated' && isOurs(old, row));
}

function saysAs(fields: Fields, wrote: Written): boolean {
  return Object.entries(wrote).every(
    ([name, hash]) => !Object.hasOwn(fields, name) || digest(fields[name] ?? null) === hash,
  );
}

function isOurs(old: Fields, { wrote = {} }: LedgerRow): boolean {
  const changed = Object.keys(old);
  const written = changed.filter((name) => Object.hasOwn(wrote, name));
  return (
    written.length > 0 && changed.every((name) => Object.hasOwn(wrote, name) || DERIVED.has(name))
  );
}

/** Salesforce keeps no blanks at the end of a text, and nothing for an empty one. */
function digest(value: FieldValue): string {
  const kept = typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() || null : value;
  return createHash('sha256').update(JSON.stringify(kept)).digest('base64url').slice(0, 8);
}
