import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let org: TestOrg;
let adminId: string;

beforeAll(async () => {
  org = await startTestOrg();
  [adminId = ''] = org.org.store.findByKey('User', 'Username', ADMIN_USERNAME);
  insert('Account', 2_086, (index) => ({ Name: `Account ${String(index).padStart(5, '0')}` }));
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

function insert(object: string, count: number, make: (index: number) => object): string[] {
  const records = Array.from({ length: count }, (_, index) => ({
    object,
    input: { ...make(index) },
  }));
  const results = org.org.engine.save({
    operation: 'insert',
    records,
    allOrNone: true,
    userId: adminId,
    source: 'bulk',
  });
  return results.map((result) => result.id ?? '');
}

interface Page {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: Record<string, unknown>[];
}

async function query(soql: string, resource = 'query', headers = {}): Promise<Page> {
  const path = `${DATA}/${resource}?q=${encodeURIComponent(soql)}`;
  const response = await org.fetch('GET', path, undefined, { headers });
  const page = (await response.json()) as Page;
  expect(response.status, JSON.stringify(page)).toBe(200);
  return page;
}

test('2,086 rows come in two pages, keys in order, the locator ends in the offset', async () => {
  const first = await query('SELECT Id, Name, SystemModstamp FROM Account ORDER BY Name');
  expect(Object.keys(first)).toEqual(['totalSize', 'done', 'nextRecordsUrl', 'records']);
  expect(first).toMatchObject({ totalSize: 2_086, done: false });
  expect(first.nextRecordsUrl).toMatch(new RegExp(`^${DATA}/query/0r8\\w{15}-2000$`));
  expect(first.records).toHaveLength(2_000);
  expect(Object.keys(first.records[0] ?? {})).toEqual([
    'attributes',
    'Id',
    'Name',
    'SystemModstamp',
  ]);
  const response = await org.fetch('GET', `${first.nextRecordsUrl}?ignored=1`);
  const second = (await response.json()) as Page;
  expect(Object.keys(second)).toEqual(['totalSize', 'done', 'records']);
  expect(second).toMatchObject({ totalSize: 2_086, done: true });
  expect(second.records).toHaveLength(86);
  expect(second.records.at(-1)?.['Name']).toBe('Account 02085');
});

test('later pages do not shift when rows change in between', async () => {
  const first = await query('SELECT Id, Name FROM Account ORDER BY Name');
  const [gone] = insert('Account', 1, () => ({ Name: '0 comes first' }));
  const next = (await (await org.fetch('GET', first.nextRecordsUrl ?? '')).json()) as Page;
  expect(next.records[0]?.['Name']).toBe('Account 02000');
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${gone}`);
});

test.each([
  ['batchSize=200', 200],
  ['batchSize=50', 200],
  ['batchSize=500', 500],
  ['batchSize=9999', 2_000],
])('Sforce-Query-Options: %s gives pages of %d', async (option, size) => {
  const page = await query('SELECT Id FROM Account', 'query', { 'sforce-query-options': option });
  expect(page.records).toHaveLength(size);
});

test('a long text shortens pages', async () => {
  expect((await query('SELECT Id, Description FROM Account')).records).toHaveLength(1_000);
});

test('a locator is good for its user and for two days', async () => {
  const page = await query('SELECT Id FROM Account');
  const path = page.nextRecordsUrl ?? '';
  const sam = org.org.issueToken('sam@practice.example');
  const other = await fetch(org.url + path, { headers: { authorization: `Bearer ${sam}` } });
  expect(other.status).toBe(400);
  expect(await other.json()).toEqual([
    { message: 'invalid query locator', errorCode: 'INVALID_QUERY_LOCATOR' },
  ]);
  expect((await org.fetch('GET', path)).status).toBe(200);
  await org.org.clock.advance(2 * 24 * 3_600_000);
  expect((await org.fetch('GET', path)).status).toBe(400);
});

test('parents, no parent, children, no children, polymorphic parents', async () => {
  const [account = ''] = insert('Account', 1, () => ({ Name: 'Parent' }));
  const [contact] = insert('Contact', 2, (index) => ({
    LastName: `C${index}`,
    ...(index === 0 ? { AccountId: account } : {}),
  }));
  insert('Task', 1, () => ({ Subject: 'Call', WhoId: contact, WhatId: account }));
  const contacts = await query(
    "SELECT LastName, Account.Name FROM Contact WHERE LastName IN ('C0','C1') ORDER BY LastName",
  );
  expect(contacts.records.map(({ Account }) => Account)).toEqual([
    {
      attributes: { type: 'Account', url: `${DATA}/sobjects/Account/${account}` },
      Name: 'Parent',
    },
    null,
  ]);
  const accounts = await query(
    "SELECT Name, (SELECT LastName FROM Contacts), (SELECT Id FROM Opportunities) FROM Account WHERE Name = 'Parent'",
  );
  expect(accounts.records[0]).toMatchObject({
    Contacts: { totalSize: 1, done: true, records: [{ LastName: 'C0' }] },
    Opportunities: null,
  });
  const tasks = await query('SELECT Who.Name, What.Name, Owner.Name FROM Task');
  expect(tasks.records[0]).toMatchObject({
    Who: { attributes: { type: 'Name', url: `${DATA}/sobjects/Contact/${contact}` } },
    What: { attributes: { type: 'Name' }, Name: 'Parent' },
  });
});

test('counts and groups', async () => {
  expect(await query('SELECT COUNT() FROM Account')).toEqual({
    totalSize: 2_087,
    done: true,
    records: [],
  });
  insert('Opportunity', 3, (index) => ({
    Name: `Deal ${index}`,
    StageName: 'Prospecting',
    CloseDate: '2026-12-01',
    Amount: 100,
  }));
  const path = `${DATA}/query?q=${encodeURIComponent('SELECT StageName, COUNT(Id) n, SUM(Amount) FROM Opportunity GROUP BY StageName')}`;
  const text = await (await org.fetch('GET', path)).text();
  expect(text).toBe(
    '{"totalSize":1,"done":true,"records":[{"attributes":{"type":"AggregateResult"},"StageName":"Prospecting","n":3,"expr0":300.0}]}',
  );
});

test('a compound address and its parts', async () => {
  insert('Account', 1, () => ({ Name: 'Here', BillingCity: 'Berlin', BillingCountry: 'Germany' }));
  const page = await query("SELECT BillingAddress, BillingCity FROM Account WHERE Name = 'Here'");
  expect(page.records[0]).toMatchObject({
    BillingAddress: { city: 'Berlin', country: 'Germany', street: null },
    BillingCity: 'Berlin',
  });
  expect(page.records[0]?.['BillingAddress']).not.toHaveProperty('attributes');
});

test('queryAll sees the Recycle Bin, query does not', async () => {
  const [id] = insert('Account', 1, () => ({ Name: 'Binned' }));
  await org.fetch('DELETE', `${DATA}/sobjects/Account/${id}`);
  const soql = `SELECT IsDeleted FROM Account WHERE Id = '${id}'`;
  expect((await query(soql)).totalSize).toBe(0);
  expect((await query(soql, 'queryAll')).records).toMatchObject([{ IsDeleted: true }]);
});

test('&columns=true describes the columns', async () => {
  const soql = encodeURIComponent('SELECT Id, Name, AnnualRevenue FROM Account');
  const response = await org.fetch('GET', `${DATA}/query?q=${soql}&columns=true`);
  expect(await response.json()).toMatchObject({
    entityName: 'Account',
    keyPrefix: '001',
    idSelected: true,
    groupBy: false,
    columnMetadata: [
      { columnName: 'Id', apexType: 'Id' },
      { columnName: 'Name', textType: true },
      { columnName: 'AnnualRevenue', numberType: true, apexType: 'Double' },
    ],
  });
});

test('compressed only when asked', async () => {
  const soql = encodeURIComponent('SELECT Id, Name FROM Account');
  const plain = await org.fetch('GET', `${DATA}/query?q=${soql}`, undefined, {
    headers: { 'accept-encoding': 'identity' },
  });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const packed = await org.fetch('GET', `${DATA}/query?q=${soql}`, undefined, {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(((await packed.json()) as Page).records).toHaveLength(2_000);
});
