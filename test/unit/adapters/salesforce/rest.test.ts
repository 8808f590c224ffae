import { afterEach, describe, expect, it } from 'vitest';
import type { RestRequest } from '../../../../lambdas/adapters/salesforce/rest.ts';
import { type RestBench, startRestBench } from '../../../support/salesforce-rest.ts';
import { type Answer, sendJson } from '../../../support/scripted-server.ts';

const GET: RestRequest = { method: 'GET', path: '/services/data/v66.0/limits', repeatable: true };
const POST: RestRequest = { ...GET, method: 'POST', body: '{}', repeatable: false };

let bench: RestBench;
afterEach(() => bench.server.close());

async function start(answer: Answer, options?: Parameters<typeof startRestBench>[1]) {
  bench = await startRestBench(answer, options);
  return bench;
}

/** Answers the n-th call by the n-th of the answers, the last one for ever. */
function inTurn(
  ...answers: readonly (readonly [number, unknown?, Record<string, string>?])[]
): Answer {
  let turn = 0;
  return (_, response) => {
    const [status, body = [], headers = {}] = answers[Math.min(turn, answers.length - 1)] ?? [500];
    turn += 1;
    sendJson(response, status, body, headers);
  };
}

const calls = () => bench.server.seen.filter(({ url }) => url !== '/services/oauth2/token');
const signIns = () => bench.server.seen.length - calls().length;

describe('rest', () => {
  it('sends the token, and tells when the read began by the org clock', async () => {
    const { rest } = await start((_, response) => {
      bench.clock.advance(1_500);
      sendJson(response, 200, { ok: 1 });
    });
    const { value, readAtMs } = await rest.json(GET);
    expect(value).toEqual({ ok: 1 });
    expect(calls()[0]?.headers.authorization).toBe('Bearer 00D!1');
    expect(readAtMs).toBe(Date.UTC(2026, 10, 21, 12) - 1_500);
  });

  it('tells the org clock from the last answer, and asks when it is older than ten minutes', async () => {
    const { rest, clock } = await start(inTurn([200]));
    clock.advance(3_600_000);
    await rest.json(GET);
    clock.advance(599_000);
    expect(await rest.clockMs()).toBe(Date.UTC(2026, 10, 21, 12) + 599_000);
    expect(calls()).toHaveLength(1);
    clock.advance(2_000);
    expect(await rest.clockMs()).toBe(Date.UTC(2026, 10, 21, 12));
    expect(calls()[1]).toMatchObject({ url: '/services/data' });
    expect(calls()[1]?.headers.authorization).toBeUndefined();
  });

  it('refuses an answer without a Date', async () => {
    const { rest } = await start((_, response) => {
      response.sendDate = false;
      response.removeHeader('date');
      sendJson(response, 200, {});
    });
    await expect(rest.json(GET)).rejects.toMatchObject({ code: 'salesforce-refused' });
  });

  it('renews an expired session once, also for calls that are never repeated', async () => {
    const { rest } = await start(inTurn([401], [200, { done: true }]));
    expect((await rest.json(POST)).value).toEqual({ done: true });
    expect(calls().map(({ headers }) => headers.authorization)).toEqual([
      'Bearer 00D!1',
      'Bearer 00D!2',
    ]);
  });

  it('shares one renewal between parallel calls', async () => {
    const { rest } = await start((request, response) => {
      const fresh = request.headers.authorization === 'Bearer 00D!2';
      sendJson(response, fresh ? 200 : 401, []);
    });
    await Promise.all(Array.from({ length: 8 }, () => rest.json(GET)));
    expect(signIns()).toBe(2);
    expect(calls()).toHaveLength(16);
  });

  it('does not loop when fresh tokens are refused, and leaves the login host alone for a minute', async () => {
    const { rest, clock } = await start(inTurn([401]));
    const error = { code: 'unauthorized', retryable: false };
    await expect(rest.json(GET)).rejects.toMatchObject(error);
    expect([calls().length, signIns()]).toEqual([2, 2]);
    await expect(rest.json(GET)).rejects.toMatchObject(error);
    expect([calls().length, signIns()]).toEqual([2, 2]);
    clock.advance(60_000);
    await expect(rest.json(GET)).rejects.toMatchObject(error);
    expect(signIns()).toBe(4);
  });

  it('repeats a harmless call a few times with growing pauses', async () => {
    const { rest, pauses } = await start(inTurn([503], [420], [500], [200, { ok: true }]));
    expect((await rest.json(GET)).value).toEqual({ ok: true });
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  it('gives up after four attempts, naming the answer', async () => {
    const { rest } = await start(
      inTurn([503, [{ errorCode: 'SERVER_UNAVAILABLE', message: 'down' }]]),
    );
    await expect(rest.json(GET)).rejects.toThrow('503 SERVER_UNAVAILABLE: down');
    expect(calls()).toHaveLength(4);
  });

  it('waits as Retry-After says, and leaves long waits to its caller', async () => {
    const { rest, pauses } = await start(
      inTurn([429, [], { 'retry-after': '3' }], [200], [503, [], { 'retry-after': '120' }]),
    );
    await rest.json(GET);
    expect(pauses).toEqual([3_500]);
    await expect(rest.json(GET)).rejects.toMatchObject({ retryable: true, retryAfterSeconds: 120 });
    expect(calls()).toHaveLength(3);
  });

  it('never repeats a call that may have had its effect', async () => {
    const { rest } = await start(inTurn([503], [200]));
    await expect(rest.json(POST)).rejects.toMatchObject({ code: 'salesforce-unavailable' });
    expect(calls()).toHaveLength(1);
  });

  it('does not repeat a used-up quota, and says when to come back', async () => {
    const body = [
      { errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' },
    ];
    const { rest } = await start(inTurn([403, body]));
    await expect(rest.json(GET)).rejects.toMatchObject({
      code: 'salesforce-quota',
      retryAfterSeconds: 900,
    });
    expect(calls()).toHaveLength(1);
  });

  it('repeats when the connection breaks or the body ends too early', async () => {
    let turn = 0;
    const { rest } = await start((_, response) => {
      turn += 1;
      if (turn === 1) response.destroy();
      else if (turn === 2) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"half":');
        setImmediate(() => response.destroy());
      } else sendJson(response, 200, { whole: true });
    });
    expect((await rest.json(GET)).value).toEqual({ whole: true });
    expect(turn).toBe(3);
  });

  it('follows no redirect', async () => {
    const { rest } = await start((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/steal' }).end();
    });
    await expect(rest.json(GET)).rejects.toMatchObject({ code: 'salesforce-refused' });
  });

  it('sends no token to an instance other than the one that was connected', async () => {
    const { rest } = await start(inTurn([200]), {
      pinnedOrigin: 'https://acme.my.salesforce.com',
    });
    await expect(rest.json(GET)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(calls()).toHaveLength(0);
  });
});
