import type { DescribeSObjectResult } from 'jsforce';
import { UserError } from './user-error.ts';

type DescribedField = DescribeSObjectResult['fields'][number];

/** A column of an import file and what becomes of it. */
export interface ImportField {
  readonly name: string;
  /** From 0. */
  readonly column: number;
  /**
   * `id`: the old id, mapped to the new one; `value`: loaded as it stands; `reference`: loaded as the new id of a row of
   * this import; `dropped`: the org fills it itself (stamps, owners of another org, formulas).
   */
  readonly use: 'id' | 'value' | 'reference' | 'dropped';
  readonly type: string;
  readonly length: number;
  readonly required: boolean;
  readonly targets: readonly string[];
}

/** @throws UserError for a column that is no field of the object, or that comes twice */
export function importFields(
  file: string,
  header: readonly string[],
  described: readonly DescribedField[],
): ImportField[] {
  const byName = new Map(described.map((field) => [field.name.toLowerCase(), field]));
  const seen = new Set<string>();
  return header.map((name, column) => {
    const field = byName.get(name.toLowerCase());
    if (!field)
      throw new UserError(`${file}, line 1, column ${name}: the object has no such field.`);
    if (seen.has(field.name)) throw new UserError(`${file}, line 1, column ${name}: named twice.`);
    seen.add(field.name);
    return {
      name: field.name,
      column,
      use: useOf(field),
      type: field.type,
      length: field.length,
      required: field.createable && !field.nillable && !field.defaultedOnCreate,
      targets: field.referenceTo ?? [],
    };
  });
}

/** Records of another org that no import can bring along. */
const FOREIGN_TARGETS = new Set(['User', 'Group', 'Queue', 'RecordType', 'Profile']);

function useOf(field: DescribedField): ImportField['use'] {
  if (field.type === 'id') return 'id';
  if (!field.createable) return 'dropped';
  if (field.type !== 'reference') return 'value';
  return (field.referenceTo ?? []).some((target) => FOREIGN_TARGETS.has(target))
    ? 'dropped'
    : 'reference';
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:?\d{2})$/;
const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** What is wrong with a value, or undefined. The value itself is never repeated: it may be somebody's. */
export function checkValue(field: ImportField, text: string): string | undefined {
  if (field.use === 'dropped') return undefined;
  if (text === '') return field.required ? 'a value is required' : undefined;
  switch (field.type) {
    case 'int':
      return /^[+-]?\d+$/.test(text) ? undefined : 'not a whole number';
    case 'double':
    case 'currency':
    case 'percent':
      return NUMBER.test(text) ? undefined : 'not a number';
    case 'boolean':
      return /^(?:true|false)$/i.test(text) ? undefined : 'neither true nor false';
    case 'date':
      return DATE.test(text) && isMoment(text) ? undefined : 'not a date (YYYY-MM-DD)';
    case 'datetime':
      return DATE_TIME.test(text) && isMoment(text)
        ? undefined
        : 'not a date and time (YYYY-MM-DDThh:mm:ss.sssZ)';
    case 'id':
    case 'reference':
      return ID.test(text) ? undefined : 'not a Salesforce id of 15 or 18 characters';
    default:
      return field.length > 0 && text.length > field.length
        ? `longer than ${field.length} characters`
        : undefined;
  }
}

function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}
