import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Problem } from '#core/problem.ts';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** Nothing here may be kept by a browser or proxy: it holds an org's data. */
const UNCACHED = { 'cache-control': 'no-store' };

export function jsonAnswer(statusCode: number, body: unknown): HttpAnswer {
  const headers = { ...UNCACHED, 'content-type': 'application/json' };
  return { statusCode, headers, body: JSON.stringify(body) };
}

export function emptyAnswer(statusCode: number): HttpAnswer {
  return { statusCode, headers: { ...UNCACHED }, body: '' };
}

/** @param retryAfterSeconds for `Retry-After` */
export function problemAnswer(problem: Problem, retryAfterSeconds?: number): HttpAnswer {
  const headers: Record<string, string> = {
    ...UNCACHED,
    'content-type': 'application/problem+json',
  };
  if (retryAfterSeconds !== undefined)
    headers['retry-after'] = String(Math.ceil(retryAfterSeconds));
  return { statusCode: problem.status, headers, body: JSON.stringify(problem) };
}

/** The body's bytes as they were sent. */
export function rawBody(event: Pick<HttpEvent, 'body' | 'isBase64Encoded'>): Uint8Array {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}
