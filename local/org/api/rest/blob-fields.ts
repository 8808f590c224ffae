import { toId18 } from '../../schema/ids.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, param } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import type { ApiResult } from '../http.ts';
import { readRecords } from './read-records.ts';

/** `GET /sobjects/{object}/{id}/{field}`: the bytes of a field that holds some; undefined for another kind of path. */
export function getBlob(call: ApiCall, object: ObjectSchema): ApiResult | undefined {
  const id = toId18(param(call, 'field'));
  if (id === undefined || !id.startsWith(object.keyPrefix)) return undefined;
  const field = object.fields.get(param(call, 'value').toLowerCase());
  if (field?.type !== 'base64') return undefined;
  const [record] = readRecords(call, object, [field.name], [id]);
  const value = record?.values.get(field.name);
  if (typeof value !== 'string') throw notFound();
  const headers = { 'content-type': 'application/octet-stream' };
  return { status: 200, headers, body: Buffer.from(value, 'base64') };
}
