import { OrgError } from '../errors.ts';
import { idListValue } from '../schema/id-list.ts';
import { toId18 } from '../schema/ids.ts';
import type { FieldSchema, FieldValue } from '../schema/schema.ts';
import { parseDate, parseDateTime, parseTime } from './times.ts';

/**
 * One raw value of REST JSON, CSV text or plain Apex as the field's stored value. Numbers and booleans may come as
 * text (`"-4"`, `"true"`), ids with 15 characters, datetimes with any offset.
 * @throws OrgError MALFORMED_ID, INVALID_TYPE_ON_FIELD_IN_RECORD
 */
export function coerceValue(field: FieldSchema, raw: unknown): FieldValue {
  if (raw === null || raw === undefined || raw === '') return null;
  switch (field.type) {
    case 'boolean':
      return coerceBoolean(field, raw);
    case 'int':
      return coerceInteger(field, raw);
    case 'double':
    case 'currency':
    case 'percent':
      return coerceNumber(field, raw);
    case 'date':
      return coerceText(field, raw, parseDate);
    case 'datetime':
      return coerceText(field, raw, parseDateTime);
    case 'time':
      return coerceText(field, raw, parseTime);
    case 'id':
    case 'reference':
      return coerceId(field, raw);
    case 'junctionIdList':
      return coerceIdList(field, raw);
    default:
      return coerceString(field, raw);
  }
}

function coerceBoolean(field: FieldSchema, raw: unknown): boolean {
  if (typeof raw === 'boolean') return raw;
  const word = String(raw).trim().toLowerCase();
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  throw wrongType(field, raw);
}

const maxInteger = 2_147_483_647;

function coerceInteger(field: FieldSchema, raw: unknown): number {
  const number = coerceNumber(field, raw);
  if (!Number.isInteger(number)) throw wrongType(field, raw);
  if (field.precision <= 9 && Math.abs(number) > maxInteger) throw wrongType(field, raw);
  return number;
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function coerceNumber(field: FieldSchema, raw: unknown): number {
  const number =
    typeof raw === 'number'
      ? raw
      : typeof raw === 'string' && numberPattern.test(raw.trim())
        ? Number(raw)
        : Number.NaN;
  if (!Number.isFinite(number)) throw wrongType(field, raw);
  return number;
}

function coerceText(
  field: FieldSchema,
  raw: unknown,
  parse: (text: string) => string | undefined,
): string {
  const parsed = typeof raw === 'string' ? parse(raw.trim()) : undefined;
  if (parsed === undefined) throw wrongType(field, raw);
  return parsed;
}

function coerceId(field: FieldSchema, raw: unknown): string {
  const id = typeof raw === 'string' ? toId18(raw.trim()) : undefined;
  if (id === undefined) throw malformedId(field, raw);
  return id;
}

/** An array only: a cell of CSV cannot list ids. */
function coerceIdList(field: FieldSchema, raw: unknown): FieldValue {
  if (Array.isArray(raw)) return idListValue(raw.map((id) => coerceId(field, id)));
  const message = `invalid junction id-list: Must use a String[] or List<String> value to update ${field.name}`;
  throw new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: [field.name] });
}

function coerceString(field: FieldSchema, raw: unknown): string {
  if (typeof raw === 'string') return raw;
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw);
  throw wrongType(field, raw);
}

function malformedId(field: FieldSchema, raw: unknown): OrgError {
  return new OrgError('MALFORMED_ID', `${field.label}: id value of incorrect type: ${show(raw)}`, {
    fields: [field.name],
  });
}

function wrongType(field: FieldSchema, raw: unknown): OrgError {
  const message = `${field.label}: value not of required type: ${show(raw)}`;
  return new OrgError('INVALID_TYPE_ON_FIELD_IN_RECORD', message, { fields: [field.name] });
}

function show(raw: unknown): string {
  return typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
