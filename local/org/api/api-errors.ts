import type { DuplicateResult } from '../duplicate-result.ts';
import { OrgError } from '../errors.ts';
import type { ApiResult } from './http.ts';

/** Errors of a whole request that carry no `fields` member, whatever the case. */
const WITHOUT_FIELDS = new Set([
  'API_DISABLED_FOR_ORG',
  'GONE',
  'INVALID_FIELD',
  'INVALID_QUERY_LOCATOR',
  'INVALID_REPLICATION_DATE',
  'INVALID_SESSION_ID',
  'INVALID_TYPE',
  'INVALID_TYPE_FOR_OPERATION',
  'JSON_PARSER_ERROR',
  'MALFORMED_QUERY',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'REQUEST_LIMIT_EXCEEDED',
  'SERVER_UNAVAILABLE',
  'UNKNOWN_EXCEPTION',
]);

/** Errors about a record that carry `fields` even when it is empty. */
const WITH_FIELDS = new Set(['ENTITY_IS_DELETED']);

interface ApiErrorItem {
  readonly message: string;
  readonly errorCode: string;
  readonly fields?: readonly string[];
}

/** One row error as saves report it. */
export interface RowError {
  readonly code: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly duplicates?: DuplicateResult;
}

/** `[{message, errorCode, fields?}]`, as every REST resource answers an error. */
export function errorResult(error: OrgError): ApiResult {
  const withFields =
    WITH_FIELDS.has(error.code) || (error.fields.length > 0 && !WITHOUT_FIELDS.has(error.code));
  const item: ApiErrorItem = {
    message: error.message,
    errorCode: error.code,
    ...(withFields ? { fields: error.fields } : {}),
  };
  return { status: error.status, json: [item] };
}

/**
 * Errors of a single-record save: `errorCode` and `fields` in every item, and what a duplicate rule found in its own
 * (`duplicateResut` is how Salesforce spells it).
 */
export function saveErrorResult(
  errors: readonly RowError[],
  describeDuplicates: (found: DuplicateResult) => object,
): ApiResult {
  const items = errors.map(({ code, message, fields, duplicates }) => {
    if (duplicates !== undefined) {
      return { duplicateResut: describeDuplicates(duplicates), errorCode: code, message };
    }
    const item: ApiErrorItem = { message, errorCode: code };
    return WITHOUT_FIELDS.has(code) ? item : { ...item, fields };
  });
  return { status: statusOfSaveError(errors[0]?.code), json: items };
}

/** HTTP status of a failed save on one record. */
function statusOfSaveError(code: string | undefined): number {
  if (code === 'NOT_FOUND' || code === 'ENTITY_IS_DELETED') return 404;
  if (code === 'INSUFFICIENT_ACCESS_OR_READONLY') return 403;
  return 400;
}

export function notFound(message = 'The requested resource does not exist'): OrgError {
  return new OrgError('NOT_FOUND', message, { status: 404 });
}

export function invalidSession(): OrgError {
  return new OrgError('INVALID_SESSION_ID', 'Session expired or invalid', { status: 401 });
}

export function methodNotAllowed(method: string, allowed: readonly string[]): OrgError {
  const message = `HTTP Method '${method}' not allowed. Allowed are ${allowed.join(',')}`;
  return new OrgError('METHOD_NOT_ALLOWED', message, { status: 405 });
}
