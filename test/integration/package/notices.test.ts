import { afterEach, expect, test } from 'vitest';
import { conditionsHash } from '#core/conditions.ts';
import type { NoticeChange } from '#core/notice.ts';
import {
  type GatewayAnswer,
  openPackageOrg,
  type PackageOrg,
  type PackageOrgOptions,
} from '../../support/package/package-org.ts';

const START_MS = Date.UTC(2026, 10, 21, 8);
const LOAD = 10_000;

let opened: PackageOrg | undefined;
afterEach(() => {
  expect(opened?.faults).toEqual([]);
  opened?.close();
  opened = undefined;
});

async function open(options: Partial<PackageOrgOptions> = {}): Promise<PackageOrg> {
  opened = await openPackageOrg({
    seed: 'notices',
    delays: 'default',
    startMs: START_MS,
    ...options,
  });
  return opened;
}

function contacts(count: number): { LastName: string; Email: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    LastName: `Doe ${index}`,
    Email: `doe${index}@example.com`,
  }));
}

function changesOf(org: PackageOrg): NoticeChange[] {
  return org.received.flatMap(({ notice }) => notice.changes);
}

function jobsOf(org: PackageOrg): number {
  return org.query('SELECT Id FROM AsyncApexJob').length;
}

/** Pretends that others used that many of the day's asynchronous executions. */
function spendExecutions({ org }: PackageOrg, count: number): void {
  org.engine.countAsyncExecutions(count);
}

async function switchConditionsOn(org: PackageOrg, ...fields: string[]): Promise<void> {
  const rows = fields.map((Field__c) => ({
    Object__c: 'Contact',
    Field__c,
    Key__c: `contact.${Field__c.toLowerCase()}`,
  }));
  org.save('insert', 'Mixmax_Synced_Field__c', rows);
}

test('a load of ten thousand is told once each, in few posts', async () => {
  const org = await open();
  const ids = org.save('insert', 'Contact', contacts(LOAD));
  await org.scheduler.advance(60_000);
  const told = changesOf(org).flatMap((change) => change.ids);
  expect(told.length).toBe(LOAD);
  expect(new Set(told)).toEqual(new Set(ids));
  expect(org.received.length).toBeLessThanOrEqual(50);
  expect(Math.max(...org.received.map(({ bytes }) => bytes))).toBeLessThanOrEqual(800_000);
  expect(new Set(org.received.map(({ notice }) => notice.mode))).toEqual(new Set(['immediate']));
});

test('with a quarter of the executions used, a load costs few jobs', async () => {
  const org = await open({ delays: 'slow' });
  spendExecutions(org, 62_500);
  for (const chunk of contacts(50)) {
    org.save(
      'insert',
      'Contact',
      Array.from({ length: 200 }, () => chunk),
    );
    await org.scheduler.advance(1_000);
  }
  await org.scheduler.advance(10 * 60_000);
  expect(new Set(changesOf(org).flatMap((change) => change.ids)).size).toBe(LOAD);
  expect(jobsOf(org)).toBeLessThanOrEqual(17);
  expect(new Set(org.received.map(({ notice }) => notice.mode))).toEqual(new Set(['coalescing']));
});

test('in economy mode a sender waits a minute for more', async () => {
  const org = await open();
  spendExecutions(org, 200_000);
  org.save('insert', 'Contact', contacts(1));
  await org.scheduler.advance(30_000);
  expect(org.received).toEqual([]);
  await org.scheduler.advance(60_000);
  expect(org.received.map(({ notice }) => [notice.mode, notice.usage?.asyncMax])).toEqual([
    ['economy', 250_000],
  ]);
});

test('under conditions values travel, and only what is synced counts', async () => {
  const org = await open();
  await switchConditionsOn(org, 'Email', 'LastName');
  const ids = org.save('insert', 'Contact', contacts(1_200));
  await org.scheduler.advance(60_000);
  const changes = changesOf(org);
  const records = changes.flatMap((change) => change.records ?? []);
  expect(records.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(records.find(({ id }) => id === ids[7])?.fields).toEqual({
    Email: 'doe7@example.com',
    LastName: 'Doe 7',
  });
  for (const change of changes) {
    expect(change.conditions).toBe(conditionsHash(['Email', 'LastName']));
    expect(change.records?.length).toBeLessThanOrEqual(500);
    const latest = Math.max(...(change.records ?? []).map(({ modstamp }) => Date.parse(modstamp)));
    expect(Date.parse(change.readAt ?? '')).toBeGreaterThanOrEqual(latest);
  }

  org.received.length = 0;
  org.save('update', 'Contact', [{ Id: ids[0], Phone: '1' }]);
  org.save('update', 'Contact', [{ Id: ids[1], LastName: 'DOE 1' }]);
  await org.scheduler.advance(60_000);
  expect(changesOf(org)).toMatchObject([
    {
      op: 'update',
      ids: [ids[1]],
      fields: ['LastName'],
      records: [{ fields: { LastName: 'DOE 1' } }],
    },
  ]);
});

test('a record with a long text travels as an id', async () => {
  const org = await open();
  await switchConditionsOn(org, 'Description');
  const [short, long] = org.save('insert', 'Contact', [
    { LastName: 'Short', Description: 'x'.repeat(4_000) },
    { LastName: 'Long', Description: 'x'.repeat(4_001) },
  ]);
  await org.scheduler.advance(60_000);
  const [change] = changesOf(org);
  expect(change?.ids).toEqual([short, long]);
  expect(change?.records?.map(({ id }) => id)).toEqual([short]);
});

test('two thousand long texts never fill a job or a body', async () => {
  const org = await open();
  await switchConditionsOn(org, 'Description', 'Email');
  const rows = contacts(2_000).map((row, index) => ({
    ...row,
    Description: 'é'.repeat(index % 4_000),
  }));
  const ids = org.save('insert', 'Contact', rows);
  await org.scheduler.advance(5 * 60_000);
  expect(new Set(changesOf(org).flatMap((change) => change.ids))).toEqual(new Set(ids));
  expect(Math.max(...org.received.map(({ bytes }) => bytes))).toBeLessThanOrEqual(800_000);
  expect(org.query('SELECT Kind__c, Message__c FROM Mixmax_Error__c')).toEqual([]);
});

test('a removed org ticks Disable and stops', async () => {
  const answers: GatewayAnswer[] = [{ status: 410 }];
  const org = await open({ answer: () => answers[0] ?? { status: 202 } });
  org.save('insert', 'Contact', contacts(1));
  await org.scheduler.advance(60_000);
  expect(org.query('SELECT Disable_RTS__c FROM Mixmax_Settings__c')).toEqual([
    { Disable_RTS__c: true },
  ]);
  org.save('insert', 'Contact', contacts(1));
  org.ping();
  await org.scheduler.advance(60_000);
  expect(org.received.length).toBe(1);
});

test('settings copied from another org send nothing and say so once', async () => {
  const org = await open();
  const [settings] = org.query('SELECT Id FROM Mixmax_Settings__c');
  org.save('update', 'Mixmax_Settings__c', [
    { Id: settings?.['Id'], Org_Id__c: '00D000000000001EAA', Error_Logging_Enabled__c: false },
  ]);
  for (let save = 0; save < 5; save++) {
    org.save('insert', 'Contact', contacts(1));
    await org.scheduler.advance(10_000);
  }
  expect(org.received).toEqual([]);
  expect(org.query('SELECT Kind__c, Occurrences__c FROM Mixmax_Error__c')).toEqual([
    { Kind__c: 'CopiedSettings', Occurrences__c: 1 },
  ]);
});

test('a ping comes back, and ends a pause that the gateway caused', async () => {
  let down = true;
  const org = await open({ answer: () => ({ status: down ? 401 : 202 }) });
  org.save('insert', 'Contact', contacts(1));
  await org.scheduler.advance(60_000);
  org.save('insert', 'Contact', contacts(1));
  await org.scheduler.advance(60_000);
  expect(org.received.length).toBe(1);
  down = false;
  org.ping();
  await org.scheduler.advance(60_000);
  const [id] = org.save('insert', 'Contact', contacts(1));
  await org.scheduler.advance(60_000);
  const types = org.received.slice(1).map(({ notice }) => notice.type.replace('salesforce.', ''));
  expect(types.filter((type) => type !== 'gap')).toEqual(['ping', 'changes']);
  expect(changesOf(org).at(-1)?.ids).toEqual([id]);
});
