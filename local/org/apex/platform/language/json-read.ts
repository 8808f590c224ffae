import type { FieldValue } from '../../../schema/schema.ts';
import { ApexBlob } from '../../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import { fromFieldValue } from '../../field-conversion.ts';
import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexDate, ApexDatetime } from '../../temporal.ts';
import type { ApexValue } from '../../values.ts';
import { fail } from './arguments.ts';

/** JSON as JavaScript parses it, numbers with their digits. */
export type Parsed = null | boolean | string | NumberText | readonly Parsed[] | ParsedObject;
interface ParsedObject {
  readonly [name: string]: Parsed;
}

/** A number as it was written: 1 and 1.0 are different types in Apex. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** @throws JSONException */
export function parseJson(text: string): Parsed {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value,
    ) as Parsed;
  } catch (error) {
    return fail('JSONException', error instanceof Error ? error.message : 'Malformed JSON');
  }
}

/** What `JSON.deserializeUntyped` gives: Map<String, Object>, List<Object>, String, Boolean, Integer, Long, Decimal. */
export function untyped(value: Parsed): ApexValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof NumberText) return untypedNumber(value.text);
  if (isList(value)) return new ApexList('Object', value.map(untyped));
  return new ApexMap(
    'String',
    'Object',
    Object.entries(value).map(([name, item]) => [name, untyped(item)] as const),
  );
}

function untypedNumber(text: string): ApexValue {
  if (!/^-?\d+$/.test(text)) return ApexDecimal.parse(text) ?? null;
  const whole = BigInt(text);
  return BigInt.asIntN(32, whole) === whole ? Number(whole) : BigInt.asIntN(64, whole);
}

/**
 * A value of a named type: primitives, collections of them, records. Objects of compiled classes are read by the
 * program, which knows their fields.
 * @throws JSONException naming what does not fit
 */
export function typed(realm: Realm, value: Parsed, type: string): ApexValue {
  if (value === null) return null;
  const generic = /^(\w+)<(.+)>$/.exec(type.replace(/\s+/g, ''));
  if (generic) return typedCollection(realm, value, generic[1] ?? '', generic[2] ?? '');
  const scalar = typedScalar(value, type);
  if (scalar !== undefined) return scalar;
  const schema = realm.schema.find(type);
  if (schema && isObject(value)) return typedRecord(realm, value, type);
  return fail('JSONException', `This org cannot deserialize JSON to ${type}`);
}

function typedScalar(value: Parsed, type: string): ApexValue | undefined {
  const text = value instanceof NumberText ? value.text : value;
  switch (type.toLowerCase()) {
    case 'object':
      return untyped(value);
    case 'string':
    case 'id':
      return typeof text === 'string' ? text : wrong(type);
    case 'boolean':
      return typeof text === 'boolean' ? text : wrong(type);
    case 'integer':
      return value instanceof NumberText
        ? Number(BigInt.asIntN(32, BigInt(value.text)))
        : wrong(type);
    case 'long':
      return value instanceof NumberText ? BigInt(value.text) : wrong(type);
    case 'decimal':
      return ApexDecimal.parse(String(text)) ?? wrong(type);
    case 'double':
      return new ApexDouble(Number(text));
    case 'date':
      return ApexDate.parseIso(String(text).slice(0, 10)) ?? wrong(type);
    case 'datetime':
      return instant(String(text), type);
    case 'blob':
      return new ApexBlob(Buffer.from(String(text), 'base64'));
    default:
      return undefined;
  }
}

function instant(text: string, type: string): ApexDatetime {
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? wrong(type) : new ApexDatetime(ms);
}

function typedCollection(realm: Realm, value: Parsed, kind: string, inner: string): ApexValue {
  if (/^(?:list|set)$/i.test(kind) && isList(value)) {
    const items = value.map((item) => typed(realm, item, inner));
    return /^list$/i.test(kind) ? new ApexList(inner, items) : new ApexSet(inner, items);
  }
  const comma = inner.indexOf(',');
  if (/^map$/i.test(kind) && isObject(value) && comma > 0) {
    const [key, item] = [inner.slice(0, comma), inner.slice(comma + 1)];
    const entries = Object.entries(value).map(
      ([name, one]) => [name, typed(realm, one, item)] as const,
    );
    return new ApexMap(key, item, entries);
  }
  return wrong(`${kind}<${inner}>`);
}

function typedRecord(realm: Realm, value: ParsedObject, type: string): ApexValue {
  const record = new SObjectValue(realm.schema.require(type));
  for (const [name, item] of Object.entries(value)) {
    if (name === 'attributes') continue;
    const field = record.resolve(name);
    const plain = item instanceof NumberText ? Number(item.text) : item;
    if (plain !== null && typeof plain === 'object')
      return fail('JSONException', `This org cannot read ${type}.${name} from JSON`);
    record.load(field.name, fromFieldValue(field, plain as FieldValue));
  }
  return record;
}

function isList(value: Parsed): value is readonly Parsed[] {
  return Array.isArray(value);
}

function isObject(value: Parsed): value is ParsedObject {
  return (
    typeof value === 'object' && value !== null && !isList(value) && !(value instanceof NumberText)
  );
}

function wrong(type: string): never {
  return fail('JSONException', `Illegal value for ${type}`);
}
