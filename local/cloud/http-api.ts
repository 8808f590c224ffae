import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BodyTooLargeError, toEvent, writeResult } from '../receiver/http-event.ts';
import { type LoopbackService, listenOnLoopback } from './services/loopback-service.ts';
import type { Resource } from './template.ts';

type Invoke = (functionArn: string, event: APIGatewayProxyEventV2) => Promise<unknown>;

interface ApiRoute {
  readonly key: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** More of it is literal: it goes first. */
  readonly weight: number;
  readonly functionArn: string;
}

export interface HttpApiOptions {
  readonly resources: readonly Resource[];
  readonly invoke: Invoke;
  readonly now: () => number;
  /** Requests that exist on one machine only; answers false when the request is none of them. */
  readonly extra: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** The template's HTTP API on loopback: its routes, payload format 2.0, 500 for a function that failed. */
export class HttpApi {
  readonly url: string;
  readonly #service: LoopbackService;
  readonly #options: HttpApiOptions;
  readonly #routes: readonly ApiRoute[];

  static async listen(options: HttpApiOptions): Promise<HttpApi> {
    const server = createServer();
    return new HttpApi(server, await listenOnLoopback(server), options);
  }

  private constructor(server: Server, service: LoopbackService, options: HttpApiOptions) {
    this.#service = service;
    this.#options = options;
    this.#routes = routesOf(options.resources);
    this.url = service.endpoint;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.onError(error);
        if (response.headersSent) response.destroy();
        else say(response, 500, 'Internal Server Error');
      });
    });
  }

  async close(): Promise<void> {
    await this.#service.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.#options.extra(request, response)) return;
    const event = await readEvent(request, this.#options.now());
    if (event === undefined) return say(response, 413, 'Request Entity Too Large');
    const { method, path } = event.requestContext.http;
    const route = this.#routes.find(
      (one) => (one.method === 'ANY' || one.method === method) && one.pattern.test(path),
    );
    if (route === undefined) return say(response, 404, 'Not Found');
    const pathParameters = { ...route.pattern.exec(path)?.groups };
    const given = { ...event, routeKey: route.key, pathParameters };
    const result = await this.#options.invoke(route.functionArn, given);
    writeResult(response, result as APIGatewayProxyStructuredResultV2);
  }
}

async function readEvent(
  request: IncomingMessage,
  nowMs: number,
): Promise<APIGatewayProxyEventV2 | undefined> {
  try {
    return await toEvent(request, randomUUID(), nowMs);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return undefined;
    throw error;
  }
}

function say(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

function routesOf(resources: readonly Resource[]): readonly ApiRoute[] {
  const integrations = new Map(
    resources
      .filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration')
      .map(({ id, properties }) => [`integrations/${id}`, String(properties['IntegrationUri'])]),
  );
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')
    .map(({ properties }) => {
      const key = String(properties['RouteKey']);
      const functionArn = integrations.get(String(properties['Target']));
      if (functionArn === undefined) throw new Error(`The route ${key} has no integration.`);
      return { key, functionArn, ...pathOf(key) };
    })
    .toSorted((a, b) => b.weight - a.weight);
}

function pathOf(key: string): Pick<ApiRoute, 'method' | 'pattern' | 'weight'> {
  if (key === '$default') return { method: 'ANY', pattern: /^/, weight: -1 };
  const [method = 'ANY', path = '/'] = key.split(' ');
  const parts = path.split(/(\{\w+\+?\})/).map((part) => {
    const greedy = /^\{(\w+)\+\}$/.exec(part)?.[1];
    const single = /^\{(\w+)\}$/.exec(part)?.[1];
    if (greedy !== undefined) return `(?<${greedy}>.+)`;
    return single === undefined ? RegExp.escape(part) : `(?<${single}>[^/]+)`;
  });
  const weight = path.replaceAll(/\{\w+\+\}/g, '').length + (method === 'ANY' ? 0 : 1);
  return { method, pattern: new RegExp(`^${parts.join('')}$`), weight };
}
