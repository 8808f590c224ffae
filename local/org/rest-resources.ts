import { ApexBlob } from './apex/blob.ts';
import type { ApexEngine } from './apex/engine/create-engine.ts';
import { describeFailure } from './apex/engine/failure.ts';
import { given } from './apex/platform/language/arguments.ts';
import { isObject, parseJson } from './apex/platform/language/json-read.ts';
import { JsonWriter } from './apex/platform/language/json-text.ts';
import { JsonReader } from './apex/platform/language/json-typed.ts';
import {
  type RestResponse,
  restContextOf,
  restRequest,
  restResponse,
} from './apex/platform/system/rest.ts';
import type { ClassInfo, Program, RestMethodInfo, RestResourceInfo } from './apex/program.ts';
import type { Realm } from './apex/realm.ts';
import { isGenerator } from './apex/runtime/operators.ts';
import { parseTypeName } from './apex/runtime/type-names.ts';
import { ApexException, type ApexValue, type Suspendable, type Suspension } from './apex/values.ts';
import { OrgError } from './errors.ts';

/** A request to `/services/apexrest`. */
export interface RestCall {
  readonly method: string;
  /** What follows `/services/apexrest`, without the query. */
  readonly path: string;
  readonly params: ReadonlyMap<string, string>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** 18 characters. */
  readonly userId: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const JSON_TYPE = 'application/json;charset=UTF-8';
/** What Apex may answer: RestResponse, statusCode. */
const STATUSES: ReadonlySet<number> = new Set([
  200, 201, 202, 204, 206, 300, 301, 302, 304, 400, 401, 403, 404, 405, 406, 409, 410, 412, 413,
  414, 415, 417, 500, 503,
]);
/** The platform writes these itself, whatever Apex puts there. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'cookie',
  'set-cookie',
  'set-cookie2',
]);

/**
 * Runs the deployed class that serves the path, callouts included, in one transaction that is undone when it fails.
 * @throws OrgError NOT_FOUND, METHOD_NOT_ALLOWED, JSON_PARSER_ERROR, UNSUPPORTED_MEDIA_TYPE, APEX_ERROR
 */
export async function callRestResource(
  engine: ApexEngine,
  program: Program,
  call: RestCall,
): Promise<RestAnswer> {
  const { info, resource } = resourceFor(program, call.path);
  const method = methodFor(resource, call.method);
  requireJson(call, method);
  let answer: RestAnswer | undefined;
  try {
    await engine.execute(
      call.userId,
      function* run(running, realm): Generator<Suspension, null, unknown> {
        open(realm, resource, method, call);
        const args = argumentsOf(realm, method, call);
        const result = yield* waited(running.invokeStatic(info.name, method.name, args));
        answer = answerOf(realm, method, result);
        return null;
      },
      { quiddity: 'REST' },
    );
  } catch (error) {
    throw error instanceof OrgError ? error : apexError(error);
  }
  return given(answer ?? null);
}

function* waited(value: Suspendable<ApexValue>): Generator<Suspension, ApexValue, unknown> {
  return isGenerator(value) ? yield* value : value;
}

interface FoundResource {
  readonly info: ClassInfo;
  readonly resource: RestResourceInfo;
}

/** An exact mapping wins over one with a star, a longer one over a shorter. */
function resourceFor(program: Program, path: string): FoundResource {
  const fitting = program.classes.flatMap((info) =>
    info.restResource !== undefined && fits(info.restResource.urlMapping, path)
      ? [{ info, resource: info.restResource }]
      : [],
  );
  const [best] = fitting.sort((a, b) => weight(b.resource) - weight(a.resource));
  if (best === undefined) {
    throw new OrgError('NOT_FOUND', 'Could not find a match for URL', { status: 404 });
  }
  return best;
}

/** `/orders/*` serves `/orders` and everything below it. */
function fits(mapping: string, path: string): boolean {
  if (!mapping.endsWith('*')) return path.replace(/\/$/, '') === mapping.replace(/\/$/, '');
  const start = mapping.slice(0, -1);
  return path.startsWith(start) || `${path}/` === start;
}

function weight({ urlMapping }: RestResourceInfo): number {
  return urlMapping.length * 2 + (urlMapping.endsWith('*') ? 0 : 1);
}

function methodFor({ methods }: RestResourceInfo, verb: string): RestMethodInfo {
  const method = Object.hasOwn(methods, verb) ? methods[verb] : undefined;
  if (method === undefined) {
    const allowed = Object.keys(methods).join(',');
    const message = `HTTP Method '${verb}' not allowed. Allowed are ${allowed}`;
    throw new OrgError('METHOD_NOT_ALLOWED', message, { status: 405 });
  }
  return method;
}

/** Parameters are read from JSON; this org reads no XML. */
function requireJson({ headers, body }: RestCall, { parameters }: RestMethodInfo): void {
  const type = headers['content-type'] ?? JSON_TYPE;
  if (parameters.length === 0 || body.length === 0 || /^application\/json\b/i.test(type)) return;
  throw new OrgError(
    'UNSUPPORTED_MEDIA_TYPE',
    `Content-Type header specified in HTTP request is not supported: ${type}`,
    {
      status: 415,
    },
  );
}

/** A method with parameters gets the body through them, and finds none in the request. */
function open(
  realm: Realm,
  { urlMapping }: RestResourceInfo,
  { parameters }: RestMethodInfo,
  call: RestCall,
): void {
  const context = restContextOf(realm);
  context.request = restRequest({
    httpMethod: call.method,
    headers: call.headers,
    params: call.params,
    body: parameters.length > 0 ? null : new ApexBlob(call.body),
    uri: call.path,
    resourcePath: `/services/apexrest${urlMapping}`,
  });
  context.response = restResponse();
}

function argumentsOf(realm: Realm, { parameters }: RestMethodInfo, call: RestCall): ApexValue[] {
  if (parameters.length === 0) return [];
  const reader = new JsonReader(realm, false);
  try {
    const text = Buffer.from(call.body).toString('utf8');
    const json = parseJson(text === '' ? '{}' : text);
    if (json === null || !isObject(json)) {
      throw new OrgError(
        'JSON_PARSER_ERROR',
        'The HTTP entity body is required to be a JSON object',
      );
    }
    refuseUnknown(Object.keys(json), parameters);
    return parameters.map(({ name, type }) => reader.read(json[name] ?? null, parseTypeName(type)));
  } catch (error) {
    if (!(error instanceof ApexException)) throw error;
    throw new OrgError('JSON_PARSER_ERROR', error.message);
  }
}

function refuseUnknown(names: readonly string[], parameters: RestMethodInfo['parameters']): void {
  const unknown = names.find((name) => !parameters.some((parameter) => parameter.name === name));
  if (unknown === undefined) return;
  throw new OrgError(
    'JSON_PARSER_ERROR',
    `Unexpected parameter encountered during deserialization: ${unknown}`,
  );
}

function answerOf(realm: Realm, { returnsValue }: RestMethodInfo, result: ApexValue): RestAnswer {
  const response = restContextOf(realm).response ?? restResponse();
  const status = response.state.statusCode ?? 200;
  if (!STATUSES.has(status)) {
    throw new OrgError('APEX_ERROR', `Invalid status code for HTTP response: ${status}`, {
      status: 500,
    });
  }
  const body = returnsValue ? serialized(realm, result) : response.state.responseBody?.bytes;
  return { status, headers: headersOf(response), body: body ?? new Uint8Array() };
}

/** Members of objects that are null are left out. */
function serialized(realm: Realm, result: ApexValue): Uint8Array {
  const writer = new JsonWriter(realm.program, { pretty: false, suppressNulls: true });
  return Buffer.from(writer.write(result), 'utf8');
}

function headersOf({ state }: RestResponse): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': JSON_TYPE };
  for (const [name, value] of state.headers) {
    const lower = String(name).toLowerCase();
    const isSafe = !/[\r\n\0]/.test(String(value)) && /^[\w-]+$/.test(lower);
    if (typeof value === 'string' && isSafe && !OWN_HEADERS.has(lower)) headers[lower] = value;
  }
  return headers;
}

function apexError(error: unknown): OrgError {
  const { type, message, stack } = describeFailure(error);
  const typeName = type.includes('.') ? type : `System.${type}`;
  return new OrgError('APEX_ERROR', `${typeName}: ${message}\n\n${stack}`, { status: 500 });
}
