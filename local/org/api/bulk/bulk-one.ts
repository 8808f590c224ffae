import type { ApiCall } from '../api-call.ts';
import { type ApiResult, json, utf8 } from '../http.ts';
import { mayLogIn } from '../org-as.ts';
import type { ApiHandler, Resource } from '../router.ts';

const NAMESPACE = 'http://www.force.com/2009/06/asyncapi/dataload';

/** `/services/async/…`: Bulk API 1 is not there, and says so as Salesforce does where an org may not use it. */
function refuse(call: ApiCall): ApiResult {
  const session = call.org.sessions.find(call.headers['x-sfdc-session'] ?? '');
  if (session === undefined || !mayLogIn(call.org, session.userId)) {
    return failure(call, 401, 'InvalidSessionId', 'Invalid session id');
  }
  const message =
    'Bulk API 1 is not enabled in this org: use Bulk API 2.0, /services/data/vXX.X/jobs';
  return failure(call, 400, 'FeatureNotEnabled', message);
}

/** In the form the client works with; XML where it names none. */
function failure(call: ApiCall, status: number, code: string, message: string): ApiResult {
  const asked = call.headers['content-type'] ?? call.headers['accept'] ?? '';
  if (asked.includes('json')) {
    return json(status, { exceptionCode: code, exceptionMessage: message });
  }
  const text =
    `<?xml version="1.0" encoding="UTF-8"?><error xmlns="${NAMESPACE}">` +
    `<exceptionCode>${code}</exceptionCode><exceptionMessage>${message}</exceptionMessage></error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: utf8(text) };
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The session travels in a header of its own. */
export const BULK_ONE_RESOURCE: Resource = {
  pattern: '/services/async/:apiVersion/*path',
  methods: Object.fromEntries(METHODS.map((method): [string, ApiHandler] => [method, refuse])),
  authenticated: false,
};
