import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** What saves, deletes and queries mean, seen by a client over HTTP. */

const DATA = '/services/data/v66.0';
const DAY_MS = 86_400_000;

let org: TestOrg;
/** What triggers said, in order. */
let said: string[] = [];

const trigger = (object: string) => ({
  path: `triggers/${object}Seen.trigger`,
  text:
    `trigger ${object}Seen on ${object} (after delete, after undelete) ` +
    `{ System.debug('${object} ' + Trigger.operationType); }`,
});

beforeAll(async () => {
  org = await startTestOrg({ onDebug: (message) => void said.push(message) });
  org.org.deploy(['Account', 'Contact', 'Opportunity', 'Task'].map(trigger));
});
beforeEach(() => {
  said = [];
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Json = Readonly<Record<string, unknown>>;

async function create(object: string, values: Json): Promise<string> {
  const answer = await org.fetch('POST', `${DATA}/sobjects/${object}`, values);
  const body = (await answer.json()) as Json;
  expect(body).toMatchObject({ success: true });
  return String(body['id']);
}

async function read(object: string, id: string): Promise<Json> {
  return (await (await org.fetch('GET', `${DATA}/sobjects/${object}/${id}`)).json()) as Json;
}

async function rows(soql: string, resource = 'query'): Promise<Json[]> {
  const answer = await org.fetch('GET', `${DATA}/${resource}?q=${encodeURIComponent(soql)}`);
  return ((await answer.json()) as { records: Json[] }).records;
}

async function undelete(id: string): Promise<string> {
  const envelope =
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com">' +
    `<soapenv:Header><u:SessionHeader><u:sessionId>${org.accessToken}</u:sessionId></u:SessionHeader></soapenv:Header>` +
    `<soapenv:Body><u:undelete><u:ids>${id}</u:ids></u:undelete></soapenv:Body></soapenv:Envelope>`;
  const headers = { 'content-type': 'text/xml', soapaction: '""' };
  return (await org.fetch('POST', '/services/Soap/u/66.0', envelope, { headers })).text();
}

describe('a cascade', () => {
  test('deletes children without their triggers; undelete fires for the top level only', async () => {
    const account = await create('Account', { Name: 'Top' });
    const contact = await create('Contact', { LastName: 'Child', AccountId: account });
    await create('Opportunity', {
      Name: 'Child',
      AccountId: account,
      StageName: 'Prospecting',
      CloseDate: '2030-01-01',
    });
    await org.fetch('DELETE', `${DATA}/sobjects/Account/${account}`);
    expect(said).toEqual(['Account AFTER_DELETE']);
    expect(await read('Contact', contact)).toMatchObject([{ errorCode: 'ENTITY_IS_DELETED' }]);
    said = [];
    expect(await undelete(account)).toContain('<success>true</success>');
    expect(said).toEqual(['Account AFTER_UNDELETE']);
    expect(await read('Contact', contact)).toMatchObject({ AccountId: account, IsDeleted: false });
  });

  test('what went along cannot be undeleted by itself', async () => {
    const account = await create('Account', { Name: 'Top' });
    const contact = await create('Contact', { LastName: 'Child', AccountId: account });
    await org.fetch('DELETE', `${DATA}/sobjects/Account/${account}`);
    expect(await undelete(contact)).toContain('UNDELETE_FAILED');
    expect(await read('Contact', contact)).toMatchObject([{ errorCode: 'ENTITY_IS_DELETED' }]);
  });
});

test('archived activities show to queryAll only, and are read, changed and deleted by id', async () => {
  const longAgo = new Date(org.org.clock.now() - 400 * DAY_MS).toISOString().slice(0, 10);
  const values = { Subject: 'Archived', Status: 'Completed', ActivityDate: longAgo };
  const id = await create('Task', values);
  const open = await create('Task', { ...values, Status: 'Not Started' });
  while (org.org.store.archiveActivities(org.org.clock.now()));
  const soql = "SELECT Id, IsArchived FROM Task WHERE Subject = 'Archived'";
  expect(await rows(soql)).toMatchObject([{ Id: open, IsArchived: false }]);
  expect(await rows(`${soql} AND IsArchived = true`, 'queryAll')).toMatchObject([{ Id: id }]);
  const path = `${DATA}/sobjects/Task/${id}`;
  expect(await read('Task', id)).toMatchObject({ IsArchived: true, IsDeleted: false });
  const several = `${DATA}/composite/sobjects/Task?ids=${id}&fields=Id`;
  expect(await (await org.fetch('GET', several)).json()).toMatchObject([{ Id: id }]);
  expect((await org.fetch('PATCH', path, { Description: 'still here' })).status).toBe(204);
  expect((await org.fetch('DELETE', path)).status).toBe(204);
  expect(await (await org.fetch('GET', several)).json()).toEqual([null]);
});

test('parents are reached five levels up, and no further', async () => {
  let parent = await create('Account', { Name: 'level 5' });
  for (let level = 4; level >= 1; level -= 1) {
    parent = await create('Account', { Name: `level ${level}`, ParentId: parent });
  }
  const contact = await create('Contact', { LastName: 'bottom', AccountId: parent });
  const path = 'Account.Parent.Parent.Parent.Parent.Name';
  const [row] = await rows(`SELECT ${path} FROM Contact WHERE Id = '${contact}'`);
  const names: unknown[] = [];
  for (let one = row?.['Account'] as Json | undefined; one; one = one['Parent'] as Json) {
    names.push(one['Name']);
  }
  expect(names.at(-1)).toBe('level 5');
  const tooFar = `SELECT Account.Parent.Parent.Parent.Parent.Parent.Name FROM Contact`;
  const refused = await org.fetch('GET', `${DATA}/query?q=${encodeURIComponent(tooFar)}`);
  expect(await refused.json()).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
});

test.each([
  ['SELECT Industry, COUNT(Id) FROM Account GROUP BY Industry', 'API_ERROR'],
  ['SELECT MAX(Name) FROM Account', 'API_ERROR'],
  ['SELECT COUNT() FROM Account', 'API_ERROR'],
  ['SELECT Id FROM Account LIMIT 1 OFFSET 1', 'API_ERROR'],
  ['SELECT TYPEOF What WHEN Account THEN Phone END FROM Task', 'API_ERROR'],
  ['SELECT Id, (SELECT Id FROM Contacts) FROM Account', 'API_ERROR'],
  ['SELECT Id, BillingAddress FROM Account', 'API_ERROR'],
])('a Bulk query may not say %s', async (soql, errorCode) => {
  const job = { operation: 'query', query: soql };
  const answer = await org.fetch('POST', `${DATA}/jobs/query`, job);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject([{ errorCode }]);
});

test('ORDER BY puts missing values where NULLS says', async () => {
  await create('Lead', { LastName: 'none', Company: 'Nulls' });
  await create('Lead', { LastName: 'some', Company: 'Nulls', City: 'Bern' });
  const names = async (order: string): Promise<unknown[]> =>
    (await rows(`SELECT LastName FROM Lead WHERE Company = 'Nulls' ORDER BY City ${order}`)).map(
      (row) => row['LastName'],
    );
  expect(await names('ASC')).toEqual(['none', 'some']);
  expect(await names('ASC NULLS LAST')).toEqual(['some', 'none']);
  expect(await names('DESC NULLS FIRST')).toEqual(['none', 'some']);
  expect(await names('DESC')).toEqual(['none', 'some']);
  expect(await names('DESC NULLS LAST')).toEqual(['some', 'none']);
});

test('text is escaped in literals and in LIKE patterns', async () => {
  const name = `50%_"quoted" 'twice' \\ back`;
  await create('Account', { Name: name });
  const literal = name.replace(/[\\']/g, '\\$&');
  expect(await rows(`SELECT Name FROM Account WHERE Name = '${literal}'`)).toMatchObject([
    { Name: name },
  ]);
  expect(await rows("SELECT Name FROM Account WHERE Name LIKE '50\\%\\_%'")).toHaveLength(1);
  expect(await rows("SELECT Name FROM Account WHERE Name LIKE '5_\\%%'")).toHaveLength(1);
  expect(await rows("SELECT Name FROM Account WHERE Name LIKE '50\\_%'")).toEqual([]);
});

test('semi-joins and anti-joins', async () => {
  const withContact = await create('Account', { Name: 'joined', Site: 'joins' });
  const without = await create('Account', { Name: 'alone', Site: 'joins' });
  await create('Contact', { LastName: 'x', AccountId: withContact });
  const inner = '(SELECT AccountId FROM Contact WHERE AccountId != null)';
  const ids = async (operator: string): Promise<unknown[]> =>
    (await rows(`SELECT Id FROM Account WHERE Site = 'joins' AND Id ${operator} ${inner}`)).map(
      ({ Id }) => Id,
    );
  expect(await ids('IN')).toEqual([withContact]);
  expect(await ids('NOT IN')).toEqual([without]);
});
