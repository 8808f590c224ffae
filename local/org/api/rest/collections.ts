import type { SaveRequest, SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import { toId18 } from '../../schema/ids.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import {
  type ApiCall,
  dataPath,
  isJsonObject,
  jsonObject,
  jsonParserError,
  param,
  userOf,
} from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import { requireObject } from './describe.ts';
import { duplicateOptions } from './duplicates.ts';
import { readRecords } from './read-records.ts';
import { createRecordWriter } from './record-json.ts';
import { keyFieldOf } from './sobject-rows.ts';

type Input = Readonly<Record<string, unknown>>;
type RequestRecord = SaveRequest['records'][number];

const MOST_RECORDS = 200;
/** Records are processed in runs of one object; more runs than this are refused. */
const MOST_CHUNKS = 10;
const MOST_RETRIEVED = 2000;

/** `POST /composite/sobjects`. */
export function createCollection(call: ApiCall): ApiResult {
  return saveCollection(call, 'insert');
}

/** `PATCH /composite/sobjects`. */
export function updateCollection(call: ApiCall): ApiResult {
  return saveCollection(call, 'update');
}

/** `PATCH /composite/sobjects/{object}/{field}`. */
export function upsertCollection(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const field = keyFieldOf(object, param(call, 'field'));
  const { allOrNone, records } = readCollection(call);
  for (const record of records) {
    if (record.object !== object.name) throw polymorphicError();
  }
  const results = save(call, { operation: 'upsert', records, allOrNone, externalIdField: field });
  return json(
    200,
    results.map((result) => ({ ...rowOf(result), created: result.created ?? !result.success })),
  );
}

/** `DELETE /composite/sobjects?ids=a,b[&allOrNone=]`. */
export function deleteCollection(call: ApiCall): ApiResult {
  const ids = splitList(call.query.get('ids'));
  requireFewer(ids.length);
  const records = ids.map((id): RequestRecord => {
    const object = call.org.schema.byKeyPrefix((toId18(id) ?? '').slice(0, 3));
    return { object: object?.name ?? '', input: { Id: id } };
  });
  const allOrNone = call.query.get('allOrNone') === 'true';
  return json(200, saveKnown(call, 'delete', records, allOrNone).map(rowOf));
}

/** `GET /composite/sobjects/{object}?ids=&fields=`. */
export function getCollection(call: ApiCall): ApiResult {
  return retrieve(call, splitList(call.query.get('ids')), splitList(call.query.get('fields')));
}

/** `POST /composite/sobjects/{object}` with `{ids, fields}`. */
export function postRetrieve(call: ApiCall): ApiResult {
  const body = jsonObject(call);
  return retrieve(call, textList(body['ids'], 'ids'), textList(body['fields'], 'fields'));
}

/** Null in the place of each id that is gone, deleted or no id of this object. */
function retrieve(call: ApiCall, ids: readonly string[], fields: readonly string[]): ApiResult {
  const object = requireObject(call);
  if (ids.length > MOST_RETRIEVED) throw tooManyRecords(MOST_RETRIEVED);
  if (ids.length === 0 || fields.length === 0) {
    throw new OrgError('INVALID_INPUT', 'The ids and the fields parameters must be specified.');
  }
  const id18s = ids.map((id) => requireIdOf(object, id));
  const writer = createRecordWriter(call.org.schema, dataPath(call));
  const records = readRecords(call, object, fields, id18s);
  return json(
    200,
    records.map((record) => (record === undefined ? null : writer.write(record))),
  );
}

function requireIdOf(object: ObjectSchema, text: string): string {
  const id = toId18(text);
  if (id === undefined || !id.startsWith(object.keyPrefix)) {
    throw new OrgError('MALFORMED_ID', `malformed id ${text.slice(0, 40)}`, { fields: ['Id'] });
  }
  return id;
}

function saveCollection(call: ApiCall, operation: 'insert' | 'update'): ApiResult {
  const { allOrNone, records } = readCollection(call);
  return json(200, saveKnown(call, operation, records, allOrNone).map(rowOf));
}

interface Collection {
  readonly allOrNone: boolean;
  /** `object` is empty for a record whose object the org does not know. */
  readonly records: readonly RequestRecord[];
}

function readCollection(call: ApiCall): Collection {
  const body = jsonObject(call);
  const { records } = body;
  if (!Array.isArray(records)) throw jsonParserError('The records member must be a list');
  requireFewer(records.length);
  const parsed = records.map((record) => readRecord(call, record));
  requireFewChunks(parsed);
  return { allOrNone: body['allOrNone'] === true, records: parsed };
}

function readRecord(call: ApiCall, record: unknown): RequestRecord {
  if (!isJsonObject(record)) throw jsonParserError('Every record must be an object');
  const { attributes, ...input } = record;
  const type = isJsonObject(attributes) ? attributes['type'] : undefined;
  if (typeof type !== 'string') throw polymorphicError();
  return { object: call.org.schema.require(type).name, input };
}

/** What the platform says when a record does not begin with its `attributes`. */
function polymorphicError(): OrgError {
  return jsonParserError(
    'Nested object for polymorphic foreign key must have an attributes field before any other fields.',
  );
}

function requireFewer(count: number): void {
  if (count > MOST_RECORDS) throw tooManyRecords(MOST_RECORDS);
}

function tooManyRecords(most: number): OrgError {
  return new OrgError(
    'EXCEEDED_ID_LIMIT',
    `record limit reached. cannot submit more than ${most} records in one transaction`,
  );
}

function requireFewChunks(records: readonly RequestRecord[]): void {
  let chunks = 0;
  for (const [index, { object }] of records.entries()) {
    if (object !== records[index - 1]?.object) chunks += 1;
  }
  if (chunks > MOST_CHUNKS) {
    throw new OrgError(
      'INVALID_INPUT',
      `Unable to process more than ${MOST_CHUNKS} chunks of records in one request`,
    );
  }
}

/** Saves; records of unknown objects fail on their own rows. */
function saveKnown(
  call: ApiCall,
  operation: 'insert' | 'update' | 'delete',
  records: readonly RequestRecord[],
  allOrNone: boolean,
): SaveResult[] {
  const known = records.filter(({ object }) => object !== '');
  const saved = known.length > 0 ? save(call, { operation, records: known, allOrNone }) : [];
  const results = saved.values();
  return records.map(({ object }): SaveResult => {
    if (object === '') return malformedId();
    const { value } = results.next();
    if (value === undefined) throw new Error('the save gave fewer results than records');
    return value;
  });
}

function malformedId(): SaveResult {
  const errors = [{ code: 'MALFORMED_ID', message: 'malformed id', fields: [] }];
  return { success: false, errors };
}

function save(
  call: ApiCall,
  request: Pick<SaveRequest, 'operation' | 'records' | 'allOrNone' | 'externalIdField'>,
): SaveResult[] {
  return call.org.engine.save({
    ...request,
    userId: userOf(call),
    source: 'rest',
    duplicates: duplicateOptions(call),
  });
}

/** A row of the answer; its errors say `statusCode` where single-record answers say `errorCode`. */
function rowOf(result: SaveResult): Input {
  if (result.success) return { id: result.id, success: true, errors: [] };
  return {
    ...(result.id === undefined ? {} : { id: result.id }),
    success: false,
    errors: result.errors.map(({ code, message, fields }) => ({
      statusCode: code,
      message,
      fields,
    })),
  };
}

function splitList(text: string | null): string[] {
  if (text === null || text === '') return [];
  return text.split(',').map((item) => item.trim());
}

function textList(value: unknown, name: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw jsonParserError(`The ${name} member must be a list of texts`);
}
