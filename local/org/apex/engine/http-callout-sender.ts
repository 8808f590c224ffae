import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { CalloutRequest, CalloutResponse } from '../values.ts';
import type { CalloutSender } from './callout-sender.ts';

/** More than any transaction may read; what is longer is cut off at the wire, not in memory. */
const MAXIMUM_RESPONSE_BYTES = 12_000_000;

export interface HttpCalloutSender extends CalloutSender {
  /** Ends idle connections. */
  close(): void;
}

/** Sends callouts over real HTTP, keeping connections open between them. */
export function createHttpCalloutSender(): HttpCalloutSender {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ keepAlive: true }),
  };
  return {
    send: (request, signal) => send(request, signal, agents),
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

interface Agents {
  readonly 'http:': HttpAgent;
  readonly 'https:': HttpsAgent;
}

function send(
  request: CalloutRequest,
  signal: AbortSignal,
  agents: Agents,
): Promise<CalloutResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = open(request, signal, agents);
    outgoing.on('error', (error) => {
      reject(new Error(reasonOf(error), { cause: error }));
    });
    outgoing.on('response', (incoming) => {
      readResponse(incoming).then(resolve, reject);
    });
    outgoing.end(request.body);
  });
}

function open(request: CalloutRequest, signal: AbortSignal, agents: Agents): ClientRequest {
  const url = new URL(request.url);
  const options = {
    method: request.method,
    headers: { ...request.headers, 'Content-Length': String(request.body.byteLength) },
    signal,
  };
  return url.protocol === 'https:'
    ? httpsRequest(url, { ...options, agent: agents['https:'] })
    : httpRequest(url, { ...options, agent: agents['http:'] });
}

async function readResponse(incoming: IncomingMessage): Promise<CalloutResponse> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!(chunk instanceof Uint8Array)) {
      throw new Error('The response stream gave text where bytes were expected.');
    }
    size += chunk.byteLength;
    if (size > MAXIMUM_RESPONSE_BYTES) {
      incoming.destroy();
      throw new Error(
        `Exceeded max size limit of ${MAXIMUM_RESPONSE_BYTES} with response size ${size}`,
      );
    }
    chunks.push(chunk);
  }
  return {
    status: incoming.statusCode ?? 0,
    statusText: incoming.statusMessage ?? '',
    headers: headersOf(incoming),
    body: Buffer.concat(chunks),
  };
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    headers[name] = (values ?? []).join(', ');
  }
  return headers;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EPIPE: 'Connection reset',
  ENOTFOUND: 'Unknown host',
  EAI_AGAIN: 'Unknown host',
  ETIMEDOUT: 'Connection timed out',
};

function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}
