import { type ApiCall, param, userOf } from '../api-call.ts';
import type { ApiResult } from '../http.ts';

/** `/services/apexrest/…`: what deployed classes serve. */
export async function callApexRest(call: ApiCall): Promise<ApiResult> {
  return call.org.apex.callRest({
    method: call.method,
    path: `/${param(call, 'path')}`,
    params: new Map(call.query),
    headers: call.headers,
    body: call.body,
    userId: userOf(call),
  });
}
