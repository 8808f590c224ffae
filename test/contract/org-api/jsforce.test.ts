import jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsforceConnection } from '../../support/org/jsforce-connection.ts';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

let org: TestOrg;
let conn: jsforce.Connection;

beforeAll(async () => {
  org = await startTestOrg();
  conn = jsforceConnection(org);
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

test('identity', async () => {
  const identity = await conn.identity();
  expect(identity.username).toBe(ADMIN_USERNAME);
  expect(identity.id).toMatch(/^https:\/\//);
  expect(identity.organization_id).toBe(org.org.orgId);
});

test('create, retrieve, update, destroy', async () => {
  const created = await conn.sobject('Account').create({ Name: 'Acme', AnnualRevenue: 300 });
  expect(created.success).toBe(true);
  const id = created.id ?? '';
  expect(await conn.sobject('Account').retrieve(id)).toMatchObject({
    Name: 'Acme',
    AnnualRevenue: 300,
  });
  await conn.sobject('Account').update({ Id: id, Name: 'Acme Ltd' });
  expect((await conn.sobject('Account').retrieve(id))['Name']).toBe('Acme Ltd');
  await conn.sobject('Account').destroy(id);
  await expect(conn.sobject('Account').retrieve(id)).rejects.toMatchObject({
    errorCode: 'ENTITY_IS_DELETED',
  });
});

test('several at once, and more than a page by autoFetch', async () => {
  const names = Array.from({ length: 450 }, (_, index) => ({ LastName: `Person ${index}` }));
  const results = await conn.sobject('Contact').create(names, { allowRecursive: true });
  expect(results.every(({ success }) => success)).toBe(true);
  const query = conn.query('SELECT Id, LastName, Account.Name FROM Contact ORDER BY LastName', {
    autoFetch: true,
    maxFetch: 10_000,
    headers: { 'Sforce-Query-Options': 'batchSize=200' },
  });
  const records = (await query).records;
  expect(records).toHaveLength(450);
  expect(new Set(records.map(({ Id }) => Id)).size).toBe(450);
  expect(records[0]).toMatchObject({ attributes: { type: 'Contact' }, Account: null });
});

test('upsert by an id look-up', async () => {
  const contact = { LastName: 'Doe', Email: 'doe@x.example' };
  const first = await conn.sobject('Contact').upsert(contact, 'Email');
  expect(first).toMatchObject({ success: true, created: true });
  const second = await conn.sobject('Contact').upsert(contact, 'Email');
  expect(second).toMatchObject({ success: true, created: false, id: first.id });
  const many = await conn
    .sobject('Contact')
    .upsert([contact, { LastName: 'New', Email: 'new@x.example' }], 'Email');
  expect(many.map((row) => ('created' in row ? row.created : undefined))).toEqual([false, true]);
});

test('describe, describeGlobal, limits, recent, versions', async () => {
  const description = await conn.sobject('Account').describe();
  expect(description.fields.map(({ name }) => name)).toContain('AnnualRevenue');
  const global = await conn.describeGlobal();
  expect(global.sobjects.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Account', 'Contact', 'Task', 'User']),
  );
  const limits = await conn.limits();
  expect(limits['DailyApiRequests']?.Max).toBe(15_000);
  expect(limits['DataStorageMB']).toBeDefined();
  expect(conn.limitInfo.apiUsage?.used).toBeGreaterThan(0);
  const { id } = await conn.sobject('Account').create({ Name: 'Recent' });
  const recent = (await conn.recent()) as { Id: string }[];
  expect(recent[0]?.Id).toBe(id);
});

test('updated and deleted over exactly a minute', async () => {
  await conn.sobject('Lead').create({ LastName: 'Changed', Company: 'Acme' });
  const gone = await conn.sobject('Lead').create({ LastName: 'Gone', Company: 'Acme' });
  await conn.sobject('Lead').destroy(gone.id ?? '');
  const end = new Date(org.org.clock.now() + 60_000);
  const start = new Date(org.org.clock.now());
  const updated = await conn.sobject('Lead').updated(start, end);
  expect(updated.ids).toHaveLength(1);
  expect(updated.latestDateCovered).toMatch(/:00\.000\+0000$/);
  const deleted = await conn.sobject('Lead').deleted(start, end);
  expect(deleted.deletedRecords.map(({ id }) => id)).toEqual([gone.id]);
});

test('bulk2 ingest and query', async () => {
  const rows = Array.from({ length: 620 }, (_, index) => ({ Name: `Bulk ${index}` }));
  const results = await conn.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'insert',
    input: rows,
    pollInterval: 20,
    pollTimeout: 20_000,
  });
  expect(results.successfulResults).toHaveLength(620);
  expect(results.failedResults).toHaveLength(0);
  const stream = await conn.bulk2.query("SELECT Id, Name FROM Account WHERE Name LIKE 'Bulk%'", {
    pollInterval: 20,
    pollTimeout: 20_000,
  });
  expect(await stream.toArray()).toHaveLength(620);
});

test('an invalid token is refused; with a refresh function the request is repeated', async () => {
  const stale = new jsforce.Connection({
    instanceUrl: org.url,
    accessToken: '00DDp0000000001!wrong',
    version: '66.0',
  });
  await expect(stale.query('SELECT Id FROM Account')).rejects.toMatchObject({
    errorCode: 'INVALID_SESSION_ID',
  });
  const refreshed = new jsforce.Connection({
    instanceUrl: org.url,
    accessToken: '00DDp0000000001!wrong',
    version: '66.0',
    refreshFn: (_, callback) => callback(null, org.accessToken),
  });
  expect((await refreshed.query('SELECT Id FROM User LIMIT 1')).records).toHaveLength(1);
});

test('undelete by SOAP', async () => {
  const { id } = await conn.sobject('Account').create({ Name: 'Phoenix' });
  await conn.sobject('Account').destroy(id ?? '');
  await conn.soap.undelete([id ?? '']);
  expect((await conn.sobject('Account').retrieve(id ?? ''))['Name']).toBe('Phoenix');
});
