import { ApexBlob } from '../../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import { apexText } from '../../runtime/text.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../../temporal.ts';
import { ApexEnumValue, ApexInstance, type ApexObject, type ApexValue } from '../../values.ts';
import { fail } from './arguments.ts';

export interface JsonStyle {
  readonly pretty: boolean;
  readonly suppressNulls: boolean;
}

const API_VERSION = 'v66.0';
/** The platform gives up on graphs that go deeper; a cycle ends here too. */
const MAX_DEPTH = 1000;

/** JSON of an Apex value as `JSON.serialize` writes it. @throws JSONException naming the type that cannot be written */
export function jsonText(value: ApexValue, style: JsonStyle, depth = 0): string {
  if (depth > MAX_DEPTH)
    return fail('JSONException', 'Too many levels of nesting, or an object inside itself');
  if (value === null || typeof value === 'boolean' || typeof value === 'number')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value.toString();
  return scalarJson(value) ?? compoundJson(value, style, depth);
}

function scalarJson(value: ApexObject): string | undefined {
  if (value instanceof ApexDecimal) return value.toString();
  if (value instanceof ApexDouble) return apexText(value);
  if (value instanceof ApexDate || value instanceof ApexDatetime || value instanceof ApexTime) {
    return JSON.stringify(value.toIso());
  }
  if (value instanceof ApexEnumValue) return JSON.stringify(value.name);
  if (value instanceof ApexBlob) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return undefined;
}

function compoundJson(value: ApexObject, style: JsonStyle, depth: number): string {
  if (value instanceof ApexList || value instanceof ApexSet) {
    return listJson(
      [...value].map((item) => jsonText(item, style, depth + 1)),
      style,
    );
  }
  const members = membersOf(value);
  if (members === undefined)
    return fail('JSONException', `Type is not serializable: ${value.apexType}`);
  const kept = style.suppressNulls ? members.filter(([, member]) => member !== null) : members;
  const written = kept.map(
    ([name, member]) =>
      [
        name,
        typeof member === 'object' && member instanceof RawJson
          ? member.text
          : jsonText(member, style, depth + 1),
      ] as const,
  );
  return objectJson(written, style, depth);
}

/** JSON that is already text: the attributes of a record. */
class RawJson {
  readonly apexType = 'JSON';
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function membersOf(value: ApexObject): (readonly [string, ApexValue])[] | undefined {
  if (value instanceof ApexMap) {
    return [...value].map(([key, item]) => [keyText(key), item] as const);
  }
  if (value instanceof SObjectValue) return recordMembers(value);
  if (value instanceof ApexInstance) {
    // Generated fields end with an underscore, which no Apex name does.
    return Object.entries(value)
      .filter(([name]) => name.endsWith('_'))
      .map(([name, field]) => [name.slice(0, -1), field as ApexValue] as const);
  }
  return undefined;
}

function keyText(key: ApexValue): string {
  if (key === null) return fail('JSONException', 'A Map with a null key cannot be serialized');
  return typeof key === 'object'
    ? (JSON.parse(scalarJson(key) ?? `"${apexText(key)}"`) as string)
    : String(key);
}

function recordMembers(record: SObjectValue): (readonly [string, ApexValue])[] {
  const type = record.schema.name;
  const url =
    record.id === null
      ? ''
      : `,"url":"/services/data/${API_VERSION}/sobjects/${type}/${record.id}"`;
  const children = [...record.populatedChildren()].map(([name, list]) => {
    const records = list.values.map((child) =>
      jsonText(child, { pretty: false, suppressNulls: false }),
    );
    return [
      name,
      new RawJson(`{"totalSize":${list.size},"done":true,"records":[${records.join()}]}`),
    ] as const;
  });
  return [
    ['attributes', new RawJson(`{"type":${JSON.stringify(type)}${url}}`)],
    ...record.populated(),
    ...record.populatedParents(),
    ...children,
  ];
}

function listJson(items: readonly string[], style: JsonStyle): string {
  return items.length === 0 || !style.pretty ? `[${items.join(',')}]` : `[ ${items.join(', ')} ]`;
}

function objectJson(
  members: readonly (readonly [string, string])[],
  style: JsonStyle,
  depth: number,
): string {
  if (!style.pretty) {
    return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
  }
  if (members.length === 0) return '{ }';
  const indent = '  '.repeat(depth + 1);
  const lines = members.map(([name, text]) => `${indent}${JSON.stringify(name)} : ${text}`);
  return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
}
