import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { CpuClock } from '../../../../local/org/apex/engine/cpu-clock.ts';
import { HeapMeter } from '../../../../local/org/apex/engine/heap-meter.ts';
import { createHttpCalloutSender } from '../../../../local/org/apex/engine/http-callout-sender.ts';
import { LimitCounter } from '../../../../local/org/apex/engine/limits.ts';
import { RemoteSites } from '../../../../local/org/apex/engine/remote-sites.ts';
import { UsageMeter } from '../../../../local/org/apex/engine/usage-meter.ts';
import { openTestOrg, startMs } from '../support.ts';

test.each([
  ['sync', 100, 50, 10_000],
  ['async', 200, 1, 60_000],
  ['bulk', 200, 50, 60_000],
  ['subscriber', 100, 50, 10_000],
  ['finalizer', 100, 1, 10_000],
] as const)('%s allows %i queries, %i jobs, %i ms', (profile, queries, jobs, cpuMs) => {
  const limits = new LimitCounter(profile);
  expect(limits.allowed('queries')).toBe(queries);
  expect(limits.allowed('queueableJobs')).toBe(jobs);
  expect(limits.allowed('cpuTimeMs')).toBe(cpuMs);
});

test('a limit holds up to its maximum; time spent is not given back with the rest', () => {
  const limits = new LimitCounter('sync');
  const before = limits.snapshot();
  limits.add('queries', 100);
  limits.set('cpuTimeMs', 500);
  expect(() => {
    limits.add('queries');
  }).toThrow('Too many SOQL queries: 101');
  limits.restore(before);
  expect([limits.used('queries'), limits.used('cpuTimeMs')]).toEqual([0, 500]);
});

test('a census of the heap costs the transaction no CPU time', () => {
  let nowMs = 0;
  const cpu = new CpuClock(
    () => nowMs,
    () => {},
  );
  const heap = new HeapMeter(
    () => 6_000_000,
    (census) =>
      cpu.uncounted(() => {
        nowMs += 20_000;
        return census();
      }),
  );
  cpu.resume();
  nowMs += 300;
  heap.added = 10_000_000;
  heap.check();
  expect(nowMs).toBe(20_300);
  nowMs += 40;
  expect(cpu.spentMs()).toBe(340);
  cpu.pause();
  expect(cpu.uncounted(() => ++nowMs)).toBe(20_341);
  expect(cpu.spentMs()).toBe(340);
});

test('usage leaves the meter when its window has passed, and survives in the database', () => {
  const { documents } = openTestOrg().store;
  let nowMs = startMs;
  const meter = (): UsageMeter =>
    new UsageMeter({
      documents,
      name: 'calls',
      maximum: 10,
      windowMs: 60_000,
      bucketMs: 10_000,
      now: () => nowMs,
    });
  meter().add(2);
  nowMs += 30_000;
  meter().add(3);
  expect(meter().used()).toBe(5);
  nowMs += 30_000;
  expect(meter().used()).toBe(3);
  nowMs += 60_000;
  expect(meter().used()).toBe(0);
});

test('remote sites compare by origin, mapped origins keep path and query', () => {
  const sites = new RemoteSites(
    [
      { url: 'https://a.example/ignored/path', isActive: true },
      { url: 'https://off.example', isActive: false },
    ],
    new Map([['https://a.example', 'http://127.0.0.1:1234/base/']]),
  );
  expect(sites.isAllowed(new URL('https://a.example/x'))).toBe(true);
  expect(sites.isAllowed(new URL('https://a.example:444/x'))).toBe(false);
  expect(sites.isAllowed(new URL('http://a.example/x'))).toBe(false);
  expect(sites.isAllowed(new URL('https://off.example/x'))).toBe(false);
  expect(sites.locate(new URL('https://a.example/x?y=1'))).toBe('http://127.0.0.1:1234/base/x?y=1');
  expect(sites.locate(new URL('https://b.example/x'))).toBe('https://b.example/x');
  expect(() => new RemoteSites([{ url: 'ftp://a.example', isActive: true }])).toThrow(
    "'ftp://a.example' is no http or https address",
  );
});

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) {
    close();
  }
});

/** A server on this machine, and a sender that reaches it. */
async function openHttp(status: number, headers: Record<string, string>) {
  const seen: { method?: string; url?: string; headers: object; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { method = '', url = '' } = request;
      seen.push({ method, url, headers: request.headers, body });
      response.writeHead(status, headers).end('answer é');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const sender = createHttpCalloutSender();
  closers.push(
    () => server.close(),
    () => {
      sender.close();
    },
  );
  const { port } = server.address() as AddressInfo;
  return { seen, sender, origin: `http://127.0.0.1:${port}` };
}

test('the sender speaks real HTTP and does not follow redirects', async () => {
  const { seen, sender, origin } = await openHttp(302, { Location: 'http://127.0.0.1:1/' });
  const response = await sender.send(
    {
      method: 'POST',
      url: `${origin}/path?x=1`,
      headers: { 'X-Kind': 'test' },
      body: Buffer.from('grüße'),
      timeoutMs: 1,
    },
    new AbortController().signal,
  );
  expect(response.status).toBe(302);
  expect(response.headers['location']).toBe('http://127.0.0.1:1/');
  expect(Buffer.from(response.body).toString()).toBe('answer é');
  expect(seen).toEqual([
    expect.objectContaining({
      method: 'POST',
      url: '/path?x=1',
      body: 'grüße',
      headers: expect.objectContaining({ 'x-kind': 'test', 'content-length': '7' }),
    }),
  ]);
});

test('a refused connection says so', async () => {
  const { sender, origin } = await openHttp(200, {});
  for (const close of closers.splice(0, 1)) {
    close();
  }
  const request = { method: 'GET', url: origin, headers: {}, body: new Uint8Array(), timeoutMs: 1 };
  await expect(sender.send(request, new AbortController().signal)).rejects.toThrow(
    'Connection refused',
  );
});
