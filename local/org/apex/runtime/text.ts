import { ApexBlob } from '../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../collections.ts';
import { ApexDecimal, ApexDouble } from '../numbers.ts';
import { SObjectValue } from '../sobject.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../temporal.ts';
import {
  ApexEnumValue,
  ApexException,
  ApexInstance,
  type ApexObject,
  type ApexValue,
} from '../values.ts';
import { localIso } from './time-zones.ts';

/** A record or object inside itself, or nested deeper than anyone reads. */
const MAX_DEPTH = 8;

/**
 * A value in words, as `String.valueOf` and `System.debug` give them.
 * @param timeZone IANA name of the zone in which a Datetime is shown
 */
export function apexText(value: ApexValue, timeZone = 'UTC', depth = 0): string {
  if (value === null || typeof value !== 'object') {
    return String(value);
  }
  if (depth > MAX_DEPTH) {
    return '(...)';
  }
  const inner = (part: ApexValue) => apexText(part, timeZone, depth + 1);
  return scalarText(value, timeZone) ?? collectionText(value, inner) ?? objectText(value, inner);
}

/** The text of a value in a concatenation: a Date shows a time of day, too. */
export function concatenated(value: ApexValue, timeZone: string): string {
  return value instanceof ApexDate ? `${value.toIso()} 00:00:00` : apexText(value, timeZone);
}

/** As Java writes a double: `1.0`, `1.0E10`. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  }
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function scalarText(value: ApexObject, timeZone: string): string | undefined {
  if (value instanceof ApexDecimal) {
    return value.toString();
  }
  if (value instanceof ApexDouble) {
    return doubleText(value.value);
  }
  if (value instanceof ApexDate || value instanceof ApexTime) {
    return value.toIso();
  }
  if (value instanceof ApexDatetime) {
    return localIso(value.epochMs, timeZone).slice(0, 19).replace('T', ' ');
  }
  if (value instanceof ApexEnumValue) {
    return value.name;
  }
  if (value instanceof ApexBlob) {
    return `Blob[${value.bytes.length}]`;
  }
  return value instanceof ApexException ? `${value.typeName}: ${value.message}` : undefined;
}

function collectionText(value: ApexObject, inner: (part: ApexValue) => string): string | undefined {
  if (value instanceof ApexList) {
    return `(${value.values.map(inner).join(', ')})`;
  }
  if (value instanceof ApexSet) {
    return `{${[...value].map(inner).join(', ')}}`;
  }
  return value instanceof ApexMap
    ? `{${[...value].map(([key, item]) => `${inner(key)}=${inner(item)}`).join(', ')}}`
    : undefined;
}

function objectText(value: ApexObject, inner: (part: ApexValue) => string): string {
  if (value instanceof SObjectValue) {
    const fields = [...value.populated()].map(([name, field]) => `${name}=${inner(field)}`);
    return `${value.apexType}:{${fields.join(', ')}}`;
  }
  if (value instanceof ApexInstance) {
    return value.apexString === undefined ? instanceText(value, inner) : String(value.apexString());
  }
  const hasText = value.toString !== Object.prototype.toString;
  return hasText ? value.toString() : value.apexType;
}

/** `Inner:[count=1, name=x]`, without the outer class; generated fields end with an underscore, which no Apex name does. */
function instanceText(value: ApexInstance, inner: (part: ApexValue) => string): string {
  const fields = Object.entries(value)
    .filter(([name]) => name.endsWith('_'))
    .map(([name, field]) => `${name.slice(0, -1)}=${inner(field)}`);
  const name = value.apexType.slice(value.apexType.lastIndexOf('.') + 1);
  return `${name}:[${fields.join(', ')}]`;
}
