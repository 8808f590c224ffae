import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { text } from 'node:stream/consumers';
import { readAwsRequest, type ServiceName } from './aws-request.ts';
import type { Iam } from './iam.ts';
import { type LoopbackService, listenOnLoopback } from './services/loopback-service.ts';

export interface FrontOptions {
  /** Where each service really listens. */
  readonly backends: Readonly<Record<ServiceName, string>>;
  readonly onDenied: (denial: Denial) => void;
}

/** Who calls by which access key: a role's name, or 'operator', who may do everything. */
type Callers = ReadonlyMap<string, string>;

export const OPERATOR = 'operator';

/** A denied request, for whoever wants to know why something failed. */
export interface Denial {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * The one door to every AWS service on this machine: finds out who calls, asks IAM, passes the request on as it is.
 * A caller without permission gets what AWS would answer.
 */
export class AwsFront {
  readonly endpoint: string;
  readonly #service: LoopbackService;
  readonly #agent = new Agent({ keepAlive: true });
  #iam: Iam | undefined;
  #callers: Callers = new Map();
  readonly #options: FrontOptions;

  /** Until `admit`, nobody gets in. */
  static async listen(options: FrontOptions): Promise<AwsFront> {
    const server = createServer();
    return new AwsFront(server, await listenOnLoopback(server), options);
  }

  private constructor(server: Server, service: LoopbackService, options: FrontOptions) {
    this.#service = service;
    this.#options = options;
    this.endpoint = service.endpoint;
    server.on('request', (incoming, response) => {
      this.#answer(incoming, response).catch(() => response.destroy());
    });
  }

  admit(iam: Iam, callers: Callers): void {
    this.#iam = iam;
    this.#callers = callers;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#service.close();
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const asked = readAwsRequest(incoming.headers, body);
    const role = this.#callers.get(asked?.accessKeyId ?? '');
    if (asked === undefined || role === undefined) {
      refuse(response, 403, 'UnrecognizedClientException', 'The security token is invalid.');
      return;
    }
    const missing = asked.resources.find((resource) => !this.#allows(role, asked.action, resource));
    if (missing !== undefined) {
      this.#options.onDenied({ role, action: asked.action, resource: missing });
      const message = `${role} is not authorized to perform: ${asked.action} on resource: ${missing}`;
      refuse(response, asked.service === 'sqs' ? 403 : 400, 'AccessDeniedException', message);
      return;
    }
    this.#pass(incoming, response, this.#options.backends[asked.service], body);
  }

  #allows(role: string, action: string, resource: string): boolean {
    return role === OPERATOR || this.#iam?.allows(role, action, resource) === true;
  }

  #pass(incoming: IncomingMessage, response: ServerResponse, backend: string, body: string): void {
    const passed = request(
      new URL(incoming.url ?? '/', backend),
      {
        method: incoming.method,
        headers: { ...incoming.headers, host: new URL(backend).host },
        agent: this.#agent,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    passed.end(body);
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const body = JSON.stringify({ __type: type, message, Message: message });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
}
