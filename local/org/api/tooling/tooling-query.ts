import { type ApiCall, dataPath } from '../api-call.ts';
import type { ApiResult } from '../http.ts';
import { queryOn, requireSoql } from '../rest/query.ts';

/** `GET /tooling/query?q=`: code and its jobs from the org's own tables, the rest from deployed metadata. */
export function getToolingQuery(call: ApiCall): ApiResult {
  const { org } = call;
  const tooling = org.tooling();
  const { schema, soql } = org.schema.find(fromObject(requireSoql(call))) ? org : tooling;
  return queryOn(call, { schema, soql, basePath: `${dataPath(call)}/tooling`, allRows: false });
}

/** The object of the outermost FROM. */
function fromObject(soql: string): string {
  const flat = soql.replace(/'(?:[^'\\]|\\.)*'/g, "''").replace(/\([^()]*\)/g, '()');
  return /\bFROM\s+(\w+)/i.exec(flat)?.[1] ?? '';
}
