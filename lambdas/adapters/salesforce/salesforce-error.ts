import type { AppErrorCode, AppErrorOptions } from '#core/errors.ts';
import { AppError } from '#core/errors.ts';

/** An answer of Salesforce that is no success, with its status and Salesforce's own code for it. */
export class SalesforceError extends AppError {
  /** Salesforce's `errorCode` / `statusCode` / `error`, or `HTTP_502` where the body named none. */
  readonly errorCode: string;
  /** HTTP status; 200 for a row that failed inside a call that succeeded. */
  readonly status: number;

  constructor(
    code: AppErrorCode,
    message: string,
    details: { errorCode: string; status: number },
    options: AppErrorOptions = {},
  ) {
    super(code, message, options);
    this.errorCode = details.errorCode;
    this.status = details.status;
  }
}

interface Refusal {
  readonly errorCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/**
 * Codes whose message names only objects, fields, limits and settings. Others, such as STRING_TOO_LONG or a
 * validation rule's text, may quote a record's values, which never go into errors or logs.
 */
const QUOTABLE_CODES = new Set([
  'API_CURRENTLY_DISABLED',
  'API_DISABLED_FOR_ORG',
  'API_ERROR',
  'ENTITY_IS_DELETED',
  'EXCEEDED_ID_LIMIT',
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INVALIDENTITY',
  'INVALIDJOBSTATE',
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_QUERY_LOCATOR',
  'INVALID_REPLICATION_DATE',
  'INVALID_SESSION_ID',
  'INVALID_TYPE',
  'INVALID_TYPE_FOR_OPERATION',
  'JOB_NOT_COMPLETE',
  'LIMIT_EXCEEDED',
  'MALFORMED_QUERY',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'QUERY_TIMEOUT',
  'QUERY_TOO_COMPLICATED',
  'REQUEST_LIMIT_EXCEEDED',
  'REQUIRED_FIELD_MISSING',
  'SERVER_UNAVAILABLE',
  'STORAGE_LIMIT_EXCEEDED',
]);

/** Passing troubles; a repeat of the same call may succeed. */
const PASSING_CODES = new Set(['UNABLE_TO_LOCK_ROW', 'QUERY_TIMEOUT', 'SERVER_UNAVAILABLE']);
const PASSING_STATUSES = new Set([406, 408, 420, 425, 429]);

/** Seconds after which a used-up daily quota is looked at again: it frees up hour by hour. */
const QUOTA_RETRY_SECONDS = 900;
const MAX_MESSAGE_LENGTH = 300;

/** The error for an HTTP answer of 300 and above. `body` is whatever came: JSON, an HTML page of the edge, a text. */
export function errorFromAnswer(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): SalesforceError {
  const refusal = firstRefusal(parseJson(body)) ?? {
    errorCode: status === 300 ? 'MULTIPLE_CHOICES' : `HTTP_${status}`,
    message: '',
    fields: [],
  };
  return errorFromRefusal(refusal, status, retryAfterSeconds(headers['retry-after']));
}

/** The error for a failed row of a call that succeeded, e.g. of `/composite/sobjects`. */
export function errorFromRow(errors: unknown): SalesforceError {
  const refusal = firstRefusal(errors) ?? { errorCode: 'UNKNOWN', message: '', fields: [] };
  return errorFromRefusal(refusal, 200, undefined);
}

function errorFromRefusal(
  refusal: Refusal,
  status: number,
  waitSeconds: number | undefined,
): SalesforceError {
  const details = { errorCode: refusal.errorCode, status };
  const text = sentence(refusal, status);
  if (status === 401) return new SalesforceError('unauthorized', text, details);
  if (isQuota(refusal)) {
    const options = { retryable: true, retryAfterSeconds: QUOTA_RETRY_SECONDS };
    return new SalesforceError('salesforce-quota', text, details, options);
  }
  if (isPassing(refusal, status)) {
    const wait = waitSeconds === undefined ? {} : { retryAfterSeconds: waitSeconds };
    return new SalesforceError('salesforce-unavailable', text, details, {
      retryable: true,
      ...wait,
    });
  }
  const code =
    refusal.errorCode === 'INVALID_FIELD' ? 'salesforce-field-gone' : 'salesforce-refused';
  return new SalesforceError(code, text, details);
}

/** The day's calls or jobs are used up; "ConcurrentRequests" and the like under the same code pass within seconds. */
function isQuota({ errorCode, message }: Refusal): boolean {
  if (errorCode === 'LIMIT_EXCEEDED') return true;
  return errorCode === 'REQUEST_LIMIT_EXCEEDED' && !message.startsWith('Concurrent');
}

function isPassing({ errorCode }: Refusal, status: number): boolean {
  if (PASSING_CODES.has(errorCode) || errorCode === 'REQUEST_LIMIT_EXCEEDED') return true;
  return status >= 500 || PASSING_STATUSES.has(status);
}

function sentence({ errorCode, message, fields }: Refusal, status: number): string {
  const quoted = QUOTABLE_CODES.has(errorCode) && message !== '' ? `: ${tidy(message)}` : '';
  const named = fields.length > 0 ? ` (${fields.join(', ')})` : '';
  return `Salesforce answered ${status === 200 ? '' : `${status} `}${errorCode}${named}${quoted}`;
}

/** One line without control characters: SOQL errors come as a small drawing. */
function tidy(message: string): string {
  const line = message.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Salesforce says what is wrong as an array (REST), an object (OAuth, Bulk 1) or inside `errors` rows. */
function firstRefusal(value: unknown): Refusal | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== 'object' || first === null) return undefined;
  const members: Record<string, unknown> = { ...first };
  const errorCode = textOf(
    members['errorCode'] ?? members['statusCode'] ?? members['exceptionCode'] ?? members['error'],
  );
  if (errorCode === undefined || !/^[A-Za-z0-9_]{1,80}$/.test(errorCode)) return undefined;
  const message = textOf(members['message'] ?? members['error_description']) ?? '';
  const fields = Array.isArray(members['fields']) ? members['fields'] : [];
  return { errorCode, message, fields: fields.filter(isFieldName) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isFieldName(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.]{0,200}$/.test(value);
}

/** `Retry-After` in seconds; the date form is not used by Salesforce. */
function retryAfterSeconds(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}
