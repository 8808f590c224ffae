import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { Scheduler } from '../scheduler.ts';
import { BodyTooLargeError, toEvent, writeResult } from './http-event.ts';
import { lambdaContext } from './lambda-context.ts';
import { streamFeed, wantsEventStream } from './sse.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface ServerOptions {
  readonly gateway: HttpHandler;
  readonly admin: HttpHandler;
  readonly scheduler: Scheduler;
  /** Requests that exist on one machine only; answers false when the request is none of them. */
  readonly extra?: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

const NOTICES = /^\/v1\/orgs\/[^/]+\/notices$/;
/** The integration time-out of an HTTP API. */
const TIMEOUT_MS = 30_000;

/** API Gateway on one machine: routes each request to the exported handler of its function. */
export function createReceiverServer(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.onError(error);
      if (!response.headersSent) refuse(response, 500, 'The receiver failed; its log says why.');
      else response.destroy();
    });
  });
  // Apex keeps no connection alive, browsers do; a newcomer's stop must not wait for them.
  server.keepAliveTimeout = 5000;
  return server;
}

async function answer(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (await options.extra?.(request, response)) return;
  const requestId = randomUUID();
  let event: APIGatewayProxyEventV2;
  try {
    event = await toEvent(request, requestId, options.scheduler.now());
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    refuse(response, 413, error.message);
    return;
  }
  const call = (handler: HttpHandler, name: string, given: APIGatewayProxyEventV2) =>
    handler(given, lambdaContext(options.scheduler, name, requestId, TIMEOUT_MS));
  if (NOTICES.test(event.rawPath) && event.requestContext.http.method === 'POST') {
    writeResult(response, await call(options.gateway, 'gateway', event));
  } else if (wantsEventStream(event)) {
    await streamFeed(event, response, (poll) => call(options.admin, 'admin', poll));
  } else {
    writeResult(response, await call(options.admin, 'admin', event));
  }
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', status, detail }));
}
