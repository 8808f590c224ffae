import { ApexBlob } from '../../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../../collections.ts';
import { ApexDecimal, ApexDouble } from '../../numbers.ts';
import type { ProgramInstance } from '../../program.ts';
import { callMember, getField } from '../../runtime/members.ts';
import { isGenerator } from '../../runtime/operators.ts';
import { apexText, doubleText } from '../../runtime/text.ts';
import { SObjectValue } from '../../sobject.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../../temporal.ts';
import { ApexEnumValue, type ApexObject, type ApexValue } from '../../values.ts';
import { fail } from './arguments.ts';

export interface JsonStyle {
  readonly pretty: boolean;
  readonly suppressNulls: boolean;
}

type Member = readonly [name: string, json: string];

const API_VERSION = 'v66.0';
/** The platform gives up on graphs that go deeper; a cycle ends here too. */
const MAX_DEPTH = 1000;

/** Writes Apex values as `JSON.serialize` does. */
export class JsonWriter {
  readonly #program: ProgramInstance;
  readonly #style: JsonStyle;
  #level = 0;

  constructor(program: ProgramInstance, style: JsonStyle) {
    this.#program = program;
    this.#style = style;
  }

  /**
   * @param depth objects around the value: how far pretty text is indented; arrays do not indent
   * @throws JSONException naming the type that cannot be written
   */
  write(value: ApexValue, depth = 0): string {
    if (typeof value === 'string') {
      return JSON.stringify(value);
    }
    if (value === null || typeof value !== 'object') {
      return String(value);
    }
    return scalarJson(value) ?? this.#nested(value, depth);
  }

  #nested(value: ApexObject, depth: number): string {
    this.#level += 1;
    if (this.#level > MAX_DEPTH) {
      return fail('JSONException', 'Too many levels of nesting, or an object inside itself');
    }
    const json = this.#compound(value, depth);
    this.#level -= 1;
    return json;
  }

  #compound(value: ApexObject, depth: number): string {
    if (value instanceof ApexList || value instanceof ApexSet) {
      const items = [...value].map((item) => this.write(item, depth));
      return this.#array(items);
    }
    const members = this.#members(value, depth + 1);
    if (members === undefined) {
      return fail('JSONException', `Type is not serializable: ${value.apexType}`);
    }
    return this.#object(members, depth);
  }

  #members(value: ApexObject, depth: number): Member[] | undefined {
    if (value instanceof ApexMap) {
      return [...value].map(([key, item]) => [keyText(key), this.write(item, depth)]);
    }
    return value instanceof SObjectValue
      ? this.#recordMembers(value, depth)
      : this.#instanceMembers(value, depth);
  }

  #instanceMembers(value: ApexObject, depth: number): Member[] | undefined {
    const known = this.#program.classNamed(value.apexType);
    if (known === undefined || known.isException) {
      return undefined;
    }
    const members = known.fields
      .filter((field) => !field.isTransient)
      .map((field): Member => {
        const member =
          field.getter === undefined
            ? getField(value, field.jsName)
            : callMember(value, field.getter, []);
        return isGenerator(member)
          ? fail('JSONException', `${known.name}.${field.name} makes a callout when read`)
          : [field.name, this.write(member, depth)];
      });
    // Only objects of classes lose their nulls; maps and records keep them.
    return this.#style.suppressNulls ? members.filter(([, json]) => json !== 'null') : members;
  }

  #recordMembers(record: SObjectValue, depth: number): Member[] {
    const type = record.schema.name;
    const url =
      record.id === null ? '' : `/services/data/${API_VERSION}/sobjects/${type}/${record.id}`;
    const attributes: Member[] = [
      ['type', JSON.stringify(type)],
      ...(url === '' ? [] : [['url', JSON.stringify(url)] as const]),
    ];
    const children = [...record.populatedChildren()].map(([name, list]): Member => {
      const records = this.#array(list.values.map((child) => this.write(child, depth + 1)));
      const members: Member[] = [
        ['totalSize', String(list.size)],
        ['done', 'true'],
        ['records', records],
      ];
      return [name, this.#object(members, depth)];
    });
    return [
      ['attributes', this.#object(attributes, depth)],
      ...[...record.populated()].map(([name, value]): Member => [name, this.#field(value, depth)]),
      ...[...record.populatedParents()].map(
        ([name, parent]): Member => [name, this.write(parent, depth)],
      ),
      ...children,
    ];
  }

  /** Datetimes of records are written as the REST API writes them. */
  #field(value: ApexValue, depth: number): string {
    return value instanceof ApexDatetime
      ? JSON.stringify(value.toIso().replace('Z', '+0000'))
      : this.write(value, depth);
  }

  #array(items: readonly string[]): string {
    const { pretty } = this.#style;
    if (!pretty) {
      return `[${items.join(',')}]`;
    }
    return items.length === 0 ? '[ ]' : `[ ${items.join(', ')} ]`;
  }

  #object(members: readonly Member[], depth: number): string {
    if (!this.#style.pretty) {
      return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
    }
    if (members.length === 0) {
      return '{ }';
    }
    const indent = '  '.repeat(depth + 1);
    const lines = members.map(([name, json]) => `${indent}${JSON.stringify(name)} : ${json}`);
    return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
  }
}

function scalarJson(value: ApexObject): string | undefined {
  if (value instanceof ApexDecimal) {
    return value.toString();
  }
  if (value instanceof ApexDouble) {
    return doubleText(value.value);
  }
  if (value instanceof ApexDate || value instanceof ApexDatetime || value instanceof ApexTime) {
    return JSON.stringify(value.toIso());
  }
  if (value instanceof ApexEnumValue) {
    return JSON.stringify(value.name);
  }
  return value instanceof ApexBlob
    ? JSON.stringify(Buffer.from(value.bytes).toString('base64'))
    : undefined;
}

/** JSON has text keys only. */
function keyText(key: ApexValue): string {
  if (key === null) {
    return fail('JSONException', 'A Map with a null key cannot be serialized');
  }
  const isInstant = key instanceof ApexDatetime || key instanceof ApexDate;
  return isInstant ? key.toIso() : apexText(key);
}
