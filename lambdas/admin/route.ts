import * as z from 'zod/mini';
import { describeIssue } from '#core/describe-issue.ts';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Caller } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What routes need besides ports. */
export interface AdminSettings {
  /** What Apex calls, `https://host`. */
  readonly gatewayUrl?: string | undefined;
  /** Where browsers reach the receiver, without a slash at the end; absent = where Apex does. */
  readonly publicUrl?: string | undefined;
  /** Folder of the page's files; absent = no page. */
  readonly pageDir?: string | undefined;
  /** Version of the package that may be installed, `04t…`. */
  readonly packageVersionId?: string | undefined;
  /** Folder of the package's source, to be deployed where no version is configured; absent = it is not carried along. */
  readonly packageDir?: string | undefined;
}

/** A schema that lets a `T` through. */
export type Schema<T = unknown> = z.ZodMiniType<T>;

export interface RouteAnswer {
  readonly status: number;
  /** Written as JSON; absent = no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** More than one; a single one stands among the headers. */
  readonly cookies?: readonly string[];
}

/** What the documents say of a route; its schemas are those that requests are read with. */
interface RouteDocument {
  readonly method: Method;
  /** As OpenAPI writes it: `/v1/orgs/{orgId}/status`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Answers by status; without a schema they have no body. */
  readonly answers: Readonly<
    Record<number, { readonly description: string; readonly schema?: Schema }>
  >;
  /** Refusals besides those that every route of its access has. */
  readonly refusals?: readonly number[];
}

/** A request as it came, decoded but unread. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** The credential of `Authorization: Bearer …`. */
  readonly bearer: string | undefined;
  readonly cookies: Readonly<Record<string, string>>;
  /** `X-CSRF-Token`: that a change comes from the page. */
  readonly csrfToken: string | undefined;
  /** `Sec-Fetch-Site`, by which a browser says where a request began. */
  readonly fetchSite: string | undefined;
}

export interface RouteContext {
  readonly ports: Ports;
  readonly settings: AdminSettings;
  /** Of sign-ins to the page. */
  readonly signInLimit: RateLimit;
  /** Of changes made in a session of the page. */
  readonly changeLimit: RateLimit;
}

/**
 * A route ready to run: `org-key` routes are run only for an org that a key of its own was shown for, or for a session of
 * its admins; `org-member` routes for sessions of its other users, too.
 */
export type Route = RouteDocument &
  (
    | OrgAccess<'org-key'>
    | OrgAccess<'org-member'>
    | {
        readonly access: 'open' | 'setup-code';
        readonly run: (context: RouteContext, raw: RawRequest) => Promise<RouteAnswer>;
      }
  );

interface OrgAccess<A> {
  readonly access: A;
  readonly run: (
    context: RouteContext,
    org: OrgState,
    raw: RawRequest,
    caller: Caller,
  ) => Promise<RouteAnswer>;
}

interface Parts<P, Q, B> {
  readonly params?: Schema<P>;
  readonly query?: Schema<Q>;
  readonly body?: Schema<B>;
}

interface Read<P, Q, B> extends RouteContext {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

type Document = Omit<RouteDocument, 'params' | 'query' | 'body'>;

/** A route under `/v1/orgs/{orgId}`, opened by a key of that org. */
export function orgRoute<P, Q, B>(
  spec: Document &
    Parts<P, Q, B> & {
      readonly handle: (request: Read<P, Q, B> & { org: OrgState }) => Promise<RouteAnswer>;
    },
): Route {
  const { handle, ...document } = spec;
  return {
    ...document,
    access: 'org-key',
    run: async (context, org, raw) => handle({ ...context, org, ...readParts(spec, raw) }),
  };
}

/** A route that every user of the org may ask; it looks at who asks. */
export function memberRoute<P, Q, B>(
  spec: Document &
    Parts<P, Q, B> & {
      readonly handle: (
        request: Read<P, Q, B> & { org: OrgState; caller: Caller },
      ) => Promise<RouteAnswer>;
    },
): Route {
  const { handle, ...document } = spec;
  return {
    ...document,
    access: 'org-member',
    run: async (context, org, raw, caller) =>
      handle({ ...context, org, caller, ...readParts(spec, raw) }),
  };
}

/** A route that no key opens; with a set-up code it checks that itself. */
export function openRoute<P, Q, B>(
  spec: Document &
    Parts<P, Q, B> & {
      readonly access: 'open' | 'setup-code';
      readonly handle: (request: Read<P, Q, B> & Credentials) => Promise<RouteAnswer>;
    },
): Route {
  const { handle, ...document } = spec;
  return {
    ...document,
    run: async (context: RouteContext, raw: RawRequest) =>
      handle({ ...context, ...credentialsOf(raw), ...readParts(spec, raw) }),
  };
}

type Credentials = Pick<RawRequest, 'bearer' | 'cookies' | 'csrfToken' | 'fetchSite'>;

function credentialsOf({ bearer, cookies, csrfToken, fetchSite }: RawRequest): Credentials {
  return { bearer, cookies, csrfToken, fetchSite };
}

/** A route without a schema takes nothing there: an unknown query parameter is a mistake worth telling. */
const NOTHING = z.strictObject({});

function readParts<P, Q, B>(parts: Parts<P, Q, B>, raw: RawRequest) {
  const { orgId: _org, ...params } = raw.params;
  return {
    params: readPart(parts.params, 'path', params),
    query: readPart(parts.query, 'query', raw.query),
    body:
      parts.body === undefined ? (undefined as B) : readPart(parts.body, 'body', json(raw.body)),
  };
}

function readPart<T>(schema: Schema<T> | undefined, name: string, given: unknown): T {
  const result = (schema ?? NOTHING).safeParse(given);
  if (!result.success) {
    const { pointer, reason } = describeIssue(result.error.issues[0]);
    throw new AppError('invalid-input', `${name}${pointer} ${reason}.`, { pointer });
  }
  // Where there is no schema, T is not used: nothing reads the empty object.
  return result.data as T;
}

function json(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AppError('invalid-input', 'The body is not JSON in UTF-8.', { pointer: '' });
  }
}

/** What Apex calls: admin routes cannot do without it. */
export function requireGatewayUrl({ gatewayUrl }: AdminSettings): string {
  if (gatewayUrl !== undefined) return gatewayUrl;
  throw new AppError('internal', 'The receiver does not know its own address.');
}
