import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter from '@middy/http-router';
import httpSecurityHeaders from '@middy/http-security-headers';
import { AppError } from '#core/errors.ts';
import { toId18 } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { authenticateKey } from '#usecases/api-keys.ts';
import {
  emptyAnswer,
  type HttpAnswer,
  type HttpEvent,
  jsonAnswer,
  rawBody,
} from '../http/answers.ts';
import { problemAnswers } from '../http/problem-answers.ts';
import { pageFiles } from './page-files.ts';
import type { AdminSettings, RawRequest, Route, RouteContext } from './route.ts';
import { allRoutes } from './routes/all-routes.ts';

const MAX_BODY_BYTES = 1_000_000;

/** The HTTP API, its document, and the page. */
export function makeAdmin(ports: Ports, settings: AdminSettings) {
  const page = pageFiles(settings.pageDir);
  const context = { ports, settings };
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
  const { status, body, headers } =
    route.access === 'org-key'
      ? await route.run(context, await authorizedOrg(context.ports, raw), raw)
      : await route.run(context, raw);
  const answer = body === undefined ? emptyAnswer(status) : jsonAnswer(status, body);
  return { ...answer, headers: { ...answer.headers, ...headers } };
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

/** The key decides which org is opened; the path must name the same one (R19). */
async function authorizedOrg(ports: Ports, { bearer, params }: RawRequest): Promise<OrgState> {
  const key = await authenticateKey(ports, bearer);
  if (toId18(params['orgId'] ?? '') !== key.orgId) {
    throw new AppError('forbidden', 'This key belongs to another org.', { pointer: 'orgId' });
  }
  const org = await ports.orgs.get(key.orgId);
  if (org === undefined) throw new AppError('not-found', 'This org is not connected.');
  return org;
}
