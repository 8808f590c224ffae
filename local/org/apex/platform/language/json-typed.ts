import { field } from '../../../schema/field-builder.ts';
import { fieldMap } from '../../../schema/object-builder.ts';
import type { FieldSchema, FieldType, FieldValue } from '../../../schema/schema.ts';
import { coerceValue } from '../../../store/coercion.ts';
import { ApexBlob } from '../../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import { coerceToField, fromFieldValue } from '../../field-conversion.ts';
import { toId18 } from '../../id.ts';
import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { setField } from '../../runtime/members.ts';
import type { RuntimeClass } from '../../runtime/runtime-class.ts';
import { parseTypeName, type TypeName } from '../../runtime/type-names.ts';
import { AGGREGATE_RESULT, SObjectValue } from '../../sobject.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../../temporal.ts';
import type { ApexValue } from '../../values.ts';
import { findPlatformEnum } from '../enums.ts';
import { fail } from './arguments.ts';
import {
  isList,
  isObject,
  NumberText,
  type Parsed,
  type ParsedObject,
  untyped,
} from './json-read.ts';

/** Reads JSON into values of Apex types. `strict` refuses members that the class does not have. */
export class JsonReader {
  readonly #realm: Realm;
  readonly #strict: boolean;

  constructor(realm: Realm, strict: boolean) {
    this.#realm = realm;
    this.#strict = strict;
  }

  /** @throws JSONException naming what does not fit */
  read(value: Parsed, type: TypeName): ApexValue {
    if (value === null) {
      return null;
    }
    if (type.args.length > 0) {
      return this.#collection(value, type);
    }
    const scalar = readScalar(value, type.base);
    return scalar === undefined ? this.#named(value, type.base) : scalar;
  }

  #collection(value: Parsed, type: TypeName): ApexValue {
    const [first, second] = type.args;
    if ((type.base === 'List' || type.base === 'Set') && isList(value) && first !== undefined) {
      const items = value.map((item) => this.read(item, first));
      return type.base === 'List'
        ? new ApexList(first.text, items)
        : new ApexSet(first.text, items);
    }
    if (type.base === 'Map' && isObject(value) && first !== undefined && second !== undefined) {
      const entries = Object.entries(value).map(
        ([name, item]) => [this.#key(name, first), this.read(item, second)] as const,
      );
      return new ApexMap(first.text, second.text, entries);
    }
    return misfit(type.text, value);
  }

  /** Names of JSON members are text, keys of a Map may be numbers, ids or enums. */
  #key(name: string, type: TypeName): ApexValue {
    const isNumber = ['Integer', 'Long', 'Decimal', 'Double'].includes(type.base);
    return this.read(isNumber ? new NumberText(name) : name, type);
  }

  #named(value: Parsed, typeName: string): ApexValue {
    const { program, schema } = this.#realm;
    const enumType = program.enumNamed(typeName) ?? findPlatformEnum(typeName);
    if (enumType !== undefined) {
      const constant = typeof value === 'string' ? enumType.find(value) : undefined;
      return constant ?? misfit(typeName, value);
    }
    const known = program.classNamed(typeName);
    if (known !== undefined) {
      return isObject(value) ? this.#instance(value, known) : misfit(typeName, value);
    }
    if (typeName === AGGREGATE_RESULT.name) {
      return isObject(value) ? aggregateResult(value) : misfit(typeName, value);
    }
    if (schema.find(typeName) !== undefined || typeName === 'SObject') {
      return isObject(value) ? this.#record(value, typeName) : misfit(typeName, value);
    }
    return fail('JSONException', `Apex Type unsupported in JSON: ${typeName}`);
  }

  #instance(value: ParsedObject, known: RuntimeClass): ApexValue {
    if (known.isAbstract || known.isException) {
      return fail('JSONException', `Apex Type unsupported in JSON: ${known.name}`);
    }
    const instance = this.#realm.program.blank(known.name);
    for (const [name, item] of Object.entries(value)) {
      const field = known.fields.find(
        (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
      );
      if (field !== undefined && !field.isTransient) {
        setField(instance, field.jsName, this.read(item, parseTypeName(field.type)));
      } else if (this.#strict) {
        fail('JSONException', `Unrecognized field "${name}" of ${known.name}`);
      }
    }
    return instance;
  }

  #record(value: ParsedObject, typeName: string): ApexValue {
    const record = new SObjectValue(this.#realm.schema.require(objectOf(value, typeName)));
    for (const [name, item] of Object.entries(value)) {
      if (name !== 'attributes') {
        this.#recordMember(record, name, item);
      }
    }
    return record;
  }

  #recordMember(record: SObjectValue, name: string, item: Parsed): void {
    const lower = name.toLowerCase();
    const field = record.schema.fields.get(lower);
    if (field !== undefined) {
      record.load(field.name, fieldValue(record, field, item));
      return;
    }
    const parent = [...record.schema.fields.values()].find(
      (candidate) => candidate.relationshipName?.toLowerCase() === lower,
    );
    if (parent?.relationshipName !== undefined) {
      const value = this.read(item, parseTypeName(parent.referenceTo[0] ?? 'SObject'));
      record.setParent(parent.relationshipName, value instanceof SObjectValue ? value : null);
      return;
    }
    this.#children(record, name, item);
  }

  /** `"Contacts": {"totalSize": 1, "done": true, "records": […]}` */
  #children(record: SObjectValue, name: string, item: Parsed): void {
    const relationship = this.#realm.schema
      .childRelationships(record.schema.name)
      .find(({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase());
    const rows = item !== null && isObject(item) ? item['records'] : undefined;
    if (relationship?.relationshipName === undefined || rows === undefined) {
      fail('JSONException', `No such column '${name}' on sobject of type ${record.schema.name}`);
      return;
    }
    const type = parseTypeName(`List<${relationship.childObject}>`);
    const children = this.read(rows, type);
    if (children instanceof ApexList) {
      record.setChildren(relationship.relationshipName, children);
    }
  }
}

/** A row of an aggregate query that no query gave: tests make them so. Its members are its columns. */
function aggregateResult(value: ParsedObject): SObjectValue {
  const columns = Object.entries(value).filter(([name]) => name !== 'attributes');
  const fields = columns.map(([name]) => field(name, name, 'anyType'));
  const record = new SObjectValue({ ...AGGREGATE_RESULT, fields: fieldMap(fields) });
  for (const [name, item] of columns) record.load(name, untyped(item));
  return record;
}

/** An SObject of any type says its type in its attributes. */
function objectOf(value: ParsedObject, typeName: string): string {
  if (typeName !== 'SObject') {
    return typeName;
  }
  const attributes = value['attributes'];
  const type = attributes !== null && isObject(attributes ?? '') ? attributes : undefined;
  const name = type !== undefined && isObject(type) ? type['type'] : undefined;
  return typeof name === 'string'
    ? name
    : fail('JSONException', 'Cannot deserialize an SObject without attributes.type');
}

/** Fields whose values may stand in JSON as text, too. */
const AS_TEXT: ReadonlySet<FieldType> = new Set([
  'boolean',
  'int',
  'double',
  'currency',
  'percent',
]);

function fieldValue(record: SObjectValue, field: FieldSchema, item: Parsed): ApexValue {
  const plain: Parsed | FieldValue = item instanceof NumberText ? Number(item.text) : item;
  if (typeof plain === 'string' && AS_TEXT.has(field.type)) {
    return fromFieldValue(field, fromText(record, field, plain));
  }
  if (plain === null || typeof plain !== 'object') {
    return fromFieldValue(field, plain);
  }
  if (field.idList !== undefined) {
    return coerceToField(field, untyped(plain));
  }
  return fail('JSONException', `Illegal value for ${record.schema.name}.${field.name}`);
}

/** @throws JSONException naming the field whose text is no such value */
function fromText(record: SObjectValue, field: FieldSchema, text: string): FieldValue {
  try {
    return coerceValue(field, text);
  } catch {
    return fail('JSONException', `Illegal value for ${record.schema.name}.${field.name}`);
  }
}

/** Undefined when the type is no simple one. */
function readScalar(value: Parsed, type: string): ApexValue | undefined {
  switch (type) {
    case 'Object':
      return untyped(value);
    case 'String':
      return readText(value, type);
    case 'Id':
      return toId18(readText(value, type));
    case 'Boolean':
      return typeof value === 'boolean' ? value : misfit(type, value);
    case 'Integer':
      return Number(BigInt.asIntN(32, readWhole(value, type)));
    case 'Long':
      return BigInt.asIntN(64, readWhole(value, type));
    case 'Decimal':
      return ApexDecimal.parse(readNumber(value, type)) ?? misfit(type, value);
    case 'Double':
      return new ApexDouble(Number(readNumber(value, type)));
    default:
      return readBox(value, type);
  }
}

function readBox(value: Parsed, type: string): ApexValue | undefined {
  switch (type) {
    case 'Date':
      return ApexDate.parseIso(readText(value, type).slice(0, 10)) ?? misfit(type, value);
    case 'Datetime':
      return readInstant(readText(value, type)) ?? misfit(type, value);
    case 'Time': {
      const time = readInstant(`1970-01-01T${readText(value, type)}`);
      return time === undefined ? misfit(type, value) : new ApexTime(time.epochMs);
    }
    case 'Blob':
      return new ApexBlob(Buffer.from(readText(value, type), 'base64'));
    default:
      return undefined;
  }
}

function readInstant(text: string): ApexDatetime | undefined {
  const ms = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : new ApexDatetime(ms);
}

function readText(value: Parsed, type: string): string {
  if (value instanceof NumberText) {
    return value.text;
  }
  return typeof value === 'string' ? value : misfit(type, value);
}

/** Numbers may come as text. */
function readNumber(value: Parsed, type: string): string {
  const text = value instanceof NumberText ? value.text : value;
  return typeof text === 'string' && Number.isFinite(Number(text)) && text.trim() !== ''
    ? text
    : misfit(type, value);
}

function readWhole(value: Parsed, type: string): bigint {
  const text = readNumber(value, type);
  return /^-?\d+$/.test(text) ? BigInt(text) : misfit(type, value);
}

function misfit(type: string, value: Parsed): never {
  const kind = isList(value) ? 'an array' : isObject(value) ? 'an object' : 'this value';
  return fail('JSONException', `Illegal value for ${type}: ${kind}`);
}
