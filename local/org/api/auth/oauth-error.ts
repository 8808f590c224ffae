import type { ApiResult } from '../http.ts';

/** An OAuth refusal: HTTP 400 with `{error, error_description}`. */
export class OauthError extends Error {
  override readonly name = 'OauthError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

export const NO_STORE: Readonly<Record<string, string>> = { 'cache-control': 'no-store' };

export function oauthErrorResult(error: OauthError): ApiResult {
  const body = { error: error.code, error_description: error.message };
  return { status: 400, json: body, headers: NO_STORE };
}
