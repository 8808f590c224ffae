import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, expect, it } from 'vitest';
import { createReceiverServer, type HttpHandler } from '../../../local/receiver/server.ts';
import { createVirtualScheduler } from '../../../local/virtual-scheduler.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const answer =
  (name: string): HttpHandler =>
  async (event) => ({ statusCode: 200, body: JSON.stringify({ name, event }) });

async function serve(handlers: { gateway?: HttpHandler; admin?: HttpHandler }): Promise<string> {
  const server = createReceiverServer({
    gateway: handlers.gateway ?? answer('gateway'),
    admin: handlers.admin ?? answer('admin'),
    scheduler: createVirtualScheduler({ startMs: 0 }),
    onError: () => undefined,
  });
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function seen(response: Response): Promise<{ name: string; event: APIGatewayProxyEventV2 }> {
  return (await response.json()) as { name: string; event: APIGatewayProxyEventV2 };
}

it('sends notices to the gateway and everything else to the admin function', async () => {
  const url = await serve({});
  const notice = await seen(
    await fetch(`${url}/v1/orgs/00D/notices`, { method: 'POST', body: '{}' }),
  );
  expect(notice.name).toBe('gateway');
  expect((await seen(await fetch(`${url}/v1/orgs/00D/notices`))).name).toBe('admin');
  expect((await seen(await fetch(`${url}/`))).name).toBe('admin');
});

it('hands over text as text and anything else as base64, byte for byte', async () => {
  const url = await serve({});
  const text = await seen(
    await fetch(`${url}/v1/orgs/00D/notices`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Mixed-Case': 'a' },
      body: '{"é":"漢"}',
    }),
  );
  expect(text.event).toMatchObject({ isBase64Encoded: false, body: '{"é":"漢"}' });
  expect(text.event.headers).toMatchObject({ 'x-mixed-case': 'a' });
  const bytes = Uint8Array.from([0, 255, 1]);
  const binary = await seen(
    await fetch(`${url}/x?a=1&b=%20`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    }),
  );
  expect(binary.event).toMatchObject({
    isBase64Encoded: true,
    body: Buffer.from(bytes).toString('base64'),
    rawPath: '/x',
    rawQueryString: 'a=1&b=%20',
    queryStringParameters: { a: '1', b: ' ' },
  });
});

it('answers 413 to a body over the front door’s limit', async () => {
  const url = await serve({});
  const response = await fetch(`${url}/x`, {
    method: 'POST',
    body: new Uint8Array(10 * 1024 * 1024 + 1),
  });
  expect(response.status).toBe(413);
});

it('answers 500 without detail when a function throws', async () => {
  const url = await serve({
    admin: async () => {
      throw new Error('secret detail');
    },
  });
  const response = await fetch(`${url}/x`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret detail');
});

it('streams the feed, resuming from the cursor after the last event', async () => {
  const asked: Record<string, string | undefined>[] = [];
  const url = await serve({
    admin: async (event) => {
      asked.push(event.queryStringParameters ?? {});
      const events = asked.length === 1 ? [{ id: 'x:1' }, { id: 'y:1' }] : [{ id: 'z:1' }];
      return { statusCode: 200, body: JSON.stringify({ events, next: `cursor${asked.length}` }) };
    },
  });
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/orgs/00D/feed`, {
    headers: { accept: 'text/event-stream', 'last-event-id': 'start' },
    signal: abort.signal,
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.includes('z:1')) break;
  }
  abort.abort();
  expect(text).toContain('data: {"id":"x:1"}\n\nid: cursor1\ndata: {"id":"y:1"}\n\n');
  expect(asked[0]).toEqual({ after: 'start', waitSeconds: '0' });
  expect(asked[1]).toEqual({ after: 'cursor1', waitSeconds: '20' });
});

it('passes a refusal of the feed on as it is', async () => {
  const url = await serve({
    admin: async () => ({ statusCode: 401, body: '{"detail":"no key"}' }),
  });
  const response = await fetch(`${url}/v1/orgs/00D/feed`, {
    headers: { accept: 'text/event-stream' },
  });
  expect([response.status, await response.json()]).toEqual([401, { detail: 'no key' }]);
});
