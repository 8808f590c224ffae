import { unknownObject } from '../../schema/org-schema.ts';
import { type ApiCall, dataPath, userOf } from '../api-call.ts';
import type { ApiResult } from '../http.ts';
import { queryOn, requireSoql } from '../rest/query.ts';

/**
 * `GET /tooling/query?q=`: code and its jobs from the org's own tables, the rest from deployed metadata. Without View
 * Setup and Configuration there is nothing to see.
 */
export function getToolingQuery(call: ApiCall): ApiResult {
  const { org } = call;
  const object = fromObject(requireSoql(call));
  const isData = org.schema.find(object) !== undefined;
  if (!isData && !org.access.of(userOf(call)).has('ViewSetup')) throw unknownObject(object);
  const { schema, soql } = isData ? org : org.tooling.current();
  return queryOn(call, { schema, soql, basePath: `${dataPath(call)}/tooling`, allRows: false });
}

/** The object of the outermost FROM. */
function fromObject(soql: string): string {
  const flat = soql.replace(/'(?:[^'\\]|\\.)*'/g, "''").replace(/\([^()]*\)/g, '()');
  return /\bFROM\s+(\w+)/i.exec(flat)?.[1] ?? '';
}
