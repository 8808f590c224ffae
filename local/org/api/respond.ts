import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { type ApiResult, isStream, type OrgRequest, type OrgResponse, utf8 } from './http.ts';

export interface ResponseFacts {
  /** Milliseconds since the epoch, the org's clock. */
  readonly nowMs: number;
  /** 32 hex digits. */
  readonly requestId: string;
  /** `api-usage=22/15000`; undefined where the platform does not send it. */
  readonly limitInfo?: string | undefined;
}

/** Smaller bodies are not worth compressing. */
const GZIP_FROM_BYTES = 512;

const JSON_TYPE = 'application/json;charset=UTF-8';

/** The answer with the headers every Salesforce answer has, compressed when the client asked for it. */
export function respond(request: OrgRequest, result: ApiResult, facts: ResponseFacts): OrgResponse {
  const hasJson = result.json !== undefined;
  const body = hasJson ? utf8(JSON.stringify(result.json)) : (result.body ?? new Uint8Array());
  const headers: Record<string, string> = {
    date: new Date(facts.nowMs).toUTCString(),
    ...(hasJson ? { 'content-type': JSON_TYPE } : {}),
    vary: 'Accept-Encoding',
    'x-robots-tag': 'none',
    'cache-control': 'no-cache,must-revalidate,max-age=0,no-store,private',
    ...(facts.limitInfo === undefined ? {} : { 'sforce-limit-info': facts.limitInfo }),
    server: 'sfdcedge',
    'x-sfdc-request-id': facts.requestId,
    'x-request-id': facts.requestId,
    'x-sfdc-edge-cache': 'none',
    ...result.headers,
  };
  return compress(request, { status: result.status, headers, body });
}

function compress(request: OrgRequest, response: OrgResponse): OrgResponse {
  if (!acceptsGzip(request.headers['accept-encoding'])) return response;
  const headers = { ...withGzipTag(response.headers), 'content-encoding': 'gzip' };
  if (isStream(response.body)) {
    return { ...response, headers, body: Readable.from(response.body).pipe(createGzip()) };
  }
  if (response.body.length < GZIP_FROM_BYTES) return response;
  return { ...response, headers, body: gzipSync(response.body, { level: 1 }) };
}

/** The platform's tags tell compressed answers from others. */
function withGzipTag(headers: OrgResponse['headers']): OrgResponse['headers'] {
  const { etag } = headers;
  return etag === undefined ? headers : { ...headers, etag: etag.replace(/"$/, '--gzip"') };
}

function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .some((part) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(part));
}
