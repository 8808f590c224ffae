import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { eventFile } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const LATE_MS = 300_000;

let org: TestOrg;

/** A contact that changes writes its account; a note goes out at once, whatever becomes of the save. */
const SOURCE = [
  eventFile('Note', 'PublishImmediately'),
  {
    path: 'triggers/Notes.trigger',
    text: "trigger Notes on Note__e (after insert) { insert new Lead(LastName = 'note', Company = 'x'); }",
  },
  {
    path: 'triggers/Contacts.trigger',
    text:
      'trigger Contacts on Contact (after update) { EventBus.publish(new Note__e());' +
      " update new Account(Id = Trigger.new[0].AccountId, Site = 'by trigger'); }",
  },
];

beforeAll(async () => {
  org = await startTestOrg();
  org.org.deploy(SOURCE);
});
afterEach(async () => {
  org.org.faults.clearAll();
  await org.org.whenIdle();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Row = Readonly<Record<string, unknown>>;

async function create(object: string, values: Row): Promise<string> {
  const answer = await org.fetch('POST', `${DATA}/sobjects/${object}`, values);
  const { id } = (await answer.json()) as { id: string };
  return id;
}

async function read(object: string, id: string): Promise<Row> {
  return (await (await org.fetch('GET', `${DATA}/sobjects/${object}/${id}`)).json()) as Row;
}

async function count(soql: string): Promise<number> {
  const answer = await org.fetch('GET', `${DATA}/query?q=${encodeURIComponent(soql)}`);
  return ((await answer.json()) as { totalSize: number }).totalSize;
}

/** A request that has begun and commits five minutes later; `done` when the clock has been moved on. */
async function late(method: string, path: string, body: unknown): Promise<Promise<Response>[]> {
  org.org.faults.arm({ kind: 'late-commit', delayMs: LATE_MS, times: 1 });
  const answer = org.fetch(method, `${DATA}/${path}`, body);
  await expect.poll(() => org.org.faults.list().at(-1)?.applied).toBe(1);
  return [answer];
}

async function finish([answer]: Promise<Response>[]): Promise<Response | undefined> {
  await org.org.clock.advance(LATE_MS);
  return answer;
}

const LOCKED = [{ errorCode: 'UNABLE_TO_LOCK_ROW' }];

test('who comes second is refused until the first has committed, and stamps never go back', async () => {
  const id = await create('Account', { Name: 'one' });
  const open = await late('PATCH', `sobjects/Account/${id}`, { Name: 'late' });
  const second = await org.fetch('PATCH', `${DATA}/sobjects/Account/${id}`, { Name: 'second' });
  expect(second.status).toBe(400);
  expect(await second.json()).toMatchObject([
    {
      errorCode: 'UNABLE_TO_LOCK_ROW',
      message: `unable to obtain exclusive access to this record or 1 records: ${id.slice(0, 15)}`,
    },
  ]);
  expect(await read('Account', id)).toMatchObject({ Name: 'one' });
  expect((await finish(open))?.status).toBe(204);
  const before = await read('Account', id);
  expect(before).toMatchObject({ Name: 'late' });
  const third = await org.fetch('PATCH', `${DATA}/sobjects/Account/${id}`, { Name: 'third' });
  expect(third.status).toBe(204);
  const after = await read('Account', id);
  expect(Date.parse(String(after['SystemModstamp']))).toBeGreaterThan(
    Date.parse(String(before['SystemModstamp'])),
  );
});

test('rows that a trigger writes are held as well, and by deletes, too', async () => {
  const accountId = await create('Account', { Name: 'parent' });
  const contactId = await create('Contact', { LastName: 'child', AccountId: accountId });
  const open = await late('PATCH', `sobjects/Contact/${contactId}`, { LastName: 'later' });
  const account = `${DATA}/sobjects/Account/${accountId}`;
  expect(await (await org.fetch('PATCH', account, { Name: 'x' })).json()).toMatchObject(LOCKED);
  expect(await (await org.fetch('DELETE', account)).json()).toMatchObject(LOCKED);
  expect((await finish(open))?.status).toBe(204);
  expect(await read('Account', accountId)).toMatchObject({ Name: 'parent', Site: 'by trigger' });
});

test('what a refused save had written before it met the lock is undone', async () => {
  const accountId = await create('Account', { Name: 'rolled up to' });
  const open = await late('PATCH', `sobjects/Account/${accountId}`, { Name: 'held' });
  const task = {
    Subject: 'Call',
    WhatId: accountId,
    Status: 'Completed',
    ActivityDate: '2026-01-02',
  };
  const answer = await org.fetch('POST', `${DATA}/sobjects/Task`, task);
  expect(await answer.json()).toMatchObject(LOCKED);
  expect(await count(`SELECT COUNT() FROM Task WHERE WhatId = '${accountId}'`)).toBe(0);
  await finish(open);
  expect((await org.fetch('POST', `${DATA}/sobjects/Task`, task)).status).toBe(201);
});

test('other rows are free, and so are new ones', async () => {
  const id = await create('Account', { Name: 'held' });
  const other = await create('Account', { Name: 'free' });
  const open = await late('PATCH', `sobjects/Account/${id}`, { Name: 'late' });
  const answer = await org.fetch('PATCH', `${DATA}/sobjects/Account/${other}`, { Name: 'saved' });
  expect(answer.status).toBe(204);
  expect((await org.fetch('POST', `${DATA}/sobjects/Account`, { Name: 'new' })).status).toBe(201);
  await finish(open);
});

test('a collection holds all of its records; single ones of another collection fail', async () => {
  const ids = [await create('Account', { Name: 'a' }), await create('Account', { Name: 'b' })];
  const free = await create('Account', { Name: 'c' });
  const records = (some: readonly string[], Name: string) => ({
    records: some.map((Id) => ({ attributes: { type: 'Account' }, Id, Name })),
  });
  const open = await late('PATCH', 'composite/sobjects', records(ids, 'late'));
  const answer = await org.fetch(
    'PATCH',
    `${DATA}/composite/sobjects`,
    records([...ids, free], 'second'),
  );
  expect(await answer.json()).toMatchObject([
    { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
    { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW' }] },
    { success: true },
  ]);
  await finish(open);
  expect(await count("SELECT COUNT() FROM Account WHERE Name = 'late'")).toBeGreaterThanOrEqual(2);
});

test('of two late saves of one record the first is served first, and nobody comes in between', async () => {
  const id = await create('Account', { Name: 'wanted' });
  const first = await late('PATCH', `sobjects/Account/${id}`, { Name: 'first' });
  await org.org.clock.advance(10_000);
  const second = await late('PATCH', `sobjects/Account/${id}`, { Name: 'second' });
  await org.org.clock.advance(LATE_MS - 10_000);
  expect((await first[0])?.status).toBe(204);
  const third = await org.fetch('PATCH', `${DATA}/sobjects/Account/${id}`, { Name: 'third' });
  expect(await third.json()).toMatchObject(LOCKED);
  expect((await finish(second))?.status).toBe(204);
  expect(await read('Account', id)).toMatchObject({ Name: 'second' });
});

test('a late save is done once: nothing of its rehearsal is left', async () => {
  const accountId = await create('Account', { Name: 'x' });
  const contactId = await create('Contact', { LastName: 'x', AccountId: accountId });
  await org.org.whenIdle();
  const notes = await count("SELECT COUNT() FROM Lead WHERE LastName = 'note'");
  const open = await late('PATCH', `sobjects/Contact/${contactId}`, { LastName: 'y' });
  await org.org.whenIdle();
  expect(await read('Contact', contactId)).toMatchObject({ LastName: 'x' });
  await finish(open);
  await org.org.whenIdle();
  expect(await count("SELECT COUNT() FROM Lead WHERE LastName = 'note'")).toBe(notes + 1);
});

test('a late save that was refused lets go of everything', async () => {
  const id = await create('Account', { Name: 'x' });
  const open = await late('PATCH', `sobjects/Account/${id}`, { Name: null });
  expect((await finish(open))?.status).toBe(400);
  expect((await org.fetch('PATCH', `${DATA}/sobjects/Account/${id}`, { Name: 'y' })).status).toBe(
    204,
  );
});

test('reading waits for nobody: a late commit is for saves only', async () => {
  org.org.faults.arm({ kind: 'late-commit', delayMs: LATE_MS });
  expect(await count('SELECT COUNT() FROM Account')).toBeGreaterThan(0);
  expect(org.org.faults.list()).toMatchObject([{ applied: 0 }]);
});
