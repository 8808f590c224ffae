import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Salesforce } from '#ports/salesforce.ts';
import { type ActivityPorts, makeActivity } from '../../../lambdas/activity/wire.ts';
import type { Fault } from '../../../local/org/faults.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { context, sqsRecord } from '../../support/test-receiver.ts';

const ADA = 'ada@acme.example';
/** Calls that save Tasks. */
const SAVE = { object: 'Task', method: 'POST' };

let path: ActivityPath;
let user: string;
let ada: string;
let count = 0;

beforeAll(async () => {
  path = await startActivityPath({ practice: { limits: { DailyApiRequests: 10_000 } } });
  ada = await path.create('Contact', { LastName: 'Lovelace', Email: ADA });
  await path.create('Lead', { LastName: 'B', Company: 'C', Email: 'bob@acme.example' });
  await path.mirrorAll();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
});
afterEach(() => path.practice.org.faults.clearAll());
afterAll(() => path.close());

function sent(more: object = {}) {
  count += 1;
  const at = '2026-11-20T09:30:15Z';
  return { id: `l-${count}`, kind: 'email.sent', at, user, to: [ADA], subject: 'Hello', ...more };
}

const tasksOf = ({ id }: { readonly id: string }) =>
  path.soql(`SELECT Id, Subject, WhoId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%'`);
const entryOf = async (id: string) =>
  (await path.ports.activityLedger.getMany(path.orgId, [id])).get(id);
const post = async (...activities: readonly unknown[]) =>
  (await path.call('POST', '/activities', { activities })).body.results;

describe('an activity is written once', () => {
  it('sent twice, in one request and in two', async () => {
    const one = sent();
    const outcomes = (results: { outcome: string }[]) => results.map(({ outcome }) => outcome);
    expect(outcomes(await post(one, one))).toEqual(['accepted', 'duplicate']);
    expect(outcomes(await post(one))).toEqual(['duplicate']);
    await path.write();
    expect(outcomes(await post(one))).toEqual(['duplicate']);
    await path.write();
    expect(await tasksOf(one)).toHaveLength(1);
  });

  it('A78: two with equal subjects in one minute stay two', async () => {
    const [one, other] = [sent(), sent()];
    await path.log(one, other);
    expect([...(await tasksOf(one)), ...(await tasksOf(other))]).toHaveLength(2);
  });

  it('a changed one is updated in place; an older version and a reused id are told', async () => {
    const one = sent();
    await path.log(one);
    const [before] = await tasksOf(one);
    expect(await post({ ...one, subject: 'Other' })).toEqual([
      { id: one.id, outcome: 'refused', fault: expect.objectContaining({ code: 'conflict' }) },
    ]);
    expect(await post({ ...one, version: 3, subject: 'Third' })).toMatchObject([
      { outcome: 'updated' },
    ]);
    expect(await post({ ...one, version: 2, subject: 'Second' })).toMatchObject([
      { outcome: 'stale' },
    ]);
    await path.write();
    expect(await tasksOf(one)).toEqual([
      expect.objectContaining({ Id: before?.['Id'], Subject: 'Sent (New): Third' }),
    ]);
  });

  it('U5: one Task per meeting, action and user, whoever tells of it', async () => {
    const meeting = (id: string, kind: string) => ({
      id,
      kind,
      at: '2026-11-20T09:30:15Z',
      user,
      meetingId: 'm-1',
      title: 'Only once',
      attendees: [ADA],
      booked: { from: 'email' },
    });
    await path.log(
      meeting('by-mail', 'meeting.confirmed'),
      meeting('by-calendar', 'meeting.confirmed'),
      meeting('gone', 'meeting.canceled'),
    );
    const tasks = await path.soql("SELECT Subject FROM Task WHERE Subject LIKE '%Only once'");
    expect(tasks.map((task) => task['Subject']).sort()).toEqual([
      'Meeting Confirmed: Only once',
      'Meeting canceled: Only once',
    ]);
  });

  it('by two workers at once', async () => {
    const many = Array.from({ length: 40 }, () => sent());
    await path.post(...many);
    const messages = await path.consumers.activities.receive(10, 60_000);
    const workers = [makeActivity(path.ports), makeActivity(path.ports)];
    const event = { Records: messages.map(sqsRecord) };
    await Promise.all(workers.map((worker) => worker(event, context())));
    for (const { receipt } of messages) await path.consumers.activities.delete(receipt);
    await path.write();
    for (const one of many) expect(await tasksOf(one), one.id).toHaveLength(1);
  });

  it.each<[string, Fault]>([
    ['an answer is lost after the commit', { kind: 'answer-lost', ...SAVE, times: 1 }],
    ['the answer ends in the middle', { kind: 'truncated-body', ...SAVE, times: 1 }],
    ['the connection is reset', { kind: 'reset', ...SAVE, times: 1 }],
    ['answers are lost three times', { kind: 'answer-lost', ...SAVE, times: 3 }],
    ['the org answers 503', { kind: 'unavailable', ...SAVE, times: 2 }],
    ['the session has ended', { kind: 'session-expired', ...SAVE, times: 1 }],
    ['the quota is used up for a while', { kind: 'request-limit', times: 4 }],
    ['the record is locked', { kind: 'rows-locked', object: 'Task', times: 3 }],
  ])('when %s', async (_, fault) => {
    const many = [sent(), sent({ to: ['bob@acme.example'] }), sent()];
    await path.post(...many);
    path.practice.org.faults.arm(fault);
    await path.write();
    for (const one of many) {
      expect(await tasksOf(one), one.id).toHaveLength(1);
      expect((await entryOf(one.id))?.state).toBe('written');
    }
  });

  it('when its worker is killed, at whichever call', async () => {
    let calls = 0;
    for (let at = 1; ; at += 1) {
      const one = sent();
      await path.post(one);
      const worker = mortalWorker(path.ports, at);
      const messages = await path.consumers.activities.receive(10, 60_000);
      await worker.run({ Records: messages.map(sqsRecord) });
      for (const { receipt } of messages) {
        await path.consumers.activities.release(receipt, 0, 'its worker was killed');
      }
      await path.write();
      expect(await tasksOf(one), `killed at call ${at}`).toHaveLength(1);
      expect((await entryOf(one.id))?.state).toBe('written');
      if (!worker.died()) break;
      calls += 1;
    }
    expect(calls).toBeGreaterThan(8);
  });
});

/** A worker that dies after the n-th call had its effect: nothing of it happens from then on. */
function mortalWorker(ports: ActivityPorts, lastCall: number) {
  let calls = 0;
  let dead = false;
  const NEVER = new Promise<never>(() => {});
  const killed = Promise.withResolvers<void>();
  const mortal = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const answer: unknown = member.apply(target, args);
          if (!(answer instanceof Promise)) return answer;
          return answer.then(async (value: unknown) => {
            calls += 1;
            if (calls >= lastCall && !dead) {
              dead = true;
              killed.resolve();
            }
            return dead ? await NEVER : value;
          });
        };
      },
    });
  const salesforce = {
    ...ports.salesforce,
    forOrg: async (...args: Parameters<ActivityPorts['salesforce']['forOrg']>) =>
      mortal<Salesforce>(await ports.salesforce.forOrg(...args)),
  };
  const handler = makeActivity({
    ...ports,
    salesforce,
    orgs: mortal(ports.orgs),
    mirror: mortal(ports.mirror),
    activityLedger: mortal(ports.activityLedger),
    activityQueue: mortal(ports.activityQueue),
    activitySettings: mortal(ports.activitySettings),
  });
  return {
    died: () => dead,
    run: (event: Parameters<typeof handler>[0]) =>
      Promise.race([handler(event, context()).then(() => undefined), killed.promise]),
  };
}

describe('an activity that Salesforce refuses', () => {
  it('is shown with the code, does not hold up the others, and can be retried', async () => {
    const gone = await path.create('Contact', { LastName: 'Gone', Email: 'gone@acme.example' });
    await path.mirrorAll();
    await path.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Contact/${gone}`);
    const [bad, good] = [sent({ to: ['gone@acme.example', ADA] }), sent()];
    await path.log(bad, good);
    expect(await tasksOf(good)).toHaveLength(1);
    expect(await tasksOf(bad)).toEqual([expect.objectContaining({ WhoId: ada })]);
    const { body } = await path.call('GET', '/activities?state=failed');
    expect(body.activities).toEqual([
      expect.objectContaining({
        id: bad.id,
        problem: expect.stringMatching(/^Salesforce answered [A-Z_]+/),
      }),
    ]);
    await path.practice.org.clock.advance(2_000);
    await path.create('Contact', { LastName: 'Back', Email: 'gone@acme.example' });
    await path.mirrorAll();
    await path.call('POST', '/activities/retries', { ids: [bad.id] });
    await path.write();
    expect(await tasksOf(bad)).toHaveLength(2);
  });

  it('R14: opens wait for longer than what people did', async () => {
    const opened = { ...sent(), kind: 'email.opened', by: ADA, to: undefined };
    const urgent = sent();
    // Of 10,000 requests 7,000 are ours; what was tracked may use 6,790 of them.
    const { own } = (await path.call('GET', '/limits')).body;
    const hourMs = Math.floor(path.practice.org.clock.now() / 3_600_000) * 3_600_000;
    const calls = 6_840 - own.used;
    await path.ports.usage.add(path.orgId, [{ hourMs, purpose: 'admin', calls }]);
    await path.practice.org.clock.advance(20_000);
    await path.post(opened, urgent);
    while ((await path.writeDue()) > 0);
    expect((await entryOf(urgent.id))?.state).toBe('written');
    expect((await entryOf(opened.id))?.state).toBe('queued');
    await path.ports.usage.clear(path.orgId);
    await path.write();
    expect((await entryOf(opened.id))?.state).toBe('written');
  });
});

it('logs neither addresses nor texts, whatever went wrong', () => {
  const logged = JSON.stringify(path.telemetry.lines);
  expect(logged).toContain('ActivitiesWait');
  expect(logged).not.toMatch(/@|Hello|Lovelace|Only once/);
});
