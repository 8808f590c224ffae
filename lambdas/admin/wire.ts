import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import { AppError } from '#core/errors.ts';
import type { Ports } from '#ports/ports.ts';
import {
  emptyAnswer,
  type HttpAnswer,
  type HttpEvent,
  jsonAnswer,
  rawBody,
} from '../http/answers.ts';
import { problemAnswers } from '../http/problem-answers.ts';
import { authorizedCaller } from './caller.ts';
import { logChange } from './log-change.ts';
import { pageFiles } from './page-files.ts';
import { RateLimit } from './rate-limit.ts';
import type { AdminSettings, RawRequest, Route, RouteAnswer, RouteContext } from './route.ts';
import { allRoutes } from './routes/all-routes.ts';

const MAX_BODY_BYTES = 1_000_000;
/** Nobody signs in by hand so often; who guesses links gets nowhere faster. */
const SIGN_INS_PER_MINUTE = 30;
const CHANGES_PER_MINUTE = 120;

/** The HTTP API, its document, and the page. */
export function makeAdmin(ports: Ports, settings: AdminSettings) {
  const page = pageFiles(settings.pageDir);
  const context = {
    ports,
    settings,
    signInLimit: new RateLimit(ports.clock, SIGN_INS_PER_MINUTE),
    changeLimit: new RateLimit(ports.clock, CHANGES_PER_MINUTE),
  };
  const routes = allRoutes.map((route) => ({
    method: route.method,
    path: route.path,
    handler: (event: HttpEvent) => serve(context, route, event),
  }));
  const pageRoute = {
    method: 'GET' as const,
    path: '/{proxy+}',
    handler: (event: HttpEvent) => page(event.rawPath),
  };
  const router = httpRouter<HttpEvent, HttpAnswer>({
    routes: [...routes, pageRoute],
    notFoundResponse: () => {
      throw new AppError('not-found', 'There is nothing at this path, or not for this method.');
    },
  });
  return middy<HttpEvent, HttpAnswer>()
    .use(httpSecurityHeaders({ contentSecurityPolicy: false, permissionsPolicy: false }))
    .use(httpHeaderNormalizer())
    .use(problemAnswers(ports.telemetry))
    .handler(router);
}

async function serve(context: RouteContext, route: Route, event: HttpEvent): Promise<HttpAnswer> {
  const raw = readRequest(event);
  const { status, body, headers, cookies } = await answerOf(context, route, raw);
  const answer = body === undefined ? emptyAnswer(status) : jsonAnswer(status, body);
  return {
    ...answer,
    headers: { ...answer.headers, ...headers },
    ...(cookies !== undefined && { cookies: [...cookies] }),
  };
}

async function answerOf(
  context: RouteContext,
  route: Route,
  raw: RawRequest,
): Promise<RouteAnswer> {
  if (route.access !== 'org-key' && route.access !== 'org-member') return route.run(context, raw);
  const { ports } = context;
  const caller = await authorizedCaller(context, route, raw);
  const org = await ports.orgs.get(caller.orgId);
  if (org === undefined) throw new AppError('not-found', 'This org is not connected.');
  const answer = await route.run(context, org, raw, caller);
  await logChange(ports, route, caller, raw);
  return answer;
}

function readRequest(event: HttpEvent): RawRequest {
  const body = rawBody(event);
  if (body.byteLength > MAX_BODY_BYTES) {
    throw new AppError('too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  const params = Object.entries(event.pathParameters ?? {});
  return {
    params: Object.fromEntries(params.map(([name, value]) => [name, decoded(value ?? '')])),
    query: { ...event.queryStringParameters },
    body,
    cookies: readCookies(event),
    csrfToken: event.headers['x-csrf-token'],
    fetchSite: event.headers['sec-fetch-site'],
    bearer: /^Bearer (\S+)$/i.exec(event.headers['authorization'] ?? '')?.[1],
  };
}

/** HTTP APIs take cookies out of the headers. A name that comes twice counts as it came first, the more specific path. */
function readCookies({ cookies, headers }: HttpEvent): Record<string, string> {
  const pairs = (cookies ?? (headers['cookie'] ?? '').split(';')).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()] as const;
  });
  return Object.fromEntries(pairs.reverse());
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('invalid-input', 'The path is not well encoded.');
  }
}
