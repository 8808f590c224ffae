import { OrgError } from '../../errors.ts';
import type { Schema } from '../../schema/schema.ts';
import { ApexBlob } from '../blob.ts';
import { ApexList, ApexMap, ApexSet } from '../collections.ts';
import { ApexDecimal, ApexDouble } from '../numbers.ts';
import { findPlatformEnum } from '../platform/enums.ts';
import {
  SObjectFieldToken,
  SObjectTypeToken,
  sobjectFieldToken,
  sobjectTypeToken,
} from '../platform/system/tokens.ts';
import { TypeToken, typeToken } from '../platform/type-token.ts';
import { SObjectValue } from '../sobject.ts';
import { ApexDate, ApexDatetime, ApexTime } from '../temporal.ts';
import { ApexEnumValue, ApexInstance, type ApexObject, type ApexValue } from '../values.ts';
import type { LoadedProgram } from './loaded-program.ts';
import { getField, setField } from './members.ts';

/**
 * An object graph as plain JSON. Objects stand in one list and point to each other by index, so that what was one
 * object stays one, and cycles are no problem.
 */
interface GraphJson {
  readonly root: ValueJson;
  readonly objects: readonly ObjectJson[];
}

/** `[index]` is an object of the list, `{long}` a Long. */
type ValueJson = null | boolean | string | number | readonly [number] | { readonly long: string };

type Pairs = readonly (readonly [string, ValueJson])[];

type ObjectJson =
  | { readonly kind: 'list' | 'set'; readonly of: string; readonly items: readonly ValueJson[] }
  | {
      readonly kind: 'map';
      readonly of: readonly [string, string];
      readonly entries: readonly (readonly [ValueJson, ValueJson])[];
    }
  | {
      readonly kind: 'record';
      readonly object: string;
      readonly queried: boolean;
      readonly fields: Pairs;
      readonly parents: Pairs;
      readonly children: Pairs;
    }
  | { readonly kind: 'instance'; readonly type: string; readonly fields: Pairs }
  | { readonly kind: 'enum'; readonly type: string; readonly name: string }
  | {
      readonly kind:
        | 'decimal'
        | 'double'
        | 'date'
        | 'datetime'
        | 'time'
        | 'blob'
        | 'type'
        | 'object';
      readonly text: string;
    }
  | { readonly kind: 'field'; readonly object: string; readonly field: string };

export function encodeGraph(value: ApexValue, program: LoadedProgram): GraphJson {
  const encoder = new Encoder(program);
  const root = encoder.value(value);
  return { root, objects: encoder.objects };
}

/** @param json what `encodeGraph` gave, perhaps after a way through JSON text */
export function decodeGraph(json: unknown, program: LoadedProgram, schema: Schema): ApexValue {
  if (!isGraph(json)) {
    throw new OrgError('SERIALIZATION_ERROR', 'The stored Apex object cannot be read');
  }
  return new Decoder(json.objects, program, schema).value(json.root);
}

function isGraph(json: unknown): json is GraphJson {
  return typeof json === 'object' && json !== null && 'root' in json && 'objects' in json;
}

class Encoder {
  readonly objects: ObjectJson[] = [];
  readonly #program: LoadedProgram;
  readonly #indexes = new Map<ApexObject, number>();

  constructor(program: LoadedProgram) {
    this.#program = program;
  }

  value(value: ApexValue): ValueJson {
    if (typeof value === 'bigint') {
      return { long: String(value) };
    }
    return value === null || typeof value !== 'object' ? value : [this.#index(value)];
  }

  #index(object: ApexObject): number {
    const known = this.#indexes.get(object);
    if (known !== undefined) {
      return known;
    }
    const index = this.objects.length;
    this.#indexes.set(object, index);
    // Holds the place: what the object refers to may refer back to it.
    this.objects.push({ kind: 'type', text: '' });
    this.objects[index] = this.#object(object);
    return index;
  }

  #object(object: ApexObject): ObjectJson {
    if (object instanceof ApexList || object instanceof ApexSet) {
      const kind = object instanceof ApexList ? 'list' : 'set';
      return { kind, of: object.elementType, items: [...object].map((item) => this.value(item)) };
    }
    if (object instanceof ApexMap) {
      const entries = [...object].map(
        ([key, item]) => [this.value(key), this.value(item)] as const,
      );
      return { kind: 'map', of: [object.keyType, object.valueType], entries };
    }
    if (object instanceof SObjectValue) {
      return this.#record(object);
    }
    if (object instanceof ApexEnumValue) {
      return { kind: 'enum', type: object.apexType, name: object.name };
    }
    if (object instanceof SObjectFieldToken) {
      return { kind: 'field', object: object.object, field: object.field };
    }
    return object instanceof ApexInstance ? this.#instance(object) : scalar(object);
  }

  #record(record: SObjectValue): ObjectJson {
    return {
      kind: 'record',
      object: record.schema.name,
      queried: record.queried,
      fields: this.#pairs(record.populated()),
      parents: this.#pairs(record.populatedParents()),
      children: this.#pairs(record.populatedChildren()),
    };
  }

  #instance(object: ApexInstance): ObjectJson {
    const known = this.#program.classNamed(object.apexType);
    const fields = (known?.fields ?? [])
      .filter((field) => !field.isTransient)
      .map((field) => [field.jsName, getField(object, field.jsName)] as const);
    return { kind: 'instance', type: object.apexType, fields: this.#pairs(fields) };
  }

  #pairs(entries: Iterable<readonly [string, ApexValue]>): Pairs {
    return [...entries].map(([name, value]) => [name, this.value(value)] as const);
  }
}

function scalar(object: ApexObject): ObjectJson {
  if (object instanceof ApexDecimal) {
    return { kind: 'decimal', text: object.toString() };
  }
  if (object instanceof ApexDouble) {
    return { kind: 'double', text: String(object.value) };
  }
  if (object instanceof ApexDate) {
    return { kind: 'date', text: String(object.epochDay) };
  }
  if (object instanceof ApexDatetime) {
    return { kind: 'datetime', text: String(object.epochMs) };
  }
  if (object instanceof ApexTime) {
    return { kind: 'time', text: String(object.msOfDay) };
  }
  if (object instanceof ApexBlob) {
    return { kind: 'blob', text: Buffer.from(object.bytes).toString('base64') };
  }
  if (object instanceof TypeToken) {
    return { kind: 'type', text: object.name };
  }
  if (object instanceof SObjectTypeToken) {
    return { kind: 'object', text: object.object };
  }
  throw new OrgError('SERIALIZATION_ERROR', `Not Serializable: ${object.apexType}`);
}

class Decoder {
  readonly #json: readonly ObjectJson[];
  readonly #program: LoadedProgram;
  readonly #schema: Schema;
  readonly #made = new Map<number, ApexObject>();

  constructor(json: readonly ObjectJson[], program: LoadedProgram, schema: Schema) {
    this.#json = json;
    this.#program = program;
    this.#schema = schema;
  }

  value(json: ValueJson): ApexValue {
    if (json === null || typeof json !== 'object') {
      return json;
    }
    return 'long' in json ? BigInt(json.long) : this.#object(json[0]);
  }

  #object(index: number): ApexObject {
    const made = this.#made.get(index);
    if (made !== undefined) {
      return made;
    }
    const json = this.#json[index];
    if (json === undefined) {
      throw new OrgError('SERIALIZATION_ERROR', 'The stored Apex object cannot be read');
    }
    switch (json.kind) {
      case 'list':
      case 'set':
      case 'map':
        return this.#collection(index, json);
      case 'record':
        return this.#record(index, json);
      case 'instance':
        return this.#instance(index, json);
      default:
        return this.#keep(index, this.#leaf(json));
    }
  }

  #keep<T extends ApexObject>(index: number, object: T): T {
    this.#made.set(index, object);
    return object;
  }

  #collection(
    index: number,
    json: Extract<ObjectJson, { kind: 'list' | 'set' | 'map' }>,
  ): ApexObject {
    if (json.kind === 'map') {
      const map = this.#keep(index, new ApexMap(...json.of));
      for (const [key, item] of json.entries) {
        map.put(this.value(key), this.value(item));
      }
      return map;
    }
    const empty = json.kind === 'list' ? new ApexList(json.of) : new ApexSet(json.of);
    const collection = this.#keep(index, empty);
    for (const item of json.items) {
      collection.add(this.value(item));
    }
    return collection;
  }

  #record(index: number, json: Extract<ObjectJson, { kind: 'record' }>): ApexObject {
    const schema = this.#schema.require(json.object);
    const record = this.#keep(index, new SObjectValue(schema, { queried: json.queried }));
    for (const [name, value] of json.fields) {
      record.load(name, this.value(value));
    }
    for (const [name, value] of json.parents) {
      const parent = this.value(value);
      record.setParent(name, parent instanceof SObjectValue ? parent : null);
    }
    for (const [name, value] of json.children) {
      const children = this.value(value);
      if (children instanceof ApexList) {
        record.setChildren(name, children);
      }
    }
    return record;
  }

  #instance(index: number, json: Extract<ObjectJson, { kind: 'instance' }>): ApexObject {
    const known = this.#program.classNamed(json.type);
    if (known === undefined) {
      throw new OrgError('SERIALIZATION_ERROR', `The class ${json.type} exists no longer`);
    }
    const object = this.#keep(index, this.#program.blank(json.type));
    const members = new Set(known.fields.map((field) => field.jsName));
    for (const [name, value] of json.fields) {
      if (members.has(name)) {
        setField(object, name, this.value(value));
      }
    }
    return object;
  }

  #leaf(
    json: Exclude<ObjectJson, { kind: 'list' | 'set' | 'map' | 'record' | 'instance' }>,
  ): ApexObject {
    switch (json.kind) {
      case 'enum': {
        const type = this.#program.enumNamed(json.type) ?? findPlatformEnum(json.type);
        return type?.require(json.name) ?? missing(json.type);
      }
      case 'field':
        return sobjectFieldToken(this.#schema, json.object, json.field);
      case 'decimal':
        return ApexDecimal.parse(json.text) ?? missing(json.text);
      case 'double':
        return new ApexDouble(Number(json.text));
      case 'date':
        return new ApexDate(Number(json.text));
      case 'datetime':
        return new ApexDatetime(Number(json.text));
      case 'time':
        return new ApexTime(Number(json.text));
      case 'blob':
        return new ApexBlob(Buffer.from(json.text, 'base64'));
      case 'object':
        return sobjectTypeToken(this.#schema, json.text);
      default:
        return typeToken(json.text);
    }
  }
}

function missing(what: string): never {
  throw new OrgError('SERIALIZATION_ERROR', `The stored Apex object names the unknown ${what}`);
}
