import { OrgError } from '../errors.ts';
import type { FaultTarget } from '../faults.ts';
import type { ApiCall, Session } from './api-call.ts';
import { errorResult, invalidSession, notFound } from './api-errors.ts';
import { RESET, takeAnswerFault } from './api-faults.ts';
import type { ApiOrg } from './api-org.ts';
import { faultTarget } from './fault-target.ts';
import type { ApiResult, OrgRequest, OrgResponse } from './http.ts';
import { mayLogIn, orgAs, requireApiEnabled } from './org-as.ts';
import { BodyTooLarge, inflateBody } from './request-body.ts';
import { respond } from './respond.ts';
import { parseVersion } from './rest/versions.ts';
import type { ApiHandler, Match, Router } from './router.ts';
import { createRunningRequests } from './running-requests.ts';

export interface Dispatcher {
  /** Answers one request from outside; never rejects. */
  handle(request: OrgRequest): Promise<OrgResponse>;
}

export interface DispatcherOptions {
  /** Told of every failure that is the org's own fault, not the client's. */
  readonly onError: (error: unknown) => void;
}

interface Target {
  readonly method: string;
  /** Leading slashes collapsed; without query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

interface Outcome {
  readonly result: ApiResult;
  readonly match?: Match;
  readonly session?: Session | undefined;
  readonly counted: boolean;
}

/** In characters, query included. */
const LONGEST_URI = 16_384;

function uriTooLong(): OrgError {
  return new OrgError('URI_TOO_LONG', `URIs have at most ${LONGEST_URI} characters.`, {
    status: 414,
  });
}

export function createDispatcher(
  org: ApiOrg,
  router: Router,
  options: DispatcherOptions,
): Dispatcher {
  const running = createRunningRequests(org.edition.name, () => org.scheduler.now());

  /** Finds the resource, checks session and allowance, runs it. */
  async function answer(
    target: Target,
    request: OrgRequest,
    requireRoom: () => void,
    skewMs = 0,
  ): Promise<Outcome> {
    let match: Match | undefined;
    let session: Session | undefined;
    let counted = false;
    try {
      if (request.path.length > LONGEST_URI) throw uriTooLong();
      match = router.match(target.method, target.path);
      const authenticated = match.resource.authenticated !== false;
      session = authenticated ? requireSession(org, target, request) : undefined;
      counted = authenticated && match.resource.counted !== false;
      if (counted && session) requireApiEnabled(org, session.userId);
      if (counted) requireRoom();
      if (counted) countRequest(org);
      const { handler } = match;
      const call = makeCall(target, match, session, {
        headers: request.headers,
        body: inflateBody(request),
      });
      const aim = faultTarget(org, target, request);
      const result = await org.scheduler.skewed(skewMs, () => run(call, handler, aim));
      return { result, match, session, counted };
    } catch (error) {
      return { result: failureResult(error), ...(match ? { match } : {}), session, counted };
    }
  }

  async function run(call: ApiCall, handler: ApiHandler, aim: FaultTarget): Promise<ApiResult> {
    const late = isSave(call) ? org.faults.take(['late-commit'], aim) : undefined;
    if (late === undefined) return handler(call);
    return await org.commitLate(late.delayMs, () => handler(call));
  }

  function failureResult(error: unknown): ApiResult {
    if (error instanceof OrgError) return errorResult(error);
    if (error instanceof BodyTooLarge) {
      return errorResult(new OrgError('REQUEST_TOO_LARGE', error.message, { status: 413 }));
    }
    options.onError(error);
    const message = 'An unexpected error occurred. The org has logged it.';
    return errorResult(new OrgError('UNKNOWN_EXCEPTION', message, { status: 500 }));
  }

  /** Faults and the log are for the org's own paths, not for those that control it. */
  async function handle(request: OrgRequest): Promise<OrgResponse> {
    const target = readTarget(request);
    if (target.path.startsWith('/__org/')) {
      return finish(request, await answer(target, request, () => undefined), 0);
    }
    const { requireRoom, leave } = running.enter();
    try {
      return await handleWithFaults(target, request, requireRoom);
    } finally {
      leave();
    }
  }

  async function handleWithFaults(
    target: Target,
    request: OrgRequest,
    requireRoom: () => void,
  ): Promise<OrgResponse> {
    const applied: string[] = [];
    const aim = faultTarget(org, target, request);
    const cut = org.faults.take(['reset', 'truncated-body', 'answer-lost', 'slow'], aim);
    if (cut !== undefined) applied.push(cut.kind);
    if (cut?.kind === 'slow') await pause(org, cut.delayMs);
    const faulty = takeAnswerFault(org.faults, aim);
    const skewMs = (org.faults.take(['clock-skew'], aim)?.seconds ?? 0) * 1000;
    if (faulty !== undefined) applied.push(`answer-${faulty.status}`);

    const outcome: Outcome =
      cut?.kind === 'reset'
        ? { result: { status: 0 }, counted: false }
        : faulty !== undefined
          ? { result: faulty, counted: false }
          : await answer(target, request, requireRoom, skewMs);
    logRequest(org, target, outcome, applied);
    if (cut?.kind === 'reset' || cut?.kind === 'answer-lost') return RESET;
    const response = finish(request, outcome, skewMs);
    return cut?.kind === 'truncated-body' ? { ...response, cut: 'in-body' } : response;
  }

  function finish(request: OrgRequest, { result, counted }: Outcome, skewMs: number): OrgResponse {
    return respond(request, result, {
      nowMs: org.scheduler.now() + skewMs,
      requestId: Buffer.from(org.random.bytes(16)).toString('hex'),
      limitInfo: counted ? limitInfo(org) : undefined,
    });
  }

  /** Parts never wait: a composite request may have to undo them all together. */
  function runPart(session: Session | undefined, part: OrgRequest): ApiResult {
    const target = readTarget(part);
    try {
      const match = router.match(target.method, target.path);
      const result = match.handler(makeCall(target, match, session, part));
      if (result instanceof Promise) throw notFound();
      return result;
    } catch (error) {
      return failureResult(error);
    }
  }

  function makeCall(
    target: Target,
    match: Match,
    session: Session | undefined,
    content: { headers: Readonly<Record<string, string>>; body: Uint8Array },
  ): ApiCall {
    const segment = match.params['version'];
    const version = segment === undefined ? '' : parseVersion(segment);
    if (Number(version) < (match.resource.since ?? 0)) throw notFound();
    return {
      org: session === undefined ? org : orgAs(org, session.userId),
      ...target,
      params: match.params,
      version,
      session,
      headers: content.headers,
      body: content.body,
      runPart: (part) => runPart(session, part),
    };
  }

  return { handle };
}

/** Requests that save records in one transaction; Bulk jobs and Apex have transactions of their own. */
function isSave({ method, path }: ApiCall): boolean {
  return method !== 'GET' && /\/sobjects|\/composite|\/Soap\/u\//i.test(path);
}

/** Some clients join an instance URL that ends in a slash with a path that begins with one. */
function readTarget(request: OrgRequest): Target {
  const [rawPath = '', ...rest] = request.path.replace(/^\/+/, '/').split('?');
  const query = new URLSearchParams(rest.join('?'));
  const override = query.get('_HttpMethod');
  const method = request.method === 'POST' && override !== null ? override : request.method;
  return { method: method.toUpperCase(), path: rawPath, query };
}

/** From the header, or from `oauth_token`, which clients send to the identity URL. */
function requireSession(org: ApiOrg, target: Target, request: OrgRequest): Session {
  const header = /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const token = header ?? target.query.get('oauth_token');
  const session = token === null ? undefined : org.sessions.find(token.trim());
  if (session === undefined || !mayLogIn(org, session.userId)) throw invalidSession();
  return session;
}

/** @throws OrgError REQUEST_LIMIT_EXCEEDED when the day's requests are used up */
function countRequest(org: ApiOrg): void {
  if (org.limits.isSpent('DailyApiRequests')) {
    throw new OrgError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', { status: 403 });
  }
  org.limits.use('DailyApiRequests', 1);
}

function limitInfo(org: ApiOrg): string {
  const { limits } = org;
  return `api-usage=${limits.used('DailyApiRequests')}/${limits.maximum('DailyApiRequests')}`;
}

function logRequest(
  org: ApiOrg,
  target: Target,
  { result, match, session, counted }: Outcome,
  faults: readonly string[],
): void {
  const value = match?.params['value'];
  const path = value === undefined ? target.path : target.path.replace(/[^/]*\/?$/, '*');
  org.requestLog.add({
    at: new Date(org.scheduler.now()).toISOString(),
    method: target.method,
    path,
    status: result.status,
    userId: session?.userId ?? null,
    bulkJobId: match?.params['jobId'] ?? null,
    counted,
    faults,
  });
}

function pause(org: ApiOrg, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    org.scheduler.schedule(delayMs, 'slow answer', resolve);
  });
}
