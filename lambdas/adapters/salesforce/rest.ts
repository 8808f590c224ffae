import { AppError } from '#core/errors.ts';
import type { Purpose } from '#core/quota.ts';
import type { Clock } from '#ports/clock.ts';
import type { HttpTransport, TransportResponse } from '#ports/http-transport.ts';
import type { Random } from '#ports/random.ts';
import { bodyStart, bodyText } from './body-text.ts';
import { errorFromAnswer } from './salesforce-error.ts';
import type { Session, Token } from './session.ts';

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query on the instance, from `/services/…`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** A repeat after an unknown outcome does no harm: only then is the call tried again. */
  readonly repeatable: boolean;
  readonly timeoutMs?: number;
  /** What the call is counted under. */
  readonly purpose?: Purpose;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** When the answer's read began at the latest, org clock, ms: its `Date` minus how long it took. */
  readonly readAtMs: number;
}

/** Calls of one org as its Sync User, on its pinned instance. */
export interface Rest {
  /**
   * Resolves with a status below 300. A 401 renews the session once; passing troubles of repeatable calls are tried
   * again, a few times.
   * @throws AppError as `Salesforce` of ports/salesforce.ts says
   */
  send(request: RestRequest): Promise<RestAnswer>;
  /** `send`, with the body parsed as JSON. */
  json(request: RestRequest): Promise<{ readonly value: unknown; readonly readAtMs: number }>;
  /** Salesforce's clock, ms; never ahead of it. */
  clockMs(): Promise<number>;
}

export interface RestDeps {
  readonly transport: HttpTransport;
  readonly session: Session;
  readonly clock: Clock;
  readonly random: Random;
  /** The only origin that gets a token; undefined until the first sign-in of an org that is being connected. */
  readonly pinnedOrigin: string | undefined;
  /** Told of every answer. */
  readonly onAnswer?: (purpose: Purpose, headers: Readonly<Record<string, string>>) => void;
}

const TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
/** A longer wait is left to the caller's queue. */
const LONGEST_PAUSE_MS = 10_000;
const CLOCK_MAX_AGE_MS = 600_000;
const MAX_ERROR_BYTES = 64 * 1024;

export function createRest(deps: RestDeps): Rest {
  const orgClock = createOrgClock(deps);

  async function exchange(request: RestRequest, token: Token): Promise<TimedResponse> {
    const sentAtMs = deps.clock.now();
    const response = await deps.transport.send({
      method: request.method,
      url: pinned(token, deps.pinnedOrigin) + request.path,
      headers: requestHeaders(request, token),
      ...(request.body === undefined ? {} : { body: request.body }),
      timeoutMs: request.timeoutMs ?? TIMEOUT_MS,
    });
    const receivedAtMs = deps.clock.now();
    deps.onAnswer?.(request.purpose ?? 'admin', response.headers);
    const dateMs = orgClock.learn(response, receivedAtMs);
    return { ...response, dateMs, tookMs: receivedAtMs - sentAtMs };
  }

  /** One 401 is answered by a new token; a second one would never end, so it is the caller's. */
  async function exchangeSignedIn(request: RestRequest): Promise<TimedResponse> {
    const token = await deps.session.token();
    const response = await exchange(request, token);
    if (response.status !== 401) return response;
    await bodyStart(response.body, MAX_ERROR_BYTES);
    const fresh = await deps.session.renew(token);
    const second = await exchange(request, fresh);
    if (second.status === 401) deps.session.blame(fresh);
    return second;
  }

  async function attempt(request: RestRequest): Promise<RestAnswer> {
    const response = await exchangeSignedIn(request);
    if (response.status >= 300) {
      const body = await bodyStart(response.body, MAX_ERROR_BYTES);
      throw errorFromAnswer(response.status, response.headers, body);
    }
    const { status, headers, body, dateMs, tookMs } = response;
    return { status, headers, body, readAtMs: dateMs - tookMs };
  }

  const send = (request: RestRequest) => withRepeats(deps, request, () => attempt(request));
  const json = (request: RestRequest) =>
    withRepeats(deps, request, async () => {
      const answer = await attempt(request);
      return { value: parseJson(await bodyText(answer.body)), readAtMs: answer.readAtMs };
    });

  return { send, json, clockMs: () => orgClock.now() };
}

interface TimedResponse extends TransportResponse {
  readonly dateMs: number;
  readonly tookMs: number;
}

function requestHeaders(request: RestRequest, token: Token): Record<string, string> {
  return {
    accept: 'application/json',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
    authorization: `Bearer ${token.accessToken}`,
  };
}

/** After a move to another My Domain the org must be connected again: no token goes to an unexpected host. */
function pinned(token: Token, pinnedOrigin: string | undefined): string {
  if (pinnedOrigin === undefined || pinnedOrigin === token.instanceOrigin) {
    return token.instanceOrigin;
  }
  throw new AppError(
    'unauthorized',
    `The sign-in named the instance ${token.instanceOrigin}, not ${pinnedOrigin} as when the org was connected: connect the org again.`,
  );
}

/** Exponential pauses with full jitter, or as long as `Retry-After` says. */
async function withRepeats<T>(
  { clock, random }: RestDeps,
  request: RestRequest,
  run: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await run();
    } catch (error) {
      const pauseMs = pauseAfter(error, request, failures, random.fraction());
      if (pauseMs === undefined) throw error;
      await clock.sleep(pauseMs);
    }
  }
}

function pauseAfter(
  error: unknown,
  request: RestRequest,
  failures: number,
  fraction: number,
): number | undefined {
  if (!(error instanceof AppError) || error.code !== 'salesforce-unavailable') return undefined;
  if (!error.retryable || !request.repeatable || failures >= MAX_ATTEMPTS) return undefined;
  const asked = (error.retryAfterSeconds ?? 0) * 1000;
  const pauseMs = Math.round(asked + FIRST_PAUSE_MS * 2 ** (failures - 1) * (0.5 + fraction / 2));
  return pauseMs > LONGEST_PAUSE_MS ? undefined : pauseMs;
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('salesforce-unavailable', 'Salesforce answered JSON that ends too early.', {
      retryable: true,
    });
  }
}

/**
 * Salesforce's clock, learned from every answer's `Date` (whole seconds, so up to a second behind, never ahead).
 */
function createOrgClock({ transport, session, clock }: RestDeps) {
  let offsetMs = 0;
  let learnedAtMs = Number.NEGATIVE_INFINITY;

  function learn(response: TransportResponse, receivedAtMs: number): number {
    const dateMs = Date.parse(response.headers['date'] ?? '');
    if (Number.isNaN(dateMs)) {
      throw new AppError(
        'salesforce-refused',
        'The answer has no Date header: reads could not be put in order.',
      );
    }
    offsetMs = dateMs - receivedAtMs;
    learnedAtMs = receivedAtMs;
    return dateMs;
  }

  /** The list of versions needs no session and counts as no call. */
  async function ask(): Promise<void> {
    const { instanceOrigin } = await session.token();
    const response = await transport.send({
      method: 'GET',
      url: `${instanceOrigin}/services/data`,
      headers: { accept: 'application/json' },
      timeoutMs: TIMEOUT_MS,
    });
    const receivedAtMs = clock.now();
    const body = await bodyStart(response.body, MAX_ERROR_BYTES);
    if (response.status >= 300) throw errorFromAnswer(response.status, response.headers, body);
    learn(response, receivedAtMs);
  }

  async function now(): Promise<number> {
    if (clock.now() - learnedAtMs > CLOCK_MAX_AGE_MS) await ask();
    return clock.now() + offsetMs;
  }

  return { learn, now };
}
