import { OrgError } from '../errors.ts';
import type { Faults, FaultTarget } from '../faults.ts';
import { errorResult, invalidSession } from './api-errors.ts';
import { type ApiResult, type OrgResponse, utf8 } from './http.ts';

/** Faults that answer in the org's place. */
const ANSWERING = [
  'session-expired',
  'request-limit',
  'too-many-requests',
  'server-error',
  'unavailable',
  'query-timeout',
  'policy-block',
  'row-lock',
  'refused',
] as const;

/** The answer an armed fault gives instead of the resource, or undefined. */
export function takeAnswerFault(faults: Faults, target: FaultTarget): ApiResult | undefined {
  const fault = faults.take(ANSWERING, target);
  switch (fault?.kind) {
    case undefined:
      return undefined;
    case 'session-expired':
      return errorResult(invalidSession());
    case 'request-limit':
      return failure('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 403);
    case 'too-many-requests':
      return retryLater(
        failure('REQUEST_LIMIT_EXCEEDED', 'Too many requests.', 429),
        fault.retryAfterSeconds,
      );
    case 'server-error':
      return failure('UNKNOWN_EXCEPTION', UNEXPECTED, 500);
    case 'unavailable':
      return retryLater(
        fault.html === true ? edgePage() : failure('SERVER_UNAVAILABLE', 'Server Unavailable', 503),
        fault.retryAfterSeconds,
      );
    case 'query-timeout':
      return failure('QUERY_TIMEOUT', 'Your query request was running for too long.', 400);
    case 'policy-block':
      return failure(
        'TXN_SECURITY_METERING_ERROR',
        'A transaction security policy blocks this request.',
        403,
      );
    case 'refused':
      return failure(fault.errorCode, fault.message, fault.status);
    case 'row-lock':
      return failure('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record', 400);
  }
}

const UNEXPECTED =
  'An unexpected error occurred. Please include this ErrorId if you contact support: 12345-67890';

function failure(code: string, message: string, status: number): ApiResult {
  return errorResult(new OrgError(code, message, { status }));
}

function retryLater(result: ApiResult, seconds: number | undefined): ApiResult {
  if (seconds === undefined) return result;
  return { ...result, headers: { ...result.headers, 'retry-after': String(seconds) } };
}

/** The network's edge answers in HTML. */
function edgePage(): ApiResult {
  return {
    status: 503,
    headers: { 'content-type': 'text/html;charset=UTF-8' },
    body: utf8('<html><head><title>Server Unavailable</title></head><body>503</body></html>'),
  };
}

/** A connection that never answers. */
export const RESET: OrgResponse = {
  status: 500,
  headers: {},
  body: new Uint8Array(),
  cut: 'before-answer',
};
