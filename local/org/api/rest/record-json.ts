import type { FieldType, Schema } from '../../schema/schema.ts';
import type { QueryPlan, QueryRecord, QueryValue } from '../../soql/soql.ts';
import { jsonDouble } from '../json-number.ts';

/** A record ready for `JSON.stringify`: `attributes` first, then the fields in the order they were asked for. */
export type JsonRecord = Readonly<Record<string, unknown>>;

type ValueWriter = (value: QueryValue, record: QueryRecord) => unknown;

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

  function write(record: QueryRecord): JsonRecord {
    const entries: [string, unknown][] = [];
    const attributes = attributesOf(record);
    if (attributes !== undefined) entries.push(['attributes', attributes]);
    for (const [name, value] of record.values) {
      entries.push([name, value === null ? null : writerFor(record.object, name)(value, record)]);
    }
    return Object.fromEntries(entries);
  }

  /** A parent behind a look-up to several objects calls itself `Name`; its URL says what it is. */
  function attributesOf({ object, id }: QueryRecord): object | undefined {
    if (object === 'AggregateResult') return { type: object };
    if (id === undefined) return undefined;
    return { type: object, url: urlOf(object, id) };
  }

  function urlOf(object: string, id: string): string {
    const target = object === 'Name' ? schema.byKeyPrefix(id.slice(0, 3))?.name : object;
    return `${dataPath}/sobjects/${target}/${id}`;
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
    if (object === 'AggregateResult') return scalarWriter(aggregateTypes.get(name) ?? 'string');
    const field = schema.find(object)?.fields.get(name.toLowerCase());
    if (field === undefined || field.type === 'address') return nested;
    if (field.type === 'base64')
      return (_value, { id }) => `${urlOf(object, id ?? '')}/${field.name}`;
    return scalarWriter(field.type);
  }

  /** A parent, children, a compound address or one of its parts. */
  function nested(value: QueryValue): unknown {
    if (isRecordList(value)) return childRecords(value);
    if (typeof value === 'object' && value !== null) return write(value);
    return typeof value === 'number' ? jsonDouble(value) : value;
  }

  /** No children are `null`, not an empty list. */
  function childRecords(children: readonly QueryRecord[]): object | null {
    if (children.length === 0) return null;
    return {
      totalSize: children.length,
      done: true,
      records: children.map(write),
    };
  }

  return { write };
}

function isRecordList(value: QueryValue): value is readonly QueryRecord[] {
  return Array.isArray(value);
}

function scalarWriter(type: FieldType): ValueWriter {
  switch (type) {
    case 'double':
    case 'currency':
    case 'percent':
      return (value) => (typeof value === 'number' ? jsonDouble(value) : value);
    case 'datetime':
      return (value) => (typeof value === 'string' ? restDatetime(value) : value);
    case 'complexvalue':
    case 'junctionIdList':
      return (value) => (typeof value === 'string' ? JSON.parse(value) : value);
    default:
      return (value) => value;
  }
}

/** `2026-05-06T11:57:09.000Z` as REST writes it: `2026-05-06T11:57:09.000+0000`. */
export function restDatetime(iso: string): string {
  return iso.endsWith('Z') ? `${iso.slice(0, -1)}+0000` : iso;
}
