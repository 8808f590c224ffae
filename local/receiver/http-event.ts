import type { IncomingMessage, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What an HTTP API accepts at the most; the functions set their own, smaller limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Content types an HTTP API hands over as text; everything else arrives as base64. */
const TEXT = /^(?:text\/|application\/(?:json|x-www-form-urlencoded|xml|[\w.+-]+\+(?:json|xml)))/i;

/** A body over the front door's limit. The caller answers 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The event that API Gateway's HTTP API (payload format 2.0) would make of a request: lower-case header names,
 * repeated headers joined by commas, the body as text or base64 by content type.
 *
 * @param nowMs milliseconds since the epoch, UTC
 * @throws BodyTooLargeError
 */
export async function toEvent(
  request: IncomingMessage,
  requestId: string,
  nowMs: number,
): Promise<APIGatewayProxyEventV2> {
  const url = new URL(request.url ?? '/', 'http://local');
  const body = await readBody(request);
  const headers = joinHeaders(request);
  const isText = TEXT.test(headers['content-type'] ?? 'text/plain');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: headers['host'] ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(nowMs).toISOString(),
      timeEpoch: nowMs,
    },
    isBase64Encoded: !isText && body.length > 0,
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
  };
}

/** Writes a function's structured result as the HTTP API would. */
export function writeResult(
  response: ServerResponse,
  result: APIGatewayProxyStructuredResultV2,
): void {
  response.statusCode = result.statusCode ?? 200;
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    response.setHeader(name, typeof value === 'boolean' ? String(value) : value);
  }
  if (result.cookies && result.cookies.length > 0) response.setHeader('set-cookie', result.cookies);
  response.end(
    result.isBase64Encoded ? Buffer.from(result.body ?? '', 'base64') : (result.body ?? ''),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new BodyTooLargeError(`The body is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joinHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return headers;
}
