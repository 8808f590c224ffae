import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { createKey } from '#usecases/api-keys.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { createRealScheduler, type RealScheduler } from '../../../local/real-scheduler.ts';
import { createReceiverServer } from '../../../local/receiver/server.ts';
import { feedEvents } from '../../support/feed-events.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

let receiver: TestReceiver;
let org: OrgState;
let key: string;
let server: Server;
let scheduler: RealScheduler;
let url: string;

beforeEach(async () => {
  receiver = openTestReceiver();
  org = await connectTestOrg(receiver);
  ({ key } = await createKey(receiver.ports, org.orgId, 'test'));
  scheduler = createRealScheduler({ onError: (_, error) => console.error(error) });
  const http = createReceiverServer({
    gateway: async () => ({ statusCode: 404 }),
    admin: makeAdmin(receiver.ports, {}),
    scheduler,
    onError: (error) => console.error(error),
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  server = http;
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1/orgs/${org.orgId}/feed`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  scheduler.close();
  await receiver.close();
});

/** Reads a stream until so many events have come, then leaves. */
async function stream(query: string, count: number, headers: Record<string, string> = {}) {
  const left = new AbortController();
  const response = await fetch(url + query, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${key}`, ...headers },
    signal: left.signal,
  });
  let text = '';
  const dataOf = () =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
  if (response.ok) {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    while (dataOf().length < count) text += (await reader?.read())?.value ?? '';
    left.abort();
  } else text = await response.text();
  const lastId = [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  const ids = dataOf().map((event: { id: string }) => event.id);
  return { status: response.status, ids, lastId, type: response.headers.get('content-type') };
}

const append = (count: number, from = 0) =>
  receiver.ports.feed.append(
    org.orgId,
    feedEvents(org.orgId, count, from),
    receiver.ports.clock.now(),
  );
const idsOf = (count: number, from = 0) => feedEvents(org.orgId, count, from).map(({ id }) => id);

it('streams what is there and what comes, and resumes after the last event', async () => {
  await append(2);
  const streaming = stream('', 5);
  await append(3, 2);
  const first = await streaming;
  expect(first).toMatchObject({ status: 200, type: 'text/event-stream', ids: idsOf(5) });
  await append(2, 5);
  const resumed = await stream('', 2, { 'last-event-id': first.lastId });
  expect(resumed.ids).toEqual(idsOf(2, 5));
});

it('begins at a time, and stays with one record', async () => {
  await append(3);
  const from = new Date(receiver.clock.now()).toISOString();
  expect((await stream(`?from=${from}`, 3)).ids).toEqual(idsOf(3));
  const [, second] = feedEvents(org.orgId, 2);
  expect((await stream(`?record=${second?.recordId}`, 1)).ids).toEqual([second?.id]);
});

it('passes refusals on instead of opening a stream', async () => {
  const wrong = await stream('', 1, { authorization: 'Bearer rts_wrong' });
  expect(wrong).toMatchObject({ status: 401, type: 'application/problem+json' });
  expect((await stream('?after=nonsense', 1)).status).toBe(400);
});
