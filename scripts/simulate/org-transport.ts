import { AppError } from '#core/errors.ts';
import type { HttpTransport, TransportRequest, TransportResponse } from '#ports/http-transport.ts';
import { isStream, type OrgResponse, readAll } from '../../local/org/api/http.ts';
import type { Org } from '../../local/org/org.ts';
import type { Random } from '../../local/seeded-random.ts';
import type { SimulationScheduler } from './traced-scheduler.ts';

const QUICKEST_MS = 5;
const SPREAD_MS = 250;

/**
 * The network between receiver and org: calls the org's `handle`, with a delay each way. An answer that takes longer
 * than the client waits, and a connection that the org's faults cut, are failures as the real transport throws them.
 */
export function createOrgTransport(
  org: () => Org,
  scheduler: SimulationScheduler,
  random: Random,
): HttpTransport {
  const travel = () => scheduler.pause(QUICKEST_MS + random.integer(SPREAD_MS), 'network');

  async function exchange(request: TransportRequest): Promise<TransportResponse> {
    const { origin, pathname, search } = new URL(request.url);
    if (origin !== org().instanceUrl) throw noAnswer(request, 'could not be resolved');
    await travel();
    const response = await org().handle({
      method: request.method,
      path: pathname + search,
      headers: request.headers,
      body: typeof request.body === 'string' ? Buffer.from(request.body) : (request.body ?? EMPTY),
    });
    await travel();
    if (response.cut === 'before-answer') throw noAnswer(request, 'broke off');
    const { status, headers } = response;
    return { status, headers, body: piecesOf(request, response) };
  }

  return {
    async send(request) {
      const { promise: tooLate, reject } = Promise.withResolvers<never>();
      const timer = scheduler.schedule(request.timeoutMs, 'client time-out', () =>
        reject(noAnswer(request, `did not answer within ${request.timeoutMs} ms`)),
      );
      try {
        return await Promise.race([exchange(request), tooLate]);
      } finally {
        timer.cancel();
      }
    },
  };
}

const EMPTY = new Uint8Array();

/** The body in two pieces, so that a cut leaves its reader with half of it. */
async function* piecesOf(
  request: TransportRequest,
  { body, cut }: OrgResponse,
): AsyncGenerator<Uint8Array, void, void> {
  if (cut !== 'in-body' && isStream(body)) {
    yield* body;
    return;
  }
  const bytes = await readAll(body);
  const middle = bytes.length >> 1;
  yield bytes.subarray(0, middle);
  if (cut === 'in-body') throw noAnswer(request, 'broke off');
  yield bytes.subarray(middle);
}

function noAnswer({ url }: TransportRequest, reason: string): AppError {
  return new AppError('salesforce-unavailable', `${new URL(url).host} ${reason}.`, {
    retryable: true,
  });
}
