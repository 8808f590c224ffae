import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type LoopbackService, listenOnLoopback } from './loopback-service.ts';

export type JsonObject = Record<string, unknown>;

/** What a service answers a call with when it refuses: AWS's error shape. */
export class ServiceError extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** Answers an operation, named as after the dot of `X-Amz-Target`. */
export type Operation = (input: JsonObject) => JsonObject | Promise<JsonObject>;

/** A service that speaks AWS's JSON protocol on loopback. Requests must be signed. */
export function startJsonService(
  operations: Readonly<Record<string, Operation>>,
): Promise<LoopbackService> {
  const server = createServer((request, response) => {
    void answer(request, response, operations);
  });
  return listenOnLoopback(server);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  operations: Readonly<Record<string, Operation>>,
): Promise<void> {
  const send = (status: number, body: JsonObject): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  };
  try {
    const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const operation = operations[name];
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
      throw new ServiceError('MissingAuthenticationTokenException', 'not signed', 403);
    }
    if (operation === undefined) throw new ServiceError('UnknownOperationException', name);
    send(200, await operation((await json(request)) as JsonObject));
  } catch (error) {
    const { type, status } =
      error instanceof ServiceError ? error : { type: 'InternalServerError', status: 500 };
    send(status, { __type: type, message: error instanceof Error ? error.message : '' });
  }
}
