import { ALL_FIELDS, conditionsHash } from './conditions.ts';
import { AppError } from './errors.ts';
import type { Conditions, FieldSet } from './org.ts';

/** Objects that the package's triggers announce: mirrored in every org. */
export const ANNOUNCED_OBJECTS: readonly string[] = [
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'Task',
  'Event',
  'User',
];

/** Mirrored where the org has them; custom objects join when a role relates activities to them (R16). */
export const MIRRORED_OBJECTS: readonly string[] = [
  ...ANNOUNCED_OBJECTS,
  'OpportunityContactRole',
  'TaskRelation',
  'EventRelation',
];

/**
 * R16: objects that no trigger of the package announces are swept instead. Sync Conditions decide what is announced, so
 * they do not apply: all their fields are held.
 */
export function isSwept(object: string): boolean {
  return !ANNOUNCED_OBJECTS.includes(object);
}

/** What a described field must tell here. */
export interface SettableField {
  readonly name: string;
  readonly type: string;
  readonly calculated: boolean;
}

/** They stand in a record's version and state, so no field set holds them. */
const STATE_FIELDS = new Set(['Id', 'SystemModstamp', 'IsDeleted', 'MasterRecordId']);

/**
 * Types whose values the mirror holds. Others are refused by Bulk (address, location, base64, JunctionIdList), or new
 * to us; addresses and places are held by their parts.
 */
const HELD_TYPES = new Set([
  'id',
  'reference',
  'string',
  'boolean',
  'int',
  'long',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
  'picklist',
  'multipicklist',
  'combobox',
  'textarea',
  'phone',
  'url',
  'email',
  'encryptedstring',
]);

/**
 * Held of every record although no condition lists it: who and whose it is. Without these neither look-ups by e-mail
 * nor relations between records would work.
 */
const IDENTITY_FIELDS: readonly string[] = [
  'Name',
  'FirstName',
  'LastName',
  'Email',
  'Username',
  'IsActive',
  'OwnerId',
  'AccountId',
  'WhoId',
  'WhatId',
  'Subject',
  'Status',
  'IsConverted',
  'ConvertedContactId',
  'IsClosed',
  'CreatedDate',
];

/** Whether it is held of every record whatever the conditions list. */
export function isIdentityField({ name, calculated }: SettableField): boolean {
  return !calculated && IDENTITY_FIELDS.includes(name);
}

/** Whether conditions may list it; a formula is refused all the same. */
export function isListable({ name, type }: SettableField): boolean {
  return HELD_TYPES.has(type) && !STATE_FIELDS.has(name);
}

/** The described fields that a mirror can hold, in the describe's spelling, sorted by name. */
function holdableFields<F extends SettableField>(fields: readonly F[]): readonly F[] {
  return fields.filter(isListable).toSorted((left, right) => compareNames(left.name, right.name));
}

/**
 * What the mirror holds of an object: with conditions off every field that the Sync User can read, with conditions on
 * the listed ones, which are never formulas. Fields that the describe does not show are left out: the Sync User would read nothing.
 */
export function fieldSetOf(
  object: string,
  fields: readonly SettableField[],
  conditions: Conditions,
): FieldSet {
  const holdable = holdableFields(fields);
  const names = holdable.map((field) => field.name);
  if (!conditions.on || isSwept(object)) {
    const calculated = holdable.filter((field) => field.calculated).map((field) => field.name);
    return { fields: names, hash: ALL_FIELDS, ...(calculated.length > 0 && { calculated }) };
  }
  const listed = new Set(listedFields(conditions, object).map((name) => name.toLowerCase()));
  const held = names.filter((name) => listed.has(name.toLowerCase()));
  return { fields: held, hash: conditionsHash(listedFields(conditions, object)) };
}

function listedFields(
  conditions: Extract<Conditions, { on: true }>,
  object: string,
): readonly string[] {
  return Object.hasOwn(conditions.objects, object) ? (conditions.objects[object] ?? []) : [];
}

/**
 * The fields to list for an object: the wanted ones and its identity fields, in the describe's spelling, sorted,
 * without repeats. State fields are left out: they are held anyway.
 * @throws AppError invalid-input naming the first field that is unknown, of a type that is not held, or a formula
 */
export function completeFields(
  object: string,
  described: readonly (SettableField & { readonly calculatedFormula: string | null })[],
  wanted: readonly string[],
): readonly string[] {
  const byName = new Map(described.map((field) => [field.name.toLowerCase(), field]));
  const fields = new Set<string>();
  for (const name of wanted) {
    const field = byName.get(name.toLowerCase());
    if (field === undefined) throw unknownField(object, name);
    if (STATE_FIELDS.has(field.name)) continue;
    if (!HELD_TYPES.has(field.type)) throw unheldType(object, field);
    if (field.calculated) throw formula(object, field, [...byName.values()]);
    fields.add(field.name);
  }
  for (const field of holdableFields(described)) {
    if (isIdentityField(field)) fields.add(field.name);
  }
  return [...fields].toSorted(compareNames);
}

function unknownField(object: string, name: string): AppError {
  const shown = /^[A-Za-z0-9_]{1,80}$/.test(name) ? name : 'one name';
  return new AppError(
    'invalid-input',
    `${object}: ${shown} is no field that the Sync User can read. Check its spelling and field-level security.`,
    { pointer: `/objects/${object}` },
  );
}

function unheldType(object: string, field: SettableField): AppError {
  return new AppError(
    'invalid-input',
    `${object}.${field.name}: fields of type ${field.type} are not mirrored. List its parts instead, where it has any.`,
    { pointer: `/objects/${object}` },
  );
}

/** A formula's change fires no trigger and moves no stamp (R13): what it reads does. */
function formula(
  object: string,
  field: SettableField & { readonly calculatedFormula: string | null },
  described: readonly SettableField[],
): AppError {
  const inputs = formulaInputs(field.calculatedFormula ?? '', described);
  const way =
    inputs.length > 0 ? `List what it reads: ${inputs.join(', ')}.` : 'List what it reads.';
  return new AppError(
    'invalid-input',
    `${object}.${field.name} is a formula; its changes are not announced by Salesforce. ${way}`,
    { pointer: `/objects/${object}` },
  );
}

/** Fields of the same object that a formula names; relations and functions are no fields. */
export function formulaInputs(
  formulaText: string,
  described: readonly Pick<SettableField, 'name'>[],
): readonly string[] {
  const withoutTexts = formulaText.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, ' ');
  const words = new Set(withoutTexts.match(/(?<![\w.$])[A-Za-z]\w*(?![\w.(])/g)?.map(lower) ?? []);
  return described.map(({ name }) => name).filter((name) => words.has(lower(name)));
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** By UTF-16 unit, as Apex and every store sort. */
function compareNames(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
