import { OrgError } from '../errors.ts';
import type { ApiOrg } from './api-org.ts';
import { type ApiResult, fromUtf8, type OrgRequest } from './http.ts';

/** A session a request came with. */
export interface Session {
  /** 18 characters. */
  readonly userId: string;
  readonly token: string;
}

/** One request on its way to a resource. */
export interface ApiCall {
  readonly org: ApiOrg;
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** Decoded `:name` segments of the resource's pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** `66.0`; empty outside `/services/data/vXX.X`. */
  readonly version: string;
  /** Undefined only on resources that need no session. */
  readonly session: Session | undefined;
  /** Runs a part of a composite request at once: same session, not counted. Errors are answers, too. */
  runPart(part: OrgRequest): ApiResult;
}

/** 18-character id of the user the call runs as. */
export function userOf(call: ApiCall): string {
  if (call.session === undefined) throw new Error(`${call.path} needs a session but has none`);
  return call.session.userId;
}

/** The named segment of the path; patterns guarantee it. */
export function param(call: ApiCall, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the pattern of ${call.path} has no :${name}`);
  return value;
}

/** `/services/data/v66.0`, the prefix of every path the answer names. */
export function dataPath(call: ApiCall): string {
  return `/services/data/v${call.version}`;
}

/** @throws OrgError JSON_PARSER_ERROR when the body is not a JSON object */
export function jsonObject(call: ApiCall): Readonly<Record<string, unknown>> {
  const value = jsonBody(call);
  if (!isJsonObject(value)) {
    throw jsonParserError('The HTTP entity body is required to be a JSON object');
  }
  return value;
}

/** @throws OrgError JSON_PARSER_ERROR, UNSUPPORTED_MEDIA_TYPE (415) for a body that says it is something else */
export function jsonBody(call: ApiCall): unknown {
  const [type = ''] = (call.headers['content-type'] ?? '').split(';');
  if (type !== '' && !/^\s*application\/([\w.-]+\+)?json\s*$/i.test(type)) {
    const message = `Content-Type header specified in HTTP request is not supported: ${type.slice(0, 80)}`;
    throw new OrgError('UNSUPPORTED_MEDIA_TYPE', message, { status: 415 });
  }
  if (call.body.length === 0) {
    throw jsonParserError('The HTTP entity body is required, but this request has no entity body.');
  }
  let text: string;
  try {
    text = fromUtf8(call.body);
  } catch {
    throw jsonParserError('The HTTP entity body is not valid UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw jsonParserError(describeJsonFault(text, error));
  }
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function jsonParserError(message: string): OrgError {
  return new OrgError('JSON_PARSER_ERROR', message);
}

/** Where the text stops being JSON, without quoting the text: it may hold record values. */
function describeJsonFault(text: string, error: unknown): string {
  const found = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  if (found === undefined)
    return 'Unexpected character or end of input: the body is not valid JSON';
  const before = text.slice(0, Number(found)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return `Unexpected character at [line:${before.length}, column:${column}]`;
}
