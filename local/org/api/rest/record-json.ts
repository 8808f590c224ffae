import type { ObjectSchema, Schema } from '../../schema/schema.ts';
import type { QueryPlan, QueryRecord, QueryValue } from '../../soql/soql.ts';
import { jsonDouble } from '../json-number.ts';

/** A record ready for `JSON.stringify`: `attributes` first, then the fields in the order they were asked for. */
export type JsonRecord = Readonly<Record<string, unknown>>;

type ValueWriter = (value: QueryValue) => unknown;

/** Writes the rows of one answer; remembers per object how each of its fields is written. */
export interface RecordWriter {
  write(record: QueryRecord): JsonRecord;
}

/**
 * @param dataPath `/services/data/v66.0`, the prefix of record URLs
 * @param plan gives the types of aggregate columns
 */
export function createRecordWriter(
  schema: Schema,
  dataPath: string,
  plan?: QueryPlan,
): RecordWriter {
  const writersByObject = new Map<string, Map<string, ValueWriter>>();
  const aggregateTypes = new Map(plan?.selected.map(({ path, fieldType }) => [path, fieldType]));

  function write(record: QueryRecord, polymorphic = false): JsonRecord {
    const entries: [string, unknown][] = [];
    const attributes = attributesOf(record, polymorphic);
    if (attributes !== undefined) entries.push(['attributes', attributes]);
    for (const [name, value] of record.values) {
      entries.push([name, value === null ? null : writerFor(record.object, name)(value)]);
    }
    return Object.fromEntries(entries);
  }

  function attributesOf(record: QueryRecord, polymorphic: boolean): object | undefined {
    if (record.object === 'AggregateResult') return { type: 'AggregateResult' };
    if (schema.find(record.object) === undefined) return undefined;
    const id = record.id ?? record.values.get('Id');
    const url = `${dataPath}/sobjects/${record.object}/${typeof id === 'string' ? id : ''}`;
    return { type: polymorphic ? 'Name' : record.object, url };
  }

  function writerFor(object: string, name: string): ValueWriter {
    let writers = writersByObject.get(object);
    if (writers === undefined) {
      writers = new Map();
      writersByObject.set(object, writers);
    }
    let writer = writers.get(name);
    if (writer === undefined) {
      writer = makeWriter(object, name);
      writers.set(name, writer);
    }
    return writer;
  }

  function makeWriter(object: string, name: string): ValueWriter {
    if (object === 'AggregateResult') return scalarWriter(aggregateTypes.get(name) ?? '');
    const objectSchema = schema.find(object);
    const field = objectSchema?.fields.get(name.toLowerCase());
    if (field !== undefined && field.type !== 'address') return scalarWriter(field.type);
    const polymorphic = isPolymorphic(objectSchema, name);
    return (value) => nested(value, polymorphic);
  }

  function nested(value: QueryValue, polymorphic: boolean): unknown {
    if (isRecordList(value)) return childRecords(value);
    if (typeof value === 'object' && value !== null) return write(value, polymorphic);
    return typeof value === 'number' ? jsonDouble(value) : value;
  }

  /** No children are `null`, not an empty list. */
  function childRecords(children: readonly QueryRecord[]): object | null {
    if (children.length === 0) return null;
    return {
      totalSize: children.length,
      done: true,
      records: children.map((child) => write(child)),
    };
  }

  return { write: (record) => write(record) };
}

function isRecordList(value: QueryValue): value is readonly QueryRecord[] {
  return Array.isArray(value);
}

/** Whether the relationship's look-up points at several objects; such parents call themselves `Name`. */
function isPolymorphic(object: ObjectSchema | undefined, relationship: string): boolean {
  const wanted = relationship.toLowerCase();
  for (const field of object?.fields.values() ?? []) {
    if (field.relationshipName?.toLowerCase() === wanted) return field.referenceTo.length > 1;
  }
  return false;
}

function scalarWriter(type: string): ValueWriter {
  switch (type) {
    case 'double':
    case 'currency':
    case 'percent':
      return (value) => (typeof value === 'number' ? jsonDouble(value) : value);
    case 'datetime':
      return (value) => (typeof value === 'string' ? restDatetime(value) : value);
    default:
      return (value) => value;
  }
}

/** `2026-05-06T11:57:09.000Z` as REST writes it: `2026-05-06T11:57:09.000+0000`. */
export function restDatetime(iso: string): string {
  return iso.endsWith('Z') ? `${iso.slice(0, -1)}+0000` : iso;
}
