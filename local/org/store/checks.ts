import { OrgError } from '../errors.ts';
import type { FieldSchema, FieldValue, FieldValues, ObjectSchema } from '../schema/schema.ts';

/** Checks that need nothing but the values themselves. Each throws OrgError in Salesforce's words. */

export function checkRequired(object: ObjectSchema, row: FieldValues): void {
  const missing: string[] = [];
  for (const field of object.fields.values()) {
    if (isRequired(field) && row[field.name] == null) missing.push(field.name);
  }
  if (missing.length === 0) return;
  throw requiredMissing(missing);
}

export function requiredMissing(fields: readonly string[]): OrgError {
  const message = `Required fields are missing: [${fields.join(', ')}]`;
  return new OrgError('REQUIRED_FIELD_MISSING', message, { fields });
}

/** What the platform fills itself (ids, stamps, composed names) cannot be missing. */
function isRequired(field: FieldSchema): boolean {
  return !field.nillable && field.createable && field.type !== 'boolean';
}

export function checkValue(field: FieldSchema, value: FieldValue): void {
  if (value === null) return;
  if (typeof value === 'string') checkText(field, value);
  else if (typeof value === 'number') checkNumber(field, value);
}

function checkText(field: FieldSchema, value: string): void {
  switch (field.type) {
    case 'date':
    case 'datetime':
    case 'time':
    case 'id':
    case 'reference':
      return;
    case 'email':
      checkLength(field, value);
      checkEmail(field, value);
      return;
    case 'picklist':
      checkLength(field, value);
      checkPicklistValue(field, value, value);
      return;
    case 'multipicklist':
      for (const part of value.split(';')) checkPicklistValue(field, part, value);
      return;
    default:
      checkLength(field, value);
  }
}

function checkLength(field: FieldSchema, value: string): void {
  if (field.length === 0 || value.length <= field.length) return;
  const message = `${field.label}: data value too large: ${value} (max length=${field.length})`;
  throw new OrgError('STRING_TOO_LONG', message, { fields: [field.name] });
}

/** One `@`, a local part without spaces, and a domain of at least two labels: what Salesforce insists on. */
const emailPattern =
  /^[^\s@,;:<>()[\]\\"]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

export function isEmail(text: string): boolean {
  if (!emailPattern.test(text)) return false;
  const local = text.slice(0, text.indexOf('@'));
  return !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}

function checkEmail(field: FieldSchema, value: string): void {
  if (isEmail(value)) return;
  const message = `${field.label}: invalid email address: ${value}`;
  throw new OrgError('INVALID_EMAIL_ADDRESS', message, { fields: [field.name] });
}

function checkPicklistValue(field: FieldSchema, value: string, shown: string): void {
  if (!field.restrictedPicklist) return;
  if (field.picklistValues.some((entry) => entry.value === value)) return;
  const message = `${field.label}: bad value for restricted picklist field: ${shown}`;
  throw new OrgError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, { fields: [field.name] });
}

function checkNumber(field: FieldSchema, value: number): void {
  const wholeDigits = field.precision - field.scale;
  if (field.precision === 0 || field.type === 'int') return;
  if (Math.abs(value) < 10 ** wholeDigits) return;
  const message = `${field.label}: value outside of valid range on numeric field: ${value}`;
  throw new OrgError('NUMBER_OUTSIDE_VALID_RANGE', message, { fields: [field.name] });
}

/**
 * The value as it is stored: text without spaces around it (long text keeps them), an empty text as null, a datetime
 * cut to whole seconds.
 */
export function storedForm(field: FieldSchema, value: FieldValue): FieldValue {
  if (typeof value !== 'string') return value;
  if (field.type === 'datetime') return `${value.slice(0, 19)}.000Z`;
  const text = field.type === 'textarea' ? value : value.trim();
  return text === '' ? null : text;
}
