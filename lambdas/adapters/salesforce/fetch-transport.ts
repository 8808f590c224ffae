import { AppError } from '#core/errors.ts';
import type { HttpTransport, TransportRequest, TransportResponse } from '#ports/http-transport.ts';

/** Plain HTTP is spoken on one machine only: there compression costs more than it saves. */
const UNCOMPRESSED_LOCALLY: Readonly<Record<string, Record<string, string>>> = {
  'http:': { 'accept-encoding': 'identity' },
};

/**
 * HTTP over Node's own `fetch`: pooled connections, gzip undone. `timeoutMs` bounds the wait for the head and for each
 * piece of the body, not the whole body: a Bulk page may take as long as its reader needs.
 */
export function createFetchTransport(): HttpTransport {
  return { send };
}

async function send(request: TransportRequest): Promise<TransportResponse> {
  const timer = new StallTimer(request.timeoutMs);
  timer.start();
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...UNCOMPRESSED_LOCALLY[new URL(request.url).protocol], ...request.headers },
      // A redirect must not carry a token to another host.
      redirect: 'manual',
      signal: timer.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: pieces(response.body, timer, request),
    };
  } catch (cause) {
    throw noAnswer(request, timer, cause);
  } finally {
    timer.stop();
  }
}

async function* pieces(
  body: Response['body'],
  timer: StallTimer,
  request: TransportRequest,
): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  const reader = body.getReader();
  try {
    for (;;) {
      timer.start();
      const piece = await reader.read();
      timer.stop();
      if (piece.done) return;
      yield piece.value;
    }
  } catch (cause) {
    throw noAnswer(request, timer, cause);
  } finally {
    timer.stop();
    // Gives the connection back when the reader stops early; on a broken one there is nothing left to close.
    await reader.cancel().catch(() => undefined);
  }
}

function noAnswer(request: TransportRequest, timer: StallTimer, cause: unknown): AppError {
  const { host } = new URL(request.url);
  const reason = timer.signal.aborted
    ? `did not answer within ${request.timeoutMs} ms`
    : `could not be reached or broke off (${causeCode(cause)})`;
  return new AppError('salesforce-unavailable', `${host} ${reason}; the call is tried again.`, {
    retryable: true,
    cause,
  });
}

/** undici hides the reason, e.g. ECONNREFUSED, in the cause of a bare "fetch failed". */
function causeCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (typeof cause !== 'object' || cause === null) return 'unknown reason';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.name : 'unknown reason';
}

/** Aborts when it runs for longer than `timeoutMs` between `start` and `stop`. */
class StallTimer {
  readonly #timeoutMs: number;
  readonly #controller = new AbortController();
  #timeout: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(): void {
    this.#timeout = setTimeout(() => this.#controller.abort(), this.#timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timeout);
  }
}
