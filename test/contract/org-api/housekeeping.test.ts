import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
const DAY_MS = 24 * 3_600_000;
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

function count(collection: string): number {
  return org.org.store.documents.list(collection).length;
}

async function askSomething(): Promise<void> {
  expect((await org.fetch('GET', `${DATA}/limits`)).status).toBe(200);
}

test('sessions, open queries and finished Apex jobs go by themselves when their time is over', async () => {
  const { store, clock } = org.org;
  const [userId = ''] = store.findByKey('User', 'Username', ADMIN_USERNAME);
  const context = { nowMs: clock.now(), userId };
  for (let index = 0; index < 201; index += 1) {
    store.insert('Account', { Name: `Account ${index}` }, context);
  }
  const job = { JobType: 'Queueable', JobItemsProcessed: 0, TotalJobItems: 0, NumberOfErrors: 0 };
  store.insert('AsyncApexJob', { ...job, Status: 'Queued' }, context);
  const completed = { Status: 'Completed', CompletedDate: new Date(clock.now()).toISOString() };
  store.insert('AsyncApexJob', { ...job, ...completed }, context);
  const headers = { 'sforce-query-options': 'batchSize=200' };
  const query = `${DATA}/query?q=SELECT+Id+FROM+Account`;
  const answer = await org.fetch('GET', query, undefined, { headers });
  const { nextRecordsUrl } = (await answer.json()) as { nextRecordsUrl: string };
  const [cursorId] = nextRecordsUrl.split('/').pop()?.split('-') ?? [];
  const page = () => store.documents.textBytes('queryPages', `${cursorId}-000000000200`);
  await vi.waitFor(() => expect(page()).toBeDefined());
  expect(count('queryCursors')).toBe(1);
  const sessions = count('sessions');
  store.documents.put('sessions', 'forgotten', { userId, expiresMs: clock.now() + DAY_MS });

  await clock.advance(3 * DAY_MS);
  await askSomething();
  await vi.waitFor(() => expect(count('sessions')).toBe(sessions));
  expect(count('queryCursors')).toBe(0);
  expect(page()).toBeUndefined();
  expect(store.count('AsyncApexJob')).toBe(2);

  await clock.advance(5 * DAY_MS);
  await askSomething();
  await vi.waitFor(() => expect(store.count('AsyncApexJob')).toBe(1));
  const left = org.org.soql.run(org.org.soql.plan('SELECT Status FROM AsyncApexJob'), {
    nowMs: clock.now(),
    userId,
  });
  expect([...left].map(({ values }) => values.get('Status'))).toEqual(['Queued']);
});

test('old activities are archived by themselves, more of them than one bit of work takes', async () => {
  const { store, clock } = org.org;
  const [userId = ''] = store.findByKey('User', 'Username', ADMIN_USERNAME);
  const context = { nowMs: clock.now(), userId };
  store.begin();
  for (let index = 0; index < 2_001; index += 1) {
    const values = { Subject: 'old', Status: 'Completed', ActivityDate: '2020-01-01' };
    store.insert('Task', values, context);
  }
  store.insert('Task', { Subject: 'open', ActivityDate: '2020-01-01' }, context);
  store.commit();
  await clock.advance(2 * 3_600_000);
  await askSomething();
  const shown = async (resource: string): Promise<number> => {
    const path = `${DATA}/${resource}?q=SELECT+COUNT()+FROM+Task`;
    return ((await (await org.fetch('GET', path)).json()) as { totalSize: number }).totalSize;
  };
  await vi.waitFor(async () => expect(await shown('query')).toBe(1));
  expect(await shown('queryAll')).toBe(2_002);
});

test('what cannot be cleared away is reported, and the request is answered all the same', async () => {
  const full = await startTestOrg();
  full.org.store.database.onCommit(() => {
    throw new Error('the disk is full');
  });
  await full.org.clock.advance(2 * 3_600_000);
  expect((await full.fetch('GET', `${DATA}/limits`)).status).toBe(200);
  await vi.waitFor(() => expect(full.errors).toEqual([new Error('the disk is full')]));
  await full.close();
});
