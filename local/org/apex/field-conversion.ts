import { idListValue, idsInList } from '../schema/id-list.ts';
import type { FieldSchema, FieldType, FieldValue } from '../schema/schema.ts';
import { ApexBlob } from './blob.ts';
import { ApexList } from './collections.ts';
import { toId18 } from './id.ts';
import { ApexDecimal, ApexDouble } from './numbers.ts';
import { ApexDate, ApexDatetime, ApexTime } from './temporal.ts';
import { ApexException, type ApexValue } from './values.ts';

/** Name of the Apex type that holds a field's value. */
export function apexTypeOfField(type: FieldType): string {
  switch (type) {
    case 'id':
    case 'reference':
      return 'Id';
    case 'boolean':
      return 'Boolean';
    case 'int':
      return 'Integer';
    case 'double':
    case 'currency':
    case 'percent':
      return 'Decimal';
    case 'date':
      return 'Date';
    case 'datetime':
      return 'Datetime';
    case 'time':
      return 'Time';
    case 'base64':
      return 'Blob';
    case 'address':
      return 'Address';
    case 'anyType':
      return 'Object';
    case 'junctionIdList':
      return 'List<Id>';
    default:
      return 'String';
  }
}

/** Stored value to Apex value. */
export function fromFieldValue(field: FieldSchema, value: FieldValue): ApexValue {
  if (value === null || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'number') {
    return field.type === 'int' ? value : ApexDecimal.ofNumber(value, field.scale);
  }
  switch (field.type) {
    case 'date':
      return ApexDate.parseIso(value) ?? notA(field, value);
    case 'datetime':
      return new ApexDatetime(Date.parse(value));
    case 'base64':
      return new ApexBlob(Buffer.from(value, 'base64'));
    case 'junctionIdList':
      return new ApexList('Id', [...idsInList(value)]);
    case 'time':
      return new ApexTime(Date.parse(`1970-01-01T${value}`));
    default:
      return value;
  }
}

/** Apex value to stored value. An empty string is stored as null. */
export function toFieldValue(value: ApexValue): FieldValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') {
    return value;
  }
  if (typeof value === 'string') {
    return value === '' ? null : value;
  }
  if (value instanceof ApexDecimal) {
    return value.toNumber();
  }
  if (value instanceof ApexDate || value instanceof ApexDatetime || value instanceof ApexTime) {
    return value.toIso();
  }
  if (value instanceof ApexBlob) {
    return Buffer.from(value.bytes).toString('base64');
  }
  if (value instanceof ApexList) {
    return idListValue(value.values.map(String));
  }
  throw new ApexException('SObjectException', `A field cannot hold a ${typeNameOf(value)}`);
}

/**
 * What assigning the value to the field leaves in the record.
 * @throws SObjectException "Illegal assignment from X to Y", StringException "Invalid id: x"
 */
export function coerceToField(field: FieldSchema, value: ApexValue): ApexValue {
  if (value === null) {
    return null;
  }
  const target = apexTypeOfField(field.type);
  const coerced = coerce(target, value);
  if (coerced === undefined) {
    throw new ApexException(
      'SObjectException',
      `Illegal assignment from ${typeNameOf(value)} to ${target}`,
    );
  }
  return coerced;
}

function coerce(target: string, value: ApexValue): ApexValue | undefined {
  switch (target) {
    case 'Id':
      return typeof value === 'string' ? toId18(value) : undefined;
    case 'String':
      return typeof value === 'string' ? value : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'Integer':
      return typeof value === 'number' ? value : undefined;
    case 'Decimal':
      return toDecimal(value);
    case 'Date':
      return value instanceof ApexDate ? value : undefined;
    case 'Datetime':
      return value instanceof ApexDate ? new ApexDatetime(value.startMs) : instantOf(value);
    case 'Time':
      return value instanceof ApexTime ? value : undefined;
    case 'Blob':
      return value instanceof ApexBlob ? value : undefined;
    case 'Object':
      return value;
    case 'List<Id>':
      return value instanceof ApexList ? toIdList(value) : undefined;
    default:
      return undefined;
  }
}

/** A list of texts will do when each is an id. @throws StringException "Invalid id: x" */
function toIdList(list: ApexList): ApexList | undefined {
  const ids = list.values.filter((id) => typeof id === 'string');
  return ids.length === list.size ? new ApexList('Id', ids.map(toId18)) : undefined;
}

function instantOf(value: ApexValue): ApexDatetime | undefined {
  return value instanceof ApexDatetime ? value : undefined;
}

function toDecimal(value: ApexValue): ApexDecimal | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return ApexDecimal.ofInteger(value);
  }
  if (value instanceof ApexDouble) {
    return ApexDecimal.ofNumber(value.value);
  }
  return value instanceof ApexDecimal ? value : undefined;
}

/** Apex name of the value's own type. */
export function typeNameOf(value: ApexValue): string {
  switch (typeof value) {
    case 'string':
      return 'String';
    case 'boolean':
      return 'Boolean';
    case 'number':
      return 'Integer';
    case 'bigint':
      return 'Long';
    default:
      return value === null ? 'null' : value instanceof ApexBlob ? 'Blob' : value.apexType;
  }
}

function notA(field: FieldSchema, value: string): never {
  throw new TypeError(
    `Stored value of ${field.name} is no ${field.type}: ${value.length} characters`,
  );
}
