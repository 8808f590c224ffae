import { parseSosl } from '../../search/parse-sosl.ts';
import { runSearch } from '../../search/run-search.ts';
import { type ApiCall, dataPath, userOf } from '../api-call.ts';
import { hiddenIds } from '../hidden-records.ts';
import { type ApiResult, json } from '../http.ts';
import { createRecordWriter } from './record-json.ts';

/** `GET /search?q=FIND {…}`: SOSL. */
export function getSearch(call: ApiCall): ApiResult {
  const { schema, soql, scheduler, faults } = call.org;
  const search = parseSosl(call.query.get('q') ?? '');
  const options = { nowMs: scheduler.now(), userId: userOf(call) };
  const hidden = hiddenIds(faults);
  const searchRecords: object[] = [];
  for (const { plan, record } of runSearch({ schema, soql, options }, search)) {
    if (hidden.has(record.id ?? '')) continue;
    searchRecords.push(createRecordWriter(schema, dataPath(call), plan).write(record));
  }
  return json(200, { searchRecords });
}
