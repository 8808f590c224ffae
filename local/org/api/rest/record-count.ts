import { OrgError } from '../../errors.ts';
import type { ApiCall } from '../api-call.ts';
import { userOf } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';

/** `GET /limits/recordCount?sObjects=Account,Contact`: rows by object; unknown objects are left out. */
export function getRecordCount(call: ApiCall): ApiResult {
  const { org } = call;
  const names = call.query.get('sObjects')?.split(',');
  if (names === undefined) throw new OrgError('INVALID_INPUT', 'sObjects: name the objects');
  const options = { nowMs: org.scheduler.now(), userId: userOf(call) };
  const sObjects = names.flatMap((name) => {
    const object = org.schema.find(name.trim());
    if (object === undefined || !object.queryable) return [];
    const plan = org.soql.plan(`SELECT COUNT() FROM ${object.name}`);
    return [{ count: org.soql.count(plan, options), name: object.name }];
  });
  return json(200, { sObjects });
}
