import { SfError } from '@salesforce/core';

/** Fields by object. */
export type FieldsByObject = Readonly<Record<string, readonly string[]>>;

/**
 * @param names `Contact.Title`
 * @throws SfError naming what is not of that form
 */
export function parseFieldNames(names: readonly string[]): FieldsByObject {
  const byObject = new Map<string, string[]>();
  for (const name of names) {
    const [object = '', field, ...rest] = name.split('.');
    if (field === undefined || rest.length > 0 || !/^\w+$/.test(object) || !/^\w+$/.test(field)) {
      throw new SfError(`--field "${name}" is not of the form Object.Field.`, 'InvalidField', [
        'Write, for example, --field Contact.Title.',
      ]);
    }
    byObject.set(object, [...(byObject.get(object) ?? []), field]);
  }
  return Object.fromEntries(byObject);
}

/** Salesforce's names know no case. */
const sameName = (one: string) => (other: string) => one.toLowerCase() === other.toLowerCase();

/** What is listed, and these. */
export function withFields(
  listed: FieldsByObject,
  added: FieldsByObject,
): Record<string, string[]> {
  const result = copyOf(listed);
  for (const [object, fields] of Object.entries(added)) {
    const key = Object.keys(result).find(sameName(object)) ?? object;
    const known = result[key] ?? [];
    result[key] = [...known, ...fields.filter((field) => !known.some(sameName(field)))];
  }
  return result;
}

/**
 * What is listed, without these.
 * @throws SfError naming a field that is not listed
 */
export function withoutFields(
  listed: FieldsByObject,
  removed: FieldsByObject,
): Record<string, string[]> {
  const result = copyOf(listed);
  for (const [object, fields] of Object.entries(removed)) {
    const key = Object.keys(result).find(sameName(object)) ?? object;
    const known = result[key] ?? [];
    const missing = fields.find((field) => !known.some(sameName(field)));
    if (missing !== undefined) {
      throw new SfError(`${object}.${missing} is not listed.`, 'NotListed', [
        '`mixmax rts conditions list` shows what is.',
      ]);
    }
    result[key] = known.filter((field) => !fields.some(sameName(field)));
  }
  return result;
}

function copyOf(fields: FieldsByObject): Record<string, string[]> {
  return Object.fromEntries(Object.entries(fields).map(([object, names]) => [object, [...names]]));
}
