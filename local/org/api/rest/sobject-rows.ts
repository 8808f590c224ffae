import type { SaveRequest, SaveResult } from '../../engine.ts';
import { OrgError } from '../../errors.ts';
import { toId18 } from '../../schema/ids.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, dataPath, jsonObject, param, userOf } from '../api-call.ts';
import { notFound, saveErrorResult } from '../api-errors.ts';
import { hiddenIds } from '../hidden-records.ts';
import { type ApiResult, json, NO_CONTENT } from '../http.ts';
import { getBlob } from './blob-fields.ts';
import { objectSummary, requireObject } from './describe.ts';
import { duplicateOptions, duplicateResultJson } from './duplicates.ts';
import { entityTag, isKnownToClient, requireUnmodified } from './preconditions.ts';
import { readRecords } from './read-records.ts';
import { createRecordWriter } from './record-json.ts';

type Input = Readonly<Record<string, unknown>>;

/** `GET /sobjects/{object}`: the object in short, and what the user last worked on. */
export function getObject(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const { org } = call;
  const recentIds = org.recentItems
    .list(userOf(call))
    .filter((item) => item.object === object.name)
    .map(({ id }) => id);
  const writer = createRecordWriter(org.schema, dataPath(call));
  const recentItems = readRecords(call, object, ['Id', nameFieldOf(object)], recentIds)
    .filter((record) => record !== undefined)
    .map((record) => writer.write(record));
  return json(200, { objectDescribe: objectSummary(call, object), recentItems });
}

export function nameFieldOf(object: ObjectSchema): string {
  for (const field of object.fields.values()) if (field.nameField) return field.name;
  return 'Id';
}

/** `POST /sobjects/{object}`: creates a record, or publishes a platform event. */
export function createRecord(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const input = jsonObject(call);
  if (object.kind === 'platformEvent') return publishEvent(call, object, input);
  const result = saveOne(call, { operation: 'insert', object, input });
  if (!result.success) return refused(call, result);
  touch(call, result);
  return json(201, successBody(result), location(call, object, result.id));
}

function publishEvent(call: ApiCall, object: ObjectSchema, input: Input): ApiResult {
  const [result] = call.org.engine.publish(object.name, [input], userOf(call));
  if (result === undefined) throw new Error(`publishing ${object.name} gave no result`);
  if (!result.success) return refused(call, result);
  return json(201, successBody(result), location(call, object, result.id));
}

/** `GET /sobjects/{object}/{id}[?fields=]`. */
export function getRecord(call: ApiCall): ApiResult {
  const object = requireObject(call);
  return answerRecord(call, object, requireRecordId(object, param(call, 'id')));
}

/** `PATCH /sobjects/{object}/{id}`. */
export function updateRecord(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const id = requireRecordId(object, param(call, 'id'));
  const input = jsonObject(call);
  if (Object.keys(input).some((name) => name.toLowerCase() === 'id')) {
    throw new OrgError(
      'INVALID_FIELD',
      'The Id field should not be specified in the sobject data.',
    );
  }
  requireLiveRecord(call, object, id);
  const result = saveOne(call, { operation: 'update', object, input: { ...input, Id: id } });
  if (!result.success) return refused(call, result);
  touch(call, result);
  return NO_CONTENT;
}

/** `DELETE /sobjects/{object}/{id}`. */
export function deleteRecord(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const id = requireRecordId(object, param(call, 'id'));
  requireLiveRecord(call, object, id);
  const result = saveOne(call, { operation: 'delete', object, input: { Id: id } });
  return result.success ? NO_CONTENT : refused(call, result);
}

/** `GET /sobjects/{object}/{field}/{value}`: by external id; `{id}/{field}` for the bytes of a field. */
export function getRecordByKey(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const blob = getBlob(call, object);
  if (blob !== undefined) return blob;
  const ids = findByKey(call, object);
  const [id] = ids;
  if (id === undefined) throw notFound();
  return ids.length > 1 ? multipleChoices(call, object, ids) : answerRecord(call, object, id);
}

/** `DELETE /sobjects/{object}/{field}/{value}`. */
export function deleteRecordByKey(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const ids = findByKey(call, object);
  const [id] = ids;
  if (id === undefined) throw notFound();
  if (ids.length > 1) return multipleChoices(call, object, ids);
  const result = saveOne(call, { operation: 'delete', object, input: { Id: id } });
  return result.success ? NO_CONTENT : refused(call, result);
}

/** From this version on an upsert that updates answers a body, too. */
const UPSERT_BODY_FROM_VERSION = 46;

/** `PATCH /sobjects/{object}/{field}/{value}`: upsert by external id; `?updateOnly=true` never creates. */
export function upsertRecord(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const ids = findByKey(call, object);
  if (ids.length > 1) return multipleChoices(call, object, ids);
  const [id] = ids;
  if (id === undefined && call.query.get('updateOnly') === 'true') throw notFound();
  const field = keyFieldOf(object, param(call, 'field'));
  const input = { ...jsonObject(call), ...(id === undefined ? {} : { Id: id }) };
  const result =
    id === undefined
      ? saveOne(call, {
          operation: 'insert',
          object,
          input: field === 'Id' ? input : { ...input, [field]: param(call, 'value') },
        })
      : saveOne(call, { operation: 'update', object, input });
  if (!result.success) return refused(call, result);
  touch(call, result);
  const created = id === undefined;
  if (!created && Number(call.version) < UPSERT_BODY_FROM_VERSION) return NO_CONTENT;
  const headers = location(call, object, result.id);
  return json(created ? 201 : 200, { ...successBody(result), created }, headers);
}

/** `POST /sobjects/{object}/Id`: an upsert by id without an id creates. */
export function upsertByNoId(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const result = saveOne(call, { operation: 'insert', object, input: jsonObject(call) });
  if (!result.success) return refused(call, result);
  return json(201, { ...successBody(result), created: true }, location(call, object, result.id));
}

/** Declared name of an external-id, id look-up or Id field. @throws OrgError NOT_FOUND */
export function keyFieldOf(object: ObjectSchema, name: string): string {
  const field = object.fields.get(name.toLowerCase());
  if (field !== undefined && (field.externalId || field.idLookup || field.type === 'id')) {
    return field.name;
  }
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

function findByKey(call: ApiCall, object: ObjectSchema): readonly string[] {
  const field = keyFieldOf(object, param(call, 'field'));
  const value = param(call, 'value');
  if (field !== 'Id') return call.org.store.findByKey(object.name, field, value);
  const id = requireRecordId(object, value);
  return call.org.store.read(object.name, id) === undefined ? [] : [id];
}

function answerRecord(call: ApiCall, object: ObjectSchema, id: string): ApiResult {
  requireLiveRecord(call, object, id);
  if (isKnownToClient(call, object, id)) return { status: 304 };
  const fields = call.query.get('fields')?.split(',');
  const names = fields?.map((name) => name.trim()) ?? readableFields(object);
  const [record] = readRecords(call, object, names, [id]);
  if (record === undefined) throw notFound();
  call.org.recentItems.touch(userOf(call), { object: object.name, id });
  const modified = call.org.store.read(object.name, id)?.['LastModifiedDate'];
  const headers =
    typeof modified === 'string'
      ? { 'last-modified': new Date(modified).toUTCString(), etag: entityTag(call, object, id) }
      : {};
  return json(200, createRecordWriter(call.org.schema, dataPath(call)).write(record), headers);
}

function readableFields(object: ObjectSchema): string[] {
  return [...object.fields.values()].map(({ name }) => name);
}

/** @throws OrgError NOT_FOUND for an unknown id, ENTITY_IS_DELETED in the Recycle Bin, PRECONDITION_FAILED */
function requireLiveRecord(call: ApiCall, object: ObjectSchema, id: string): void {
  const record = call.org.store.read(object.name, id);
  const isHidden = hiddenIds(call.org.faults).has(id);
  if (record === undefined || isHidden) throw notFound();
  if (record['IsDeleted'] === true) {
    throw new OrgError('ENTITY_IS_DELETED', 'entity is deleted', { status: 404 });
  }
  requireUnmodified(call, object, id);
}

/** 18 characters. @throws OrgError MALFORMED_ID for another object's id, NOT_FOUND for what is none */
function requireRecordId(object: ObjectSchema, text: string): string {
  const id = toId18(text);
  if (id === undefined)
    throw notFound(`Provided external ID field does not exist or is not accessible: ${text}`);
  if (id.slice(0, 3) !== object.keyPrefix) {
    throw new OrgError('MALFORMED_ID', `${object.label} ID: id value of incorrect type: ${text}`, {
      fields: ['Id'],
    });
  }
  return id;
}

interface OneSave {
  readonly operation: SaveRequest['operation'];
  readonly object: ObjectSchema;
  readonly input: Input;
}

function saveOne(call: ApiCall, { operation, object, input }: OneSave): SaveResult {
  const { attributes: _attributes, ...fields } = input;
  const [result] = call.org.engine.save({
    operation,
    records: [{ object: object.name, input: fields }],
    allOrNone: true,
    userId: userOf(call),
    source: 'rest',
    duplicates: duplicateOptions(call),
  });
  if (result === undefined) throw new Error(`the save of one ${object.name} gave no result`);
  return result;
}

type Refused = Extract<SaveResult, { success: false }>;

function refused(call: ApiCall, { errors }: Refused): ApiResult {
  return saveErrorResult(errors, (found) => duplicateResultJson(call, found));
}

type Saved = Extract<SaveResult, { success: true }>;

function successBody({ id }: Saved): { id: string; success: true; errors: [] } {
  return { id, success: true, errors: [] };
}

function touch(call: ApiCall, { object, id }: Saved): void {
  call.org.recentItems.touch(userOf(call), { object, id });
}

/** A path, not a URL. */
function location(call: ApiCall, object: ObjectSchema, id: string): { location: string } {
  return { location: `${dataPath(call)}/sobjects/${object.name}/${id}` };
}

/** Several records have that key: 300 with the path of each. */
function multipleChoices(call: ApiCall, object: ObjectSchema, ids: readonly string[]): ApiResult {
  return json(
    300,
    ids.map((id) => `${dataPath(call)}/sobjects/${object.name}/${id}`),
  );
}
