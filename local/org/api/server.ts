import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { isStream, type OrgRequest, type OrgResponse } from './http.ts';
import { largestBodyBytes, tooLarge } from './request-body.ts';

export interface OrgServer {
  /** `http://127.0.0.1:8081` or with `https:`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** From now on requests are answered by `handle`; before, with 503. */
  serve(handle: (request: OrgRequest) => Promise<OrgResponse>): void;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The address to listen on; only this machine unless told. */
  readonly host?: string;
  /** Serves HTTPS with this certificate; PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Longer than a deployment keeps the process busy: else a client would reuse a connection that is about to close. */
const KEEP_ALIVE_MS = 600_000;

/** Room for a URI that is too long, so that the org itself refuses it. */
const LARGEST_HEAD_BYTES = 64 * 1024;

/**
 * Listens before the org exists, so that the org can know its own URL from the start.
 * @throws NodeJS.ErrnoException EADDRINUSE …
 */
export async function listen({ port, host = '127.0.0.1', tls }: ServerOptions): Promise<OrgServer> {
  let handle: ((request: OrgRequest) => Promise<OrgResponse>) | undefined;
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    exchange(handle, incoming, outgoing).catch(() => outgoing.destroy());
  };
  const limits = { maxHeaderSize: LARGEST_HEAD_BYTES };
  const server =
    tls === undefined
      ? createServer(limits, answer)
      : createTlsServer({ ...limits, ...tls }, answer);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = boundPort(server);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${bound}`,
    port: bound,
    serve(next) {
      handle = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function boundPort(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

async function exchange(
  handle: ((request: OrgRequest) => Promise<OrgResponse>) | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const path = incoming.url ?? '/';
  if (handle === undefined) return plainText(outgoing, 503, 'The org is starting.');
  const body = await readBody(incoming, largestBodyBytes(path));
  if (body === undefined) {
    return plainText(outgoing, 413, tooLarge(largestBodyBytes(path)));
  }
  const response = await handle({
    method: incoming.method ?? 'GET',
    path,
    headers: singleHeaders(incoming),
    body,
  });
  await send(response, outgoing);
}

/** Undefined when it grows beyond the limit; the rest is not read. */
async function readBody(
  incoming: IncomingMessage,
  maximum: number,
): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maximum) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function singleHeaders(incoming: IncomingMessage): Record<string, string> {
  const entries = Object.entries(incoming.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(entries);
}

async function send(response: OrgResponse, outgoing: ServerResponse): Promise<void> {
  if (response.cut === 'before-answer') {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  outgoing.sendDate = false;
  if (response.cut === 'in-body') return sendHalf(response, outgoing);
  if (isStream(response.body)) {
    outgoing.writeHead(response.status, response.headers);
    await pipeline(response.body, outgoing);
    return;
  }
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...(response.status === 204 ? {} : { 'content-length': String(response.body.length) }),
  });
  outgoing.end(response.body);
}

/** Promises the whole body, sends half of it (or the first part of a stream) and resets the connection. */
async function sendHalf(response: OrgResponse, outgoing: ServerResponse): Promise<void> {
  const { body } = response;
  outgoing.writeHead(response.status, {
    ...response.headers,
    ...(isStream(body) ? {} : { 'content-length': String(body.length) }),
  });
  const part = isStream(body) ? await firstPart(body) : body;
  outgoing.write(part.subarray(0, Math.floor(part.length / 2)), () => {
    outgoing.socket?.resetAndDestroy();
  });
}

async function firstPart(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const part of body) return part;
  return new Uint8Array();
}

function plainText(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain;charset=UTF-8', connection: 'close' });
  outgoing.end(`${text}\n`);
}
