import { ApexBlob } from '../../blob.ts';
import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import {
  ApexException,
  type ApexObject,
  type ApexValue,
  type CalloutRequest,
  type CalloutResponse,
  PlatformObject,
  type Suspension,
} from '../../values.ts';
import { platformType } from '../definition.ts';
import { waited } from './waited.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const METHODS = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PATCH']);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

interface Message {
  /** By lower-case name: the name as it was set, and the value. */
  readonly headers: Map<string, readonly [name: string, value: string]>;
  body: Uint8Array;
}

interface RequestState extends Message {
  endpoint: string | null;
  method: string | null;
  timeoutMs: number;
}

interface ResponseState extends Message {
  status: number;
  statusText: string;
}

export type HttpRequest = PlatformObject<RequestState>;
type HttpResponse = PlatformObject<ResponseState>;
type HttpMessage = PlatformObject<Message>;

const EMPTY = new Uint8Array();

/** Header names and values reach the wire as they are: line breaks in them would smuggle in other headers. */
function setHeader(
  _realm: Realm,
  self: HttpMessage,
  name: string | null,
  value: string | null,
): null {
  if (name === null || !TOKEN.test(name)) {
    throw new ApexException(
      'CalloutException',
      `Invalid HTTP header name: ${JSON.stringify(name)}`,
    );
  }
  if (value !== null && /[\r\n\0]/.test(value)) {
    throw new ApexException('CalloutException', `Invalid value of HTTP header ${name}`);
  }
  self.state.headers.set(name.toLowerCase(), [name, value ?? '']);
  return null;
}

const messageMembers = {
  'void setHeader(String name, String value)': setHeader,
  'String getHeader(String name)': (_realm: Realm, self: HttpMessage, name: string | null) =>
    self.state.headers.get((name ?? '').toLowerCase())?.[1] ?? null,
  'void setBody(String body)': (_realm: Realm, self: HttpMessage, body: string | null) => {
    self.state.body = Buffer.from(body ?? '', 'utf8');
    return null;
  },
  'String getBody()': (_realm: Realm, self: HttpMessage) =>
    Buffer.from(self.state.body).toString('utf8'),
  'void setBodyAsBlob(Blob body)': (_realm: Realm, self: HttpMessage, body: ApexBlob | null) => {
    self.state.body = body?.bytes ?? EMPTY;
    return null;
  },
  'Blob getBodyAsBlob()': (_realm: Realm, self: HttpMessage) => new ApexBlob(self.state.body),
};

export const httpRequestType = platformType({
  name: 'HttpRequest',
  members: {
    ...messageMembers,
    'new()': () =>
      new PlatformObject<RequestState>('HttpRequest', {
        endpoint: null,
        method: null,
        timeoutMs: DEFAULT_TIMEOUT_MS,
        headers: new Map(),
        body: EMPTY,
      }),
    'void setEndpoint(String endpoint)': (_realm: Realm, self: HttpRequest, endpoint: string) => {
      self.state.endpoint = endpoint;
      return null;
    },
    'String getEndpoint()': (_realm: Realm, self: HttpRequest) => self.state.endpoint,
    'void setMethod(String method)': (_realm: Realm, self: HttpRequest, method: string) => {
      self.state.method = method;
      return null;
    },
    'String getMethod()': (_realm: Realm, self: HttpRequest) => self.state.method,
    'void setTimeout(Integer milliseconds)': (
      _realm: Realm,
      self: HttpRequest,
      milliseconds: number,
    ) => {
      self.state.timeoutMs = milliseconds;
      return null;
    },
    'String toString()': (_realm: Realm, self: HttpRequest) =>
      `System.HttpRequest[Endpoint=${String(self.state.endpoint)}, Method=${String(self.state.method)}]`,
  },
});

export const httpResponseType = platformType({
  name: 'HttpResponse',
  members: {
    ...messageMembers,
    'new()': () =>
      new PlatformObject<ResponseState>('HttpResponse', {
        status: 0,
        statusText: '',
        headers: new Map(),
        body: EMPTY,
      }),
    'Integer getStatusCode()': (_realm: Realm, self: HttpResponse) => self.state.status,
    'void setStatusCode(Integer statusCode)': (
      _realm: Realm,
      self: HttpResponse,
      status: number,
    ) => {
      self.state.status = status;
      return null;
    },
    'String getStatus()': (_realm: Realm, self: HttpResponse) => self.state.statusText,
    'void setStatus(String status)': (_realm: Realm, self: HttpResponse, status: string | null) => {
      self.state.statusText = status ?? '';
      return null;
    },
    'List<String> getHeaderKeys()': (_realm: Realm, self: HttpResponse) =>
      new ApexList(
        'String',
        [...self.state.headers.values()].map(([name]) => name),
      ),
    'String toString()': (_realm: Realm, self: HttpResponse) =>
      `System.HttpResponse[Status=${self.state.statusText}, StatusCode=${self.state.status}]`,
  },
});

/** As the platform would send it. @throws CalloutException */
function calloutRequest(request: HttpRequest): CalloutRequest {
  const { endpoint, method, headers, body, timeoutMs } = request.state;
  if (endpoint === null || endpoint.trim() === '') {
    throw new ApexException('CalloutException', 'Endpoint is required to be set before send()');
  }
  if (method === null || !METHODS.has(method.toUpperCase())) {
    throw new ApexException('CalloutException', `Invalid HTTP method: ${String(method)}`);
  }
  const named: Record<string, string> = Object.create(null);
  for (const [name, value] of headers.values()) {
    named[name] = value;
  }
  return { method: method.toUpperCase(), url: endpoint.trim(), headers: named, body, timeoutMs };
}

/** As it was set; empty when it was not. */
export function endpointOf({ state }: HttpRequest): string {
  return state.endpoint ?? '';
}

/** An HttpResponse that Apex may read. */
export function makeResponse(response: CalloutResponse): HttpResponse {
  const headers = new Map<string, readonly [string, string]>();
  for (const [name, value] of Object.entries(response.headers)) {
    headers.set(name.toLowerCase(), [name, value]);
  }
  return new PlatformObject('HttpResponse', {
    status: response.status,
    statusText: response.statusText,
    headers,
    body: response.body,
  });
}

/** A test's mock sees the HttpRequest itself; the network sees what it stands for. */
function* send(
  realm: Realm,
  _self: ApexObject,
  request: HttpRequest | null,
): Generator<Suspension, ApexValue, unknown> {
  if (request === null) {
    throw new ApexException('NullPointerException', 'Attempt to de-reference a null object');
  }
  const outgoing = calloutRequest(request);
  const { test } = realm.system;
  if (test !== undefined) {
    return yield* waited(test.respond(request));
  }
  return makeResponse(yield* waited(realm.callout(outgoing)));
}

export const httpType = platformType({
  name: 'Http',
  members: {
    'new()': () => new PlatformObject('Http', {}),
    'HttpResponse send(HttpRequest request)': { suspends: true, call: send },
  },
});

export const httpCalloutMockType = platformType({
  name: 'HttpCalloutMock',
  kind: 'interface',
  members: { 'HttpResponse respond(HttpRequest request)': null },
});
