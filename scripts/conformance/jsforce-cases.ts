import type { Connection } from 'jsforce';
import { type ConformanceCase, expectEqual, expectTrue, type World } from './conformance-case.ts';

/** jsforce, used as its documentation shows. */
export const JSFORCE_CASES: readonly ConformanceCase[] = [
  { name: 'jsforce query with autoFetch', run: queryAll },
  { name: 'jsforce create, retrieve, update, destroy', run: changeOne },
  { name: 'jsforce upsert by external id', run: upsertOne },
  { name: 'jsforce collections', run: changeMany },
  { name: 'jsforce Bulk 2.0 ingest', run: ingest },
  { name: 'jsforce describe and describeGlobal', run: describe },
  { name: 'jsforce identity', run: identity },
  { name: 'jsforce limits', run: limits },
  { name: 'jsforce refreshFn', run: refreshByFunction },
  { name: 'jsforce authorize, and refresh by its token', run: refreshByToken },
  { name: 'jsforce errors', run: errors },
];

const VERSION = '66.0';

/** The packages' types are the project's own copy of jsforce; what runs is the installed client. */
function jsforce({ require }: World): typeof import('jsforce') {
  return require('jsforce') as typeof import('jsforce');
}

function connect(world: World): Connection {
  const { url, accessToken } = world.org;
  const { Connection } = jsforce(world);
  return new Connection({ instanceUrl: url, accessToken, version: VERSION });
}

const PEOPLE = 700;

/** Pages of 200, the smallest a client may ask for. */
async function queryAll(world: World): Promise<void> {
  const conn = connect(world);
  const people = Array.from({ length: PEOPLE }, (_, index) => ({
    LastName: `Fetched ${String(index).padStart(4, '0')}`,
  }));
  await conn.sobject('Contact').create(people, { allowRecursive: true });
  const { records, totalSize, done } = await conn.query(
    "SELECT Id, LastName FROM Contact WHERE LastName LIKE 'Fetched %' ORDER BY LastName",
    { autoFetch: true, maxFetch: 10_000, headers: { 'Sforce-Query-Options': 'batchSize=200' } },
  );
  expectEqual([totalSize, done], [PEOPLE, true], 'totalSize and done');
  expectEqual(
    records.map((record) => record['LastName']),
    people.map(({ LastName }) => LastName),
    'names',
  );
}

async function changeOne(world: World): Promise<void> {
  const account = connect(world).sobject('Account');
  const { id = '', success } = await account.create({ Name: 'One', AnnualRevenue: 1234.5 });
  expectTrue(success, 'create did not succeed');
  const made = await account.retrieve(id);
  expectEqual([made['Name'], made['AnnualRevenue']], ['One', 1234.5], 'created record');
  await account.update({ Id: id, Name: 'Two' });
  const [row] = await world.org.query(`SELECT Name FROM Account WHERE Id = '${id}'`);
  expectEqual(row?.['Name'], 'Two', 'updated name');
  await account.destroy(id);
  expectEqual(
    (await world.org.query(`SELECT Id FROM Account WHERE Id = '${id}'`)).length,
    0,
    'records left',
  );
}

async function upsertOne(world: World): Promise<void> {
  const contact = connect(world).sobject('Contact');
  const key = { Email: 'upsert@jsforce.example' };
  const made = await contact.upsert({ ...key, LastName: 'First' }, 'Email');
  const met = await contact.upsert({ ...key, LastName: 'Second' }, 'Email');
  expectEqual(
    [made, met].map((result) => 'created' in result && result.created),
    [true, false],
    'created',
  );
  const rows = await world.org.query(`SELECT LastName FROM Contact WHERE Email = '${key.Email}'`);
  expectEqual(
    rows.map((row) => row['LastName']),
    ['Second'],
    'contacts',
  );
}

async function changeMany(world: World): Promise<void> {
  const account = connect(world).sobject('Account');
  const made = await account.create([
    { Name: 'Many 1' },
    { Name: 'Many 2' },
    { Industry: 'Energy' },
  ]);
  expectEqual(
    made.map(({ success }) => success),
    [true, true, false],
    'created',
  );
  expectEqual(
    made.flatMap((row) => row.errors).map((fault) => Reflect.get(fault, 'statusCode')),
    ['REQUIRED_FIELD_MISSING'],
    'errors',
  );
  const ids = made.flatMap((row) => (row.success ? [row.id] : []));
  await account.update(ids.map((Id, index) => ({ Id, Name: `Many ${index + 10}` })));
  const named = "SELECT Name FROM Account WHERE Name LIKE 'Many %' ORDER BY Name";
  expectEqual(
    (await world.org.query(named)).map((row) => row['Name']),
    ['Many 10', 'Many 11'],
    'names after the update',
  );
  const back = await account.retrieve(ids);
  expectEqual(
    back.map((record) => record['Id']),
    ids,
    'retrieved',
  );
  await account.destroy(ids);
  expectEqual((await world.org.query(named)).length, 0, 'records left');
}

async function ingest(world: World): Promise<void> {
  const { bulk2 } = connect(world);
  bulk2.pollInterval = 200;
  bulk2.pollTimeout = 60_000;
  const input = [
    { LastName: 'Ingested 1', Email: 'one@ingest.example' },
    { LastName: 'Ingested 2', Email: 'two@ingest.example' },
    { LastName: '', Email: 'nobody@ingest.example' },
  ];
  const results = await bulk2.loadAndWaitForResults({
    object: 'Contact',
    operation: 'insert',
    input,
  });
  expectEqual(results.successfulResults.length, 2, 'rows that succeeded');
  const [failed] = results.failedResults;
  expectTrue(
    failed?.sf__Error.startsWith('REQUIRED_FIELD_MISSING:') === true,
    `error of the failed row: ${failed?.sf__Error}`,
  );
  const rows = await world.org.query(
    "SELECT Id, LastName FROM Contact WHERE Email LIKE '%@ingest.example' ORDER BY LastName",
  );
  expectEqual(
    rows.map((row) => row['Id']),
    results.successfulResults.toSorted(byName).map(({ sf__Id }) => sf__Id),
    'ids',
  );
}

function byName(a: object, b: object): number {
  return JSON.stringify(Reflect.get(a, 'LastName')) < JSON.stringify(Reflect.get(b, 'LastName'))
    ? -1
    : 1;
}

async function describe(world: World): Promise<void> {
  const conn = connect(world);
  const task = await conn.sobject('Task').describe();
  const who = task.fields.find(({ name }) => name === 'WhoId');
  expectEqual(who?.referenceTo, ['Contact', 'Lead'], 'what WhoId refers to');
  const { sobjects } = await conn.describeGlobal();
  const prefix = sobjects.find(({ name }) => name === 'Task')?.keyPrefix;
  expectEqual(prefix, '00T', 'key prefix of Task');
}

async function identity(world: World): Promise<void> {
  const who = await connect(world).identity();
  expectEqual(
    [who.username, who.organization_id],
    [world.org.username, world.org.orgId],
    'identity',
  );
}

async function limits(world: World): Promise<void> {
  const conn = connect(world);
  const { DailyApiRequests: before } = await conn.limits();
  await conn.query('SELECT Id FROM Organization');
  const used = conn.limitInfo.apiUsage?.used ?? 0;
  expectEqual(conn.limitInfo.apiUsage?.limit, before?.Max, 'allowance in the header');
  expectTrue(used >= (before?.Max ?? 0) - (before?.Remaining ?? 0), 'the header counts too little');
}

/** The token is refused; the connection asks its owner for another and repeats the request. */
async function refreshByFunction(world: World): Promise<void> {
  const { Connection } = jsforce(world);
  let refreshed = 0;
  const conn = new Connection({
    instanceUrl: world.org.url,
    accessToken: expired(world),
    version: VERSION,
    refreshFn: (_, callback) => {
      refreshed += 1;
      callback(null, world.org.accessToken);
    },
  });
  const { records } = await conn.query('SELECT Id FROM Organization');
  expectEqual([refreshed, records[0]?.['Id']], [1, world.org.orgId], 'refreshes and answer');
}

/** A user agrees on the org's page; the refresh token of that outlives the access token. */
async function refreshByToken(world: World): Promise<void> {
  const { Connection, OAuth2 } = jsforce(world);
  const { url, username, orgId } = world.org;
  const oauth2 = new OAuth2({
    loginUrl: url,
    clientId: world.connectedApp.clientId,
    redirectUri: 'http://localhost:1717/OauthRedirect',
  });
  const conn = new Connection({ oauth2, instanceUrl: url, version: VERSION });
  const agreed = await fetch(oauth2.getAuthorizationUrl({ scope: 'api refresh_token' }), {
    method: 'POST',
    body: new URLSearchParams({ username }),
    redirect: 'manual',
  });
  const code = new URL(agreed.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { organizationId } = await conn.authorize(code);
  expectEqual(organizationId, orgId, 'org of the login');
  conn.accessToken = expired(world);
  const { records } = await conn.query('SELECT Id FROM Organization');
  expectEqual(records[0]?.['Id'], orgId, 'answer after the refresh');
}

/** A token of the right form that the org does not know. */
function expired({ org }: World): string {
  return `${org.accessToken.slice(0, 16)}expired`;
}

async function errors(world: World): Promise<void> {
  const conn = connect(world);
  expectEqual(await codeOf(conn.query('SELECT Nope FROM Account')), 'INVALID_FIELD', 'bad field');
  expectEqual(await codeOf(conn.query('SELEC Id FROM Account')), 'MALFORMED_QUERY', 'bad query');
  const missing = conn.sobject('Account').retrieve('001Dp00000zzzzzIAA');
  expectEqual(await codeOf(missing), 'NOT_FOUND', 'unknown id');
  const nameless = conn.sobject('Account').create({ Industry: 'Energy' });
  expectEqual(await codeOf(nameless), 'REQUIRED_FIELD_MISSING', 'no name');
}

/** The code of the error a call ends with. */
async function codeOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? Reflect.get(error, 'errorCode') : error;
  }
}
