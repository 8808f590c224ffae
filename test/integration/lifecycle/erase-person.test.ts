import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Activity } from '#core/activities/activity.ts';
import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import { createKey } from '#usecases/api-keys.ts';
import { publishChanges } from '#usecases/publish-changes.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { apiClient } from '../../support/api-client.ts';
import { aNotice } from '../../support/notices.ts';
import { anUpsert, aTombstone, EPOCH_MS } from '../../support/record-writes.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

/* Erasing a person, by HTTP, from every store of an org. What is looked for at the end is every byte of them. */

const ADA = recordIdOf('003', 1);
const BOB = recordIdOf('003', 2);
const CALL = recordIdOf('00T', 1);
const EMAIL = 'Ada.Lovelace@Acme.example';
const PLAIN = EMAIL.toLowerCase();
const BOBS = 'bob@acme.example';
const USER = recordIdOf('005', 1);

let receiver: TestReceiver;
let org: OrgState;
let other: OrgState;
let keys: Map<string, string>;

beforeEach(async () => {
  receiver = openTestReceiver();
  [org, other] = [await connectTestOrg(receiver), await connectTestOrg(receiver)];
  keys = new Map();
  for (const { orgId } of [org, other]) {
    keys.set(orgId, (await createKey(receiver.ports, orgId, 'k')).key);
  }
});
afterEach(() => receiver.close());

const call = (method: string, path: string, body?: unknown, { orgId } = org) =>
  apiClient(makeAdmin(receiver.ports, {})).call(method, `/v1/orgs/${orgId}${path}`, {
    key: keys.get(orgId) ?? '',
    ...(body !== undefined && { body }),
  });

async function write({ orgId }: OrgState, ...writes: Parameters<typeof save>[1]): Promise<void> {
  await save(orgId, writes);
}

async function save(
  orgId: OrgState['orgId'],
  writes: readonly (ReturnType<typeof anUpsert> | ReturnType<typeof aTombstone>)[],
): Promise<void> {
  const outcomes = await receiver.ports.mirror.apply(orgId, writes, EPOCH_MS);
  await publishChanges(receiver.ports, orgId, outcomes, () => false);
}

function entry(id: string, activity: Partial<Activity>, more: Partial<LedgerEntry> = {}) {
  const at = '2026-11-20T09:30:15Z';
  return {
    ...{ orgId: org.orgId, id, revision: 0, version: 1, hash: 'h', state: 'written' as const },
    ...{ stateSinceMs: EPOCH_MS, acceptedAtMs: EPOCH_MS, userId: USER, rows: [], skips: [] },
    activity: { id, version: 1, at, user: 'me@x.example', ...activity } as Activity,
    attempts: 0,
    ...more,
  };
}

const sent = (to: readonly string[]) => ({
  kind: 'email.sent' as const,
  to: [...to],
  subject: 'For Lovelace',
  text: 'Dear Ms Lovelace',
});

const NEUTRAL = { subject: 'To all', text: 'Dear all' };
const QUEUED = { state: 'queued' } as const;

/** Leaves traces of her wherever something is stored. */
async function leaveTraces(of = org): Promise<void> {
  const { ports } = receiver;
  const { orgId } = of;
  const her: Fields = { Email: EMAIL, Name: 'Ada Lovelace', Phone: '+44 1815' };
  await write(of, anUpsert(her, { id: ADA }), anUpsert({ Email: BOBS, Name: 'Bob' }, { id: BOB }));
  const task = { Subject: `Call Lovelace`, WhoId: ADA };
  await write(of, anUpsert(task, { object: 'Task', id: CALL }));
  await write(
    of,
    anUpsert({ Email: BOBS, Name: `was ${EMAIL}` }, { id: BOB, stamp: 1 }),
    aTombstone({ id: ADA, stamp: 2 }),
    anUpsert({ Subject: 'Call', WhoId: null }, { object: 'Task', id: CALL, stamp: 2 }),
    anUpsert({ Email: BOBS, Name: 'Bob' }, { id: BOB, stamp: 3 }),
  );
  await ports.activityLedger.put(orgId, [
    entry('hers', sent([PLAIN]), {
      rows: [
        {
          ...{ key: 'hers/0', object: 'Task', place: 0, version: 1, recordId: CALL },
          ...{ whoIds: [ADA], whatId: null, whoName: 'Ada Lovelace' },
        },
      ],
    }),
    entry('both', { ...sent([BOBS, 'ada.lovelace+news@acme.example']), ...NEUTRAL }, QUEUED),
    entry('only', sent([EMAIL]), QUEUED),
    entry('bobs', { ...sent([BOBS]), ...NEUTRAL }),
  ]);
  const records = [{ id: ADA, modstamp: '2026-11-21T09:00:00Z', fields: her }];
  const bobs = [{ id: BOB, modstamp: '2026-11-21T09:00:00Z', fields: { Email: BOBS } }];
  const notice = aNotice(orgId, EPOCH_MS, [
    { op: 'insert', ids: [ADA, BOB], records: [...records, ...bobs] },
  ]);
  const message = { type: 'notice.apply.v1', orgId, webhookId: 'm', receivedAtMs: 1, notice };
  await ports.deadLetters.park({
    ...{ id: '7', orgId, queue: 'notices', body: JSON.stringify(message) },
    ...{ sentAtMs: 1, parkedAtMs: 2, receives: 5, reason: 'r' },
  });
  const made = { object: 'Contact', email: PLAIN, user: 'me@x.example', origin: { from: 'rule' } };
  await ports.creations.put({
    ...{ orgId, revision: 0, id: 'made', atMs: 1, state: 'created', recordId: ADA, ...made },
  } as never);
  const logged = { orgId, atMs: EPOCH_MS, by: 'page', operation: 'putRole' } as const;
  await ports.changeLog.append({ ...logged, id: 'a', who: EMAIL, about: 'default' });
  await ports.changeLog.append({ ...logged, id: 'b', who: BOBS, about: ADA });
  await ports.jobs.addFindings(orgId, 'audit', [{ object: 'Contact', id: ADA, kind: 'extra' }]);
}

async function setUpSettings(): Promise<void> {
  await call('PUT', '/roles/sales', {
    members: [PLAIN, BOBS],
    exclusions: { addresses: [EMAIL], domains: [] },
  });
  await call('PUT', '/exclusions', { allowed: [PLAIN, BOBS], localParts: [] });
}

/** Everything that is stored of an org, as one text. */
async function everything({ orgId } = org): Promise<string> {
  const { ports } = receiver;
  const ledger = await ports.activityLedger.getMany(orgId, ['hers', 'both', 'only', 'bobs']);
  const parts = [
    await ports.mirror.scan(orgId, 'Contact', { limit: 100 }),
    await ports.mirror.scan(orgId, 'Task', { limit: 100 }),
    (await ports.feed.read(orgId, undefined, 1_000)).events,
    [...ledger.values()].map(({ rows, ...one }) => [one, rows.map(({ whoName }) => whoName)]),
    await ports.activitySettings.get(orgId),
    (await ports.deadLetters.list(orgId, 10)).map(({ body }) =>
      body.replace(/"ids":\[[^\]]*\]/, ''),
    ),
    await ports.creations.list(orgId, { limit: 10 }),
    await ports.changeLog.list(orgId, { limit: 10 }),
    await ports.jobs.listFindings(orgId, 'audit', { limit: 10 }),
  ];
  return JSON.stringify(parts);
}

const TRACES = [PLAIN, 'lovelace', '1815'];
const tracesIn = (text: string) => TRACES.filter((trace) => text.toLowerCase().includes(trace));

describe('a person is erased', () => {
  it.each([
    ['by e-mail address, however it is written', { email: EMAIL.toUpperCase() }],
    ['by record id, of 15 characters too', { recordId: ADA.slice(0, 15) }],
  ])('%s: nothing is left anywhere, and what is told is numbers', async (_, who) => {
    await leaveTraces();
    await setUpSettings();
    await leaveTraces(other);
    expect(tracesIn(await everything())).toEqual(TRACES);
    const others = await everything(other);

    const { status, body } = await call('POST', '/erasures', who);
    expect(status).toBe(200);
    expect(body).toEqual({
      counts: {
        ...{ records: 3, feedEvents: 6, activities: 3, deadLetters: 1, creations: 1 },
        ...{ connections: 0, settings: 3, changes: 2, findings: 1, stillShown: 0, busy: 0 },
      },
    });
    expect(tracesIn(await everything())).toEqual([]);
    expect(await everything(other)).toBe(others);

    // Bob is as he was, and what was known of him before no longer tells of her.
    expect(await receiver.ports.mirror.get(org.orgId, 'Contact', BOB)).toMatchObject({
      fields: { Email: BOBS, Name: 'Bob' },
      revision: 3,
      lastChange: { old: {} },
    });
    const ledger = await receiver.ports.activityLedger.getMany(org.orgId, ['both', 'only', 'bobs']);
    expect(ledger.get('both')).toMatchObject({ state: 'queued', activity: NEUTRAL });
    expect(ledger.get('only')).toMatchObject({ state: 'skipped', skips: [{ person: 0 }] });
    expect(ledger.get('bobs')).toMatchObject({ revision: 1, activity: NEUTRAL });
    expect((await call('GET', '/roles/sales')).body.members).toEqual([BOBS]);

    const lines = JSON.stringify(receiver.telemetry.lines);
    expect(tracesIn(lines)).toEqual([]);
    const again = await call('POST', '/erasures', { email: EMAIL });
    expect(Object.values(again.body.counts).every((count) => count === 0)).toBe(true);
  });

  it('not while Salesforce shows a record about them, which is named', async () => {
    await leaveTraces();
    await write(org, anUpsert({ Email: EMAIL, Name: 'Ada Lovelace' }, { id: ADA, stamp: 9 }));
    const before = await everything();
    for (const who of [{ email: EMAIL }, { recordId: ADA }]) {
      const { status, body } = await call('POST', '/erasures', who);
      expect(status).toBe(409);
      expect(body.detail).toContain(`Salesforce still shows Contact ${ADA}`);
      expect(tracesIn(body.detail)).toEqual([]);
    }
    expect(await everything()).toBe(before);
  });

  it('and what was sent before brings nothing back; a person who is saved again is mirrored again', async () => {
    await leaveTraces();
    await call('POST', '/erasures', { email: EMAIL });
    // The letter that still names her id, and a read that began before she was deleted.
    receiver.salesforce.save('Contact', BOB, { Email: BOBS, Name: 'Bob' });
    expect((await call('POST', '/dead-letters', {})).body).toEqual({ redriven: 1, left: 0 });
    await receiver.work();
    await write(org, anUpsert({ Email: EMAIL, Name: 'Ada Lovelace' }, { id: ADA, stamp: 1 }));
    expect(tracesIn(await everything())).toEqual([]);

    await write(org, anUpsert({ Email: EMAIL, Name: 'Ada Lovelace' }, { id: ADA, stamp: 9 }));
    const found = await call('GET', `/records?email=${encodeURIComponent(EMAIL)}`);
    expect(found.body.records).toMatchObject([{ id: ADA, version: expect.anything() }]);
  });

  it('from a mirror that one call cannot look through, by as many as it takes', async () => {
    const many = Array.from({ length: 20_600 }, (_, n) =>
      anUpsert({ Name: `n${n}` }, { id: recordIdOf('003', n + 10) }),
    );
    await receiver.ports.mirror.apply(org.orgId, many, EPOCH_MS);
    await leaveTraces();
    let records = 0;
    const answers: unknown[] = [];
    for (let body: object | undefined = { email: EMAIL }; body !== undefined; ) {
      const { body: answer }: Awaited<ReturnType<typeof call>> = await call(
        'POST',
        '/erasures',
        body,
      );
      answers.push(answer);
      records += answer.counts.records;
      body = answer.next === undefined ? undefined : { after: answer.next };
    }
    expect(answers.length).toBeGreaterThan(1);
    expect(records).toBe(3);
    expect(tracesIn(await everything())).toEqual([]);
  });

  it.each([
    ['nothing', {}, /one of email, recordId and after/],
    ['two things', { email: EMAIL, recordId: ADA }, /one of email, recordId and after/],
    ['no address', { email: 'ada' }, /email/],
    ['no id', { recordId: '003000000000001AAB' }, /recordId/],
    ['what no erasure gave', { after: 'e30' }, /no `next` of an erasure/],
    ['a member nobody knows', { mail: EMAIL }, /mail/],
  ])('asked of %s it is refused by name', async (_, body, named) => {
    const answer = await call('POST', '/erasures', body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(named);
  });
});
