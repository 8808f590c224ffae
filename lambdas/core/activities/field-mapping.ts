import type { Fields, FieldValue } from '../record.ts';
import type { Activity } from './activity.ts';
import { cutText } from './cut-text.ts';
import type { LedgerRow } from './ledger-entry.ts';
import { peopleOf } from './people.ts';
import { sequenceOf } from './subjects.ts';

/*
 * Structured fields beside the subject: what reports would otherwise have to cut out of texts. An admin says which field
 * takes what; fields with the names below take it without being told.
 */

type ValueKind = 'text' | 'number' | 'date-time' | 'yes-no';

interface Source {
  readonly kind: ValueKind;
  /** Undefined where an activity has none: the field is left alone. */
  readonly of: (activity: Activity, row: Pick<LedgerRow, 'place'>) => FieldValue | undefined;
}

/** What can be written to a field of the admin's choice. */
const SOURCES = {
  kind: { kind: 'text', of: ({ kind }) => kind },
  'sender-id': { kind: 'text', of: ({ id }) => id },
  user: { kind: 'text', of: ({ user }) => user },
  person: { kind: 'text', of: (activity, { place }) => peopleOf(activity)[place]?.address },
  'happened-at': { kind: 'date-time', of: ({ at }) => new Date(at).toISOString() },
  'in-sequence': { kind: 'yes-no', of: (activity) => sequenceOf(activity) !== undefined },
  'sequence-name': { kind: 'text', of: (activity) => sequenceOf(activity)?.name },
  'sequence-stage': { kind: 'number', of: (activity) => sequenceOf(activity)?.stage },
  link: { kind: 'text', of: (activity) => memberOf(activity, 'url') },
  'file-name': { kind: 'text', of: (activity) => memberOf(activity, 'fileName') },
  'mail-subject': { kind: 'text', of: (activity) => memberOf(activity, 'subject') },
  'meeting-title': { kind: 'text', of: (activity) => memberOf(activity, 'title') },
  'phone-number': { kind: 'text', of: (activity) => callMember(activity, 'phoneNumber') },
  'call-disposition': { kind: 'text', of: (activity) => callMember(activity, 'disposition') },
} as const satisfies Readonly<Record<string, Source>>;

export type SourceName = keyof typeof SOURCES;

export const SOURCE_NAMES = Object.keys(SOURCES) as readonly SourceName[];

/** Field → what is written to it. */
export type FieldMapping = Readonly<Record<string, SourceName>>;

/** Of one object, as described. */
export interface MappableField {
  readonly name: string;
  readonly type: string;
  readonly calculated: boolean;
  readonly createable?: boolean;
  /** Characters that a text may have. */
  readonly length?: number;
  readonly picklistValues?: readonly string[];
}

/** Written without being told where an org has them; H5 with the namespace of the package that brings it. */
const WELL_KNOWN: readonly (readonly [RegExp, SourceName])[] = [
  [/^(?:\w+__)?Mixmax_Kind__c$/, 'kind'],
  [/^(?:\w+__)?Mixmax_Sequence__c$/, 'sequence-name'],
  [/^(?:\w+__)?Mixmax_Stage__c$/, 'sequence-stage'],
  [/^(?:\w+__)?Mixmax_Link__c$/, 'link'],
  [/^(?:\w+__)?Mixmax_File__c$/, 'file-name'],
  [/^(?:\w+__)?Mixmax_Call_Disposition__c$/, 'call-disposition'],
];

const TYPES: Readonly<Record<ValueKind, readonly string[]>> = {
  text: ['string', 'textarea', 'picklist', 'url', 'email', 'phone'],
  number: ['int', 'double'],
  'date-time': ['datetime'],
  'yes-no': ['boolean'],
};

/** What is written of every activity: an admin's mapping must not change what the product says. */
const TAKEN: ReadonlySet<string> = new Set(
  'Id Subject OwnerId Type Status WhoId WhatId ActivityDate Description IsAllDayEvent StartDateTime EndDateTime DurationInMinutes Location'.split(
    ' ',
  ),
);

/** Why a field cannot take a source; undefined = it can. */
export function faultOfMapping(field: MappableField, source: SourceName): string | undefined {
  if (TAKEN.has(field.name) || field.name.endsWith('Mixmax_Activity_Id__c')) {
    return 'is written for every activity already';
  }
  if (field.calculated) return 'is a formula or roll-up: Salesforce computes it';
  if (field.createable === false) return 'may not be written by the Sync User';
  const types = TYPES[SOURCES[source].kind];
  if (types.includes(field.type)) return undefined;
  return `is of the type ${field.type}; ${source} needs one of ${types.join(', ')}`;
}

/** The well-known fields of an object that can take what belongs there. */
export function wellKnownMapping(fields: readonly MappableField[]): FieldMapping {
  const known = fields.flatMap((field) => {
    const [, source] = WELL_KNOWN.find(([pattern]) => pattern.test(field.name)) ?? [];
    const fits = source !== undefined && faultOfMapping(field, source) === undefined;
    return fits ? [[field.name, source] as const] : [];
  });
  return Object.fromEntries(known);
}

/** Values of mapped fields, of those that the writer may write now. */
export function mappedFields(
  activity: Activity,
  row: Pick<LedgerRow, 'place'>,
  mapping: FieldMapping,
  fields: readonly MappableField[],
): Fields {
  const values = Object.entries(mapping).flatMap(([name, source]) => {
    const field = fields.find((one) => one.name === name);
    if (field === undefined || faultOfMapping(field, source) !== undefined) return [];
    const value = fitting(SOURCES[source].of(activity, row), field);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

/** A text that is too long is cut; a word that a picklist lacks is left out, or Salesforce would refuse the whole row. */
function fitting(value: FieldValue | undefined, field: MappableField): FieldValue | undefined {
  if (typeof value !== 'string' || field.type === 'datetime') return value;
  if (field.type === 'picklist') {
    const lower = value.toLowerCase();
    return field.picklistValues?.find((offered) => offered.toLowerCase() === lower);
  }
  return field.length === undefined ? value : cutText(value, field.length);
}

function memberOf(activity: Activity, name: string): string | undefined {
  const value: unknown = Object.hasOwn(activity, name) ? Reflect.get(activity, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function callMember(activity: Activity, name: 'phoneNumber' | 'disposition'): string | undefined {
  if (activity.kind !== 'call' || !(name in activity.detail)) return undefined;
  const value: unknown = Reflect.get(activity.detail, name);
  return typeof value === 'string' ? value : undefined;
}
