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
import type { JsonMap } from './template.ts';

export interface FrontOptions {
  /** Where each service really listens. */
  readonly backends: Readonly<Record<ServiceName, string>>;
  readonly onDenied: (denial: Denial) => void;
  /** Told of every request that is allowed, before it is passed on. What it answers is answered in the service's place. */
  readonly onRequest?: ((request: AllowedRequest) => ServiceFault | undefined) | undefined;
  /** Told of the capacity units that a request to DynamoDB took; its own indexes' writes are not in them. */
  readonly onCapacity?: ((role: string, action: string, units: number) => void) | undefined;
  /**
   * Messages of queues are visible at once, whatever delay they are sent with, and again a second after they were taken:
   * for who takes one batch after the other.
   */
  readonly withoutDelays?: boolean | undefined;
}

/** A request as IAM and a service's bill see it. */
export interface AllowedRequest {
  readonly role: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly entries: number;
  readonly bytes: number;
}

/** What a service answers that is in trouble. */
interface ServiceFault {
  readonly status: number;
  /** e.g. `ThrottlingException` */
  readonly type: string;
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
    const { service, action, resources, entries } = asked;
    const denial = this.#denial(role, action, resources);
    if (denial !== undefined) {
      this.#options.onDenied(denial);
      const message = `${role} is not authorized to perform: ${denial.action} on resource: ${denial.resource}`;
      refuse(response, service === 'sqs' ? 403 : 400, 'AccessDeniedException', message);
      return;
    }
    const bytes = Buffer.byteLength(body);
    const fault = this.#options.onRequest?.({ role, action, resources, entries, bytes });
    if (fault !== undefined) {
      refuse(response, fault.status, fault.type, 'as told');
      return;
    }
    const passed = this.#options.withoutDelays ? undelayed(action, body) : body;
    const backend = this.#options.backends[service];
    const { onCapacity } = this.#options;
    if (service !== 'dynamodb' || onCapacity === undefined) {
      this.#pass(incoming, response, backend, passed);
      return;
    }
    this.#pass(incoming, response, backend, askingForUnits(body), (answer) =>
      onCapacity(role, action, unitsOf(answer)),
    );
  }

  /** The first of what the request needs that the caller lacks. */
  #denial(role: string, action: string, resources: readonly string[]): Denial | undefined {
    if (role === OPERATOR) return undefined;
    return resources
      .flatMap((resource) => this.#iam?.needs(action, resource) ?? [{ action, resource }])
      .map((needed) => ({ role, ...needed }))
      .find((needed) => this.#iam?.allows(role, needed.action, needed.resource) !== true);
  }

  /** @param onAnswer told of the whole answer */
  #pass(
    incoming: IncomingMessage,
    response: ServerResponse,
    backend: string,
    body: string,
    onAnswer?: (answer: string) => void,
  ): void {
    const passed = request(
      new URL(incoming.url ?? '/', backend),
      {
        method: incoming.method,
        headers: {
          ...incoming.headers,
          host: new URL(backend).host,
          'content-length': String(Buffer.byteLength(body)),
        },
        agent: this.#agent,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        if (onAnswer !== undefined) void text(answer).then(onAnswer, () => {});
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    passed.end(body);
  }
}

function askingForUnits(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as JsonMap), ReturnConsumedCapacity: 'TOTAL' });
}

function unitsOf(answer: string): number {
  const { ConsumedCapacity = [] } = JSON.parse(answer) as { ConsumedCapacity?: Units | Units[] };
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
}

interface Units {
  readonly CapacityUnits: number;
}

const VISIBLE_AGAIN_SECONDS = 1;

function undelayed(action: string, body: string): string {
  if (action === 'sqs:ReceiveMessage') {
    return JSON.stringify({
      VisibilityTimeout: VISIBLE_AGAIN_SECONDS,
      ...(JSON.parse(body) as JsonMap),
    });
  }
  if (action !== 'sqs:SendMessage') return body;
  const { DelaySeconds: _, ...input } = JSON.parse(body) as JsonMap;
  const entries = input['Entries'] as readonly JsonMap[] | undefined;
  const Entries = entries?.map(({ DelaySeconds: __, ...entry }) => entry);
  return JSON.stringify({ ...input, ...(Entries !== undefined && { Entries }) });
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const body = JSON.stringify({ __type: type, message, Message: message });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
}
