import { type ApiCall, dataPath, userOf } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import { readRecords } from './read-records.ts';
import { createRecordWriter, type JsonRecord } from './record-json.ts';
import { nameFieldOf } from './sobject-rows.ts';

const MOST_ITEMS = 200;

/** `GET /recent[?limit=]`: what the user looked at or saved last, newest first. */
export function getRecent(call: ApiCall): ApiResult {
  const { org } = call;
  const limit = Math.min(Number(call.query.get('limit') ?? MOST_ITEMS) || MOST_ITEMS, MOST_ITEMS);
  const writer = createRecordWriter(org.schema, dataPath(call));
  const items: JsonRecord[] = [];
  for (const { object: name, id } of org.recentItems.list(userOf(call)).slice(0, limit)) {
    const object = org.schema.find(name);
    if (object === undefined) continue;
    const [record] = readRecords(call, object, ['Id', nameFieldOf(object)], [id]);
    if (record !== undefined) items.push(writer.write(record));
  }
  return json(200, items);
}

/** `GET /limits`. */
export function getLimits(call: ApiCall): ApiResult {
  return json(200, call.org.limits.toJson());
}
