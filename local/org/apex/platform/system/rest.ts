import type { ApexBlob } from '../../blob.ts';
import { ApexMap } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { fail, given, type Text } from '../language/arguments.ts';
import { NameMap } from './name-map.ts';

interface RequestState {
  readonly headers: ApexMap;
  readonly params: ApexMap;
  httpMethod: Text;
  remoteAddress: Text;
  requestBody: ApexBlob | null;
  requestURI: Text;
  resourcePath: Text;
}

interface ResponseState {
  readonly headers: ApexMap;
  statusCode: number | null;
  responseBody: ApexBlob | null;
}

export type RestRequest = PlatformObject<RequestState>;
export type RestResponse = PlatformObject<ResponseState>;

/** `RestContext.request` and `.response` of one set of statics. */
interface RestContext {
  request: RestRequest | null;
  response: RestResponse | null;
}

const contexts = new WeakMap<Realm, RestContext>();

/** What `RestContext` holds in that transaction; both are null where no request came by Apex REST. */
export function restContextOf(realm: Realm): RestContext {
  let context = contexts.get(realm);
  if (context === undefined) {
    context = { request: null, response: null };
    contexts.set(realm, context);
  }
  return context;
}

/** A request as it came. */
export interface IncomingRequest {
  readonly httpMethod: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly params: ReadonlyMap<string, string>;
  readonly body: ApexBlob | null;
  /** What follows `/services/apexrest`. */
  readonly uri: string;
  /** The mapping that was matched, after `/services/apexrest`. */
  readonly resourcePath: string;
}

export function restRequest(incoming: IncomingRequest): RestRequest {
  return new PlatformObject('RestRequest', {
    headers: new NameMap('String', 'String', Object.entries(incoming.headers)),
    params: new ApexMap('String', 'String', incoming.params),
    httpMethod: incoming.httpMethod,
    remoteAddress: null,
    requestBody: incoming.body,
    requestURI: incoming.uri,
    resourcePath: incoming.resourcePath,
  });
}

export function restResponse(): RestResponse {
  return new PlatformObject('RestResponse', {
    headers: new NameMap('String', 'String'),
    statusCode: null,
    responseBody: null,
  });
}

/** A read-write property over a member of the state. */
function property<State extends object>(name: keyof State & string): PlatformMember {
  return (_realm: Realm, self: PlatformObject<State>, ...value: ApexValue[]): ApexValue => {
    if (value.length > 0) Object.assign(self.state, { [name]: value[0] ?? null });
    const held: unknown = self.state[name];
    return held as ApexValue;
  };
}

function contextProperty(name: keyof RestContext): PlatformMember {
  return (realm: Realm, _self: null, ...value: (RestRequest & RestResponse)[]) => {
    const context = restContextOf(realm);
    if (value.length > 0) context[name] = value[0] ?? null;
    return context[name];
  };
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function addHeader(
  _realm: Realm,
  { state }: PlatformObject<{ readonly headers: ApexMap }>,
  name: Text,
  value: Text,
): null {
  if (!TOKEN.test(given(name)) || /[\r\n\0]/.test(value ?? '')) {
    return fail('RestException', `Invalid HTTP header: ${JSON.stringify(name)}`);
  }
  state.headers.put(name, value);
  return null;
}

export const restTypes = [
  platformType({
    name: 'RestContext',
    members: {
      'static get set RestRequest request': contextProperty('request'),
      'static get set RestResponse response': contextProperty('response'),
    },
  }),
  platformType({
    name: 'RestRequest',
    members: {
      'new()': () =>
        restRequest({
          httpMethod: '',
          headers: {},
          params: new Map(),
          body: null,
          uri: '',
          resourcePath: '',
        }),
      'get Map<String, String> headers': property<RequestState>('headers'),
      'get Map<String, String> params': property<RequestState>('params'),
      'get set String httpMethod': property<RequestState>('httpMethod'),
      'get set String remoteAddress': property<RequestState>('remoteAddress'),
      'get set Blob requestBody': property<RequestState>('requestBody'),
      'get set String requestURI': property<RequestState>('requestURI'),
      'get set String resourcePath': property<RequestState>('resourcePath'),
      'void addHeader(String name, String value)': addHeader,
      'void addParameter(String name, String value)': (
        _realm: Realm,
        { state }: RestRequest,
        name: Text,
        value: Text,
      ) => {
        state.params.put(given(name), value);
        return null;
      },
    },
  }),
  platformType({
    name: 'RestResponse',
    members: {
      'new()': restResponse,
      'get Map<String, String> headers': property<ResponseState>('headers'),
      'get set Integer statusCode': property<ResponseState>('statusCode'),
      'get set Blob responseBody': property<ResponseState>('responseBody'),
      'void addHeader(String name, String value)': addHeader,
    },
  }),
];
