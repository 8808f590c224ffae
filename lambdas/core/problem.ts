import { AppError, type AppErrorCode } from './errors.ts';

/** A refusal as RFC 9457 writes it, `application/problem+json`. */
export interface Problem {
  /** `about:blank`: the status says what kind of problem it is, `code` says it exactly. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** One sentence: what was wrong, why, and the way out. Never a secret or a record's values. */
  readonly detail?: string;
  readonly code: AppErrorCode;
  /** JSON pointer or name of the offending member. */
  readonly pointer?: string;
}

const STATUS: Readonly<Record<AppErrorCode, number>> = {
  'invalid-input': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  unprocessable: 422,
  throttled: 429,
  unavailable: 503,
  'salesforce-refused': 502,
  'salesforce-field-gone': 502,
  'salesforce-unavailable': 503,
  'salesforce-quota': 503,
  internal: 500,
};

const TITLE: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** Only failures that we named ourselves are told; anything else is an internal error that the log explains. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof AppError) || error.code === 'internal') {
    return problem('internal', 'The receiver failed; its log says why.');
  }
  return problem(error.code, error.message, error.pointer);
}

export function problem(code: AppErrorCode, detail?: string, pointer?: string): Problem {
  const status = STATUS[code];
  return {
    type: 'about:blank',
    title: TITLE[status] ?? 'Error',
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(pointer !== undefined && { pointer }),
  };
}

/** Seconds for `Retry-After`: what the failure says, else a minute for what may pass by itself. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!(error instanceof AppError)) return undefined;
  return error.retryAfterSeconds ?? (error.retryable ? 60 : undefined);
}
