import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type OrgResponse, readAll, utf8 } from '../../../local/org/api/http.ts';
import { FAULT_KINDS, type Fault, parseFault } from '../../../local/org/faults.ts';
import { promisesSettled } from '../../../local/promises-settled.ts';
import { eventFile } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** Every kind of fault: switched for one object, for a time and by chance, from a test and by the admin endpoint. */

const DATA = '/services/data/v66.0';
const HOUR_MS = 3_600_000;
const DELAY_MS = 60_000;

/** An event whose trigger says that it ran, even when what it did is lost. */
function eventSource(name: string) {
  return [
    eventFile(name, 'PublishAfterCommit'),
    {
      path: `triggers/${name}s.trigger`,
      text: `trigger ${name}s on ${name}__e (after insert) { System.debug('${name}__e'); }`,
    },
  ];
}

const jobSource = (name: string) => ({
  path: `classes/${name}.cls`,
  text: `public class ${name} implements Queueable { public void execute(QueueableContext c) { System.debug('${name}'); } }`,
});

let org: TestOrg;
/** What events' triggers and jobs said, in order. */
let said: string[] = [];

beforeAll(async () => {
  org = await startTestOrg({ onDebug: (message) => void said.push(message) });
  org.org.deploy([
    ...eventSource('Tick'),
    ...eventSource('Tock'),
    jobSource('Later'),
    jobSource('Sooner'),
  ]);
});
afterEach(async () => {
  org.org.faults.clearAll();
  await org.org.whenIdle();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Json = Readonly<Record<string, unknown>>;

/** A request without a network: what is not answered at once is waiting for the clock. */
function send(method: string, path: string, body?: Json | string): Promise<OrgResponse> {
  const isText = typeof body === 'string';
  return org.org.handle({
    method,
    path: `${DATA}/${path}`,
    headers: {
      authorization: `Bearer ${org.accessToken}`,
      'content-type': isText ? 'text/csv' : 'application/json',
    },
    body: body === undefined ? new Uint8Array() : utf8(isText ? body : JSON.stringify(body)),
  });
}

async function jsonOf(response: OrgResponse | Promise<OrgResponse>): Promise<Json> {
  const text = Buffer.from(await readAll((await response).body)).toString();
  return JSON.parse(text) as Json;
}

const NEW_ROW: Readonly<Record<string, Json>> = {
  Account: { Name: 'x' },
  Contact: { LastName: 'x' },
};
const create = (object: string): Promise<OrgResponse> =>
  send('POST', `sobjects/${object}`, NEW_ROW[object]);

/** Straight from the store, which no fault of the API reaches. */
const stored = (object: string): number => org.org.store.count(object);

/** Lets a request that is held up end, and tells that it was. */
async function wasHeldUp(answer: Promise<OrgResponse>): Promise<boolean> {
  let isAnswered = false;
  void answer.then(() => {
    isAnswered = true;
  });
  await promisesSettled();
  const wasOpen = !isAnswered;
  if (wasOpen) await org.org.clock.advance(DELAY_MS);
  await answer;
  return wasOpen;
}

const answers =
  (status: number) =>
  async (object: string): Promise<boolean> =>
    (await send('GET', `sobjects/${object}/describe`)).status === status;

async function finishedJob(object: string): Promise<Json> {
  const query = `SELECT Id FROM ${object}`;
  const { id } = await jsonOf(send('POST', 'jobs/query', { operation: 'query', query }));
  await org.org.whenIdle();
  return jsonOf(send('GET', `jobs/query/${String(id)}`));
}

const endsAs =
  (state: string) =>
  async (object: string): Promise<boolean> =>
    (await finishedJob(object))['state'] === state;

async function resultsOf(object: string): Promise<OrgResponse> {
  await create(object);
  const { id } = await finishedJob(object);
  return send('GET', `jobs/query/${String(id)}/results`);
}

async function anonymous(block: string): Promise<void> {
  const path = `tooling/executeAnonymous?anonymousBody=${encodeURIComponent(block)}`;
  expect(await jsonOf(send('GET', path))).toMatchObject({ success: true });
}

async function timesSaid(name: string, cause: string): Promise<number> {
  said = [];
  await anonymous(cause);
  await org.org.whenIdle();
  return said.filter((message) => message === name).length;
}

async function comesTwice(object: string): Promise<boolean> {
  return (await timesSaid(object, `EventBus.publish(new ${object}());`)) === 2;
}

/** Said only after the delay. */
async function waits(name: string, cause: string): Promise<boolean> {
  const atOnce = await timesSaid(name, cause);
  await org.org.clock.advance(DELAY_MS);
  await org.org.whenIdle();
  expect(said.filter((message) => message === name)).toHaveLength(1);
  return atOnce === 0;
}

interface Kind {
  readonly fault: Readonly<Record<string, unknown>> & { readonly kind: Fault['kind'] };
  /** What it is switched for, and what must be spared. */
  readonly objects: readonly [string, string];
  /** Does what the fault may disturb, and tells whether it did. */
  readonly shows: (object: string) => Promise<boolean>;
}

const RECORDS = ['Account', 'Contact'] as const;
const EVENTS = ['Tick__e', 'Tock__e'] as const;
const JOBS = ['Later', 'Sooner'] as const;

const KINDS: readonly Kind[] = [
  { fault: { kind: 'session-expired' }, objects: RECORDS, shows: answers(401) },
  { fault: { kind: 'request-limit' }, objects: RECORDS, shows: answers(403) },
  { fault: { kind: 'too-many-requests' }, objects: RECORDS, shows: answers(429) },
  { fault: { kind: 'server-error' }, objects: RECORDS, shows: answers(500) },
  { fault: { kind: 'unavailable' }, objects: RECORDS, shows: answers(503) },
  { fault: { kind: 'query-timeout' }, objects: RECORDS, shows: answers(400) },
  { fault: { kind: 'policy-block' }, objects: RECORDS, shows: answers(403) },
  { fault: { kind: 'row-lock' }, objects: RECORDS, shows: answers(400) },
  {
    fault: {
      kind: 'refused',
      status: 403,
      errorCode: 'STORAGE_LIMIT_EXCEEDED',
      message: 'storage limit exceeded',
    },
    objects: RECORDS,
    shows: answers(403),
  },
  {
    fault: { kind: 'rows-locked' },
    objects: RECORDS,
    shows: async (object) => (await create(object)).status === 400,
  },
  {
    fault: { kind: 'slow', delayMs: DELAY_MS },
    objects: RECORDS,
    shows: (object) => wasHeldUp(send('GET', `sobjects/${object}/describe`)),
  },
  {
    fault: { kind: 'reset' },
    objects: RECORDS,
    shows: async (object) => {
      const before = stored(object);
      const { cut } = await create(object);
      expect(stored(object) > before).toBe(cut === undefined);
      return cut === 'before-answer';
    },
  },
  {
    fault: { kind: 'answer-lost' },
    objects: RECORDS,
    shows: async (object) => {
      const before = stored(object);
      const { cut } = await create(object);
      expect(stored(object)).toBe(before + 1);
      return cut === 'before-answer';
    },
  },
  {
    fault: { kind: 'truncated-body' },
    objects: RECORDS,
    shows: async (object) => (await send('GET', `sobjects/${object}/describe`)).cut === 'in-body',
  },
  {
    fault: { kind: 'late-commit', delayMs: DELAY_MS },
    objects: RECORDS,
    shows: async (object) => {
      const before = stored(object);
      const saved = create(object);
      const isVisible = stored(object) > before;
      expect(await wasHeldUp(saved)).toBe(!isVisible);
      expect(stored(object)).toBe(before + 1);
      return !isVisible;
    },
  },
  {
    fault: { kind: 'clock-skew', seconds: -7200 },
    objects: RECORDS,
    shows: async (object) => {
      const lateMs = org.org.clock.now() - HOUR_MS;
      const answer = await create(object);
      const { id } = await jsonOf(answer);
      const stamp = org.org.store.read(object, String(id))?.['SystemModstamp'];
      const isBehind = Date.parse(String(stamp)) < lateMs;
      expect(Date.parse(String(answer.headers['date'])) < lateMs).toBe(isBehind);
      return isBehind;
    },
  },
  { fault: { kind: 'bulk-failed' }, objects: RECORDS, shows: endsAs('Failed') },
  { fault: { kind: 'bulk-aborted' }, objects: RECORDS, shows: endsAs('Aborted') },
  { fault: { kind: 'bulk-stuck' }, objects: RECORDS, shows: endsAs('InProgress') },
  {
    fault: { kind: 'bulk-short-page', rows: 1 },
    objects: RECORDS,
    shows: async (object) => {
      const page = await resultsOf(object);
      const lines = Buffer.from(await readAll(page.body))
        .toString()
        .trimEnd()
        .split('\n');
      return lines.length - 1 < Number(page.headers['sforce-numberofrecords']);
    },
  },
  {
    fault: { kind: 'bulk-no-locator' },
    objects: RECORDS,
    shows: async (object) => (await resultsOf(object)).headers['sforce-locator'] === undefined,
  },
  {
    fault: { kind: 'slow-bulk', delayMs: DELAY_MS },
    objects: RECORDS,
    shows: async (object) => {
      const { id, state } = await finishedJob(object);
      await org.org.clock.advance(DELAY_MS);
      await org.org.whenIdle();
      const later = await jsonOf(send('GET', `jobs/query/${String(id)}`));
      expect(later['state']).toBe('JobComplete');
      return state === 'UploadComplete';
    },
  },
  {
    fault: { kind: 'slow-events', delayMs: DELAY_MS },
    objects: EVENTS,
    shows: (object) => waits(object, `EventBus.publish(new ${object}());`),
  },
  {
    fault: { kind: 'slow-jobs', delayMs: DELAY_MS },
    objects: JOBS,
    shows: (name) => waits(name, `System.enqueueJob(new ${name}());`),
  },
  { fault: { kind: 'event-duplicated' }, objects: EVENTS, shows: comesTwice },
  { fault: { kind: 'event-redelivered' }, objects: EVENTS, shows: comesTwice },
];

const WAYS: Readonly<Record<string, (fault: object) => Promise<void>>> = {
  'from a test': async (fault) => {
    org.org.faults.arm(parseFault(fault));
  },
  'by the admin endpoint': async (fault) => {
    expect((await org.control('POST', 'faults', fault)).status).toBe(201);
  },
};

describe.each(Object.entries(WAYS))('%s', (_, arm) => {
  describe.each(KINDS.map((kind) => [kind.fault.kind, kind] as const))('%s', (__, kind) => {
    const { fault, objects, shows } = kind;
    const [object, other] = objects;

    test('per object: one is hit, another spared', async () => {
      await arm({ ...fault, object });
      expect([await shows(other), await shows(object), await shows(other)]).toEqual([
        false,
        true,
        false,
      ]);
    });

    test('per time: not before, not after', async () => {
      const nowMs = org.org.clock.now();
      const at = (ms: number): string => new Date(nowMs + ms).toISOString();
      await arm({ ...fault, object, from: at(HOUR_MS), until: at(2 * HOUR_MS) });
      const before = await shows(object);
      await org.org.clock.advance(HOUR_MS);
      const within = await shows(object);
      await org.org.clock.advance(HOUR_MS);
      expect([before, within, await shows(object)]).toEqual([false, true, false]);
    });

    test('per probability: never, always, sometimes', async () => {
      const hits = async (probability: number, cases: number): Promise<number> => {
        org.org.faults.clearAll();
        await arm({ ...fault, object, probability });
        let sum = 0;
        for (let index = 0; index < cases; index += 1) sum += Number(await shows(object));
        return sum;
      };
      expect(await hits(0, 3)).toBe(0);
      expect(await hits(1, 3)).toBe(3);
      const some = await hits(0.5, 16);
      expect(some).toBeGreaterThan(0);
      expect(some).toBeLessThan(16);
    });
  });
});

test('the list has every kind that disturbs requests, jobs or events', () => {
  const tried = new Set<string>(KINDS.map(({ fault }) => fault.kind));
  const apart = ['hidden-records', 'delete-log-hole'];
  const untried = FAULT_KINDS.filter((kind) => !tried.has(kind) && !apart.includes(kind));
  expect(untried.filter((kind) => !kind.startsWith('callout-'))).toEqual([]);
});
