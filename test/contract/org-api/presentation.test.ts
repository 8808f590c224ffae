import jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

/** How records are shown (list views, layouts), how a query would be run, and what Tooling queries can read. */

const DATA = '/services/data/v66.0';
const SAM = 'sam@practice.example';
let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg();
  for (let index = 0; index < 30; index += 1) {
    const Name = `Account ${String(index).padStart(2, '0')}`;
    await org.fetch('POST', `${DATA}/sobjects/Account`, { Name, Industry: 'Energy' });
  }
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Json = Readonly<Record<string, unknown>>;

async function get(path: string, username?: string): Promise<Json> {
  const headers =
    username === undefined ? {} : { authorization: `Bearer ${org.org.issueToken(username)}` };
  return (await (await org.fetch('GET', `${DATA}/${path}`, undefined, { headers })).json()) as Json;
}

const connection = (): InstanceType<typeof jsforce.Connection> =>
  new jsforce.Connection({ instanceUrl: org.url, accessToken: org.accessToken, version: '66.0' });

test('list views as jsforce reads them: list, describe, results, explain', async () => {
  const accounts = connection().sobject('Account');
  const { listviews, size } = (await accounts.listviews()) as { listviews: Json[]; size: number };
  expect(size).toBe(2);
  expect(listviews.map((one) => one['developerName'])).toEqual(['AllAccounts', 'MyAccounts']);
  const view = accounts.listview(String(listviews[0]?.['id']));
  expect(await view.describe()).toMatchObject({
    sobjectType: 'Account',
    scope: 'everything',
    columns: expect.arrayContaining([
      expect.objectContaining({ fieldNameOrPath: 'Name', hidden: false }),
    ]),
  });
  const results = (await view.results()) as { records: { columns: Json[] }[] };
  expect(results).toMatchObject({ size: 25, done: false, developerName: 'AllAccounts' });
  expect(results).toMatchObject({
    columns: expect.arrayContaining([
      expect.objectContaining({ type: 'phone', ascendingLabel: '9-0', sortable: true }),
      expect.objectContaining({ fieldNameOrPath: 'Id', hidden: true, ascendingLabel: null }),
    ]),
  });
  const stamp = results.records[0]?.columns.find((one) => one['fieldNameOrPath'] === 'CreatedDate');
  expect(stamp?.['value']).toMatch(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d GMT \d{4}$/);
  expect(results.records[0]?.columns[0]).toEqual({ fieldNameOrPath: 'Name', value: 'Account 00' });
  const { plans } = await view.explain();
  expect(plans[0]).toMatchObject({ sobjectType: 'Account', sobjectCardinality: 30 });
});

test('a list view’s later rows, and whose records "mine" are', async () => {
  const { listviews } = (await get('sobjects/Account/listviews')) as { listviews: Json[] };
  const [all, mine] = listviews.map(({ resultsUrl }) => String(resultsUrl).slice(DATA.length + 1));
  expect(await get(`${all}?limit=10&offset=25`)).toMatchObject({ size: 5, done: true });
  expect(await get(`${mine}?limit=100`)).toMatchObject({ size: 30, done: true });
  expect(await get(`${mine}?limit=100`, SAM)).toMatchObject({ size: 0, done: true });
});

test('list views of other objects, and ids that are none', async () => {
  expect(await get('sobjects/TaskStatus/listviews')).toMatchObject({ size: 0, listviews: [] });
  const { listviews } = (await get('sobjects/Lead/listviews')) as { listviews: Json[] };
  const id = String(listviews[0]?.['id']);
  const stranger = await org.fetch('GET', `${DATA}/sobjects/Account/listviews/${id}`);
  expect(stranger.status).toBe(404);
  expect(await get('query?explain=00B000000000001AAA')).toMatchObject([{ errorCode: 'NOT_FOUND' }]);
});

test('deployed list views: columns, filters with their logic, scope, in place of the usual ones', async () => {
  const field = (name: string, content: string) => ({
    path: `objects/Crate__c/fields/${name}.field-meta.xml`,
    text: metadataText(
      'CustomField',
      `<fullName>${name}</fullName><label>${name}</label>${content}`,
    ),
  });
  const view = (name: string, content: string) => ({
    path: `objects/Crate__c/listViews/${name}.listView-meta.xml`,
    text: metadataText('ListView', `<fullName>${name}</fullName>${content}<label>${name}</label>`),
  });
  const filter = (name: string, operation: string, value: string) =>
    `<filters><field>${name}</field><operation>${operation}</operation><value>${value}</value></filters>`;
  const scope = (name: string) => `<filterScope>${name}</filterScope>`;
  org.org.deploy([
    {
      path: 'objects/Crate__c/Crate__c.object-meta.xml',
      text: metadataText(
        'CustomObject',
        '<deploymentStatus>Deployed</deploymentStatus><label>Crate</label><pluralLabel>Crates</pluralLabel>' +
          '<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>',
      ),
    },
    field('Weight__c', '<precision>4</precision><scale>0</scale><type>Number</type>'),
    field('Fragile__c', '<defaultValue>false</defaultValue><type>Checkbox</type>'),
    view(
      'Heavy_or_fragile',
      '<booleanFilter>1 OR (2 AND 3)</booleanFilter><columns>NAME</columns><columns>Weight__c</columns>' +
        scope('Everything') +
        filter('Weight__c', 'greaterThan', '10') +
        filter('Fragile__c', 'equals', '1') +
        filter('NAME', 'equals', "it's, other"),
    ),
    view(
      'Mine_today',
      `<columns>NAME</columns>${scope('Mine')}${filter('CREATED_DATE', 'equals', 'TODAY')}`,
    ),
    view('Odd', `<columns>NAME</columns>${scope('Everything')}${filter('NAME', 'resembles', 'x')}`),
  ]);
  const crates = connection().sobject('Crate__c');
  for (const [Name, Weight__c, Fragile__c] of [
    ["it's", 1, true],
    ['heavy', 11, false],
    ['light', 2, true],
  ] as const) {
    await crates.create({ Name, Weight__c, Fragile__c });
  }
  const { listviews } = (await crates.listviews()) as { listviews: Json[] };
  expect(listviews.map(({ developerName }) => developerName)).toEqual([
    'Heavy_or_fragile',
    'Mine_today',
  ]);
  const [heavy, mine] = listviews.map(({ id }) => crates.listview(String(id)));
  const results = (await heavy?.results()) as { records: { columns: Json[] }[] } | undefined;
  const rows = results?.records.map(({ columns }) => columns.slice(0, 2).map(({ value }) => value));
  expect(rows).toEqual([
    ['heavy', '11.0'],
    ["it's", '1.0'],
  ]);
  expect(await heavy?.describe()).toMatchObject({
    scope: 'everything',
    whereCondition: {
      conjunction: 'or',
      conditions: [
        { field: 'Weight__c', operator: '>', values: ['10'] },
        { conjunction: 'and', conditions: [{ field: 'Fragile__c' }, { field: 'Name' }] },
      ],
    },
  });
  expect(await mine?.results()).toMatchObject({ size: 3, done: true });
});

test('layouts: every field a user can set, with what describes it', async () => {
  const layouts = await connection().sobject('Account').layouts();
  const items = layouts.layouts[0]?.editLayoutSections.flatMap(({ layoutRows }) =>
    layoutRows.flatMap(({ layoutItems }) => layoutItems),
  );
  expect(items?.find(({ label }) => label === 'Account Name')).toMatchObject({
    required: true,
    editableForNew: true,
    layoutComponents: [{ type: 'Field', value: 'Name', details: { name: 'Name', type: 'string' } }],
  });
  const { fields } = (await get('sobjects/Account/describe')) as { fields: Json[] };
  const settable = fields.filter(
    (field) => (field['createable'] || field['updateable']) && field['compoundFieldName'] === null,
  );
  expect(items?.length).toBe(settable.length);
  const url = layouts.recordTypeMappings[0]?.urls['layout'] ?? '';
  expect(await get(url.slice(DATA.length + 1))).toMatchObject({ relatedLists: [] });
  expect((await org.fetch('GET', `${url.slice(0, -3)}XXX`)).status).toBe(404);
});

test('compact and approval layouts are the system’s own', async () => {
  const accounts = connection().sobject('Account');
  expect(await accounts.compactLayouts()).toMatchObject({
    compactLayouts: [
      { name: 'SYSTEM', objectType: 'Account', fieldItems: [{ label: 'Account Name' }] },
    ],
    defaultCompactLayoutId: null,
  });
  expect(await accounts.approvalLayouts()).toEqual({ approvalLayouts: [] });
});

test('explain: an index where one helps, a scan with the filters that cannot help', async () => {
  const explain = async (soql: string): Promise<Json[]> =>
    (await get(`query?explain=${encodeURIComponent(soql)}`))['plans'] as Json[];
  const soql = "SELECT Id FROM Account WHERE Name = 'Account 07' AND Industry = 'Energy'";
  expect(await explain(soql)).toEqual([
    {
      cardinality: 1,
      fields: ['Name'],
      leadingOperationType: 'Index',
      notes: [],
      relativeCost: 1 / 30,
      sobjectCardinality: 30,
      sobjectType: 'Account',
    },
    expect.objectContaining({
      leadingOperationType: 'TableScan',
      notes: [expect.objectContaining({ fields: ['Industry'], tableEnumOrId: 'Account' })],
    }),
  ]);
  for (const where of ["Name = 'a' OR Industry = 'b'", "NOT Name = 'a'", "Name != 'a'"]) {
    const plans = await explain(`SELECT Id FROM Account WHERE ${where}`);
    expect(plans.map((plan) => plan['leadingOperationType'])).toEqual(['TableScan']);
  }
  expect(await get('query?explain=SELECT')).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
});

test('Tooling describes its own objects, and only to who may see the set-up', async () => {
  const { sobjects } = (await get('tooling/sobjects')) as { sobjects: Json[] };
  const names = sobjects.map(({ name }) => name);
  for (const name of ['ApexClass', 'ApexTestResult', 'RemoteProxy', 'SubscriberPackage']) {
    expect(names).toContain(name);
  }
  expect(names).not.toContain('Account');
  const proxy = (await get('tooling/sobjects/RemoteProxy/describe')) as { fields: Json[] };
  expect(proxy.fields.map(({ name }) => name)).toContain('EndpointUrl');
  expect(proxy).toMatchObject({ urls: { sobject: `${DATA}/tooling/sobjects/RemoteProxy` } });
  expect(await get('tooling/sobjects/Account/describe')).toMatchObject([
    { errorCode: 'NOT_FOUND' },
  ]);
  expect(await get('tooling/sobjects', 'integration@practice.example')).toMatchObject([
    { errorCode: 'NOT_FOUND' },
  ]);
});

test('Bulk API 1 names itself as what is missing', async () => {
  const call = (headers: Record<string, string>) =>
    fetch(`${org.url}/services/async/41.0/job`, { method: 'POST', headers, body: '{}' });
  const json = { 'content-type': 'application/json' };
  const refused = await call({ ...json, 'x-sfdc-session': org.accessToken });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({
    exceptionCode: 'FeatureNotEnabled',
    exceptionMessage: expect.stringContaining('Bulk API 1 is not enabled'),
  });
  const xml = await call({ 'content-type': 'application/xml', 'x-sfdc-session': 'no' });
  expect(xml.status).toBe(401);
  expect(await xml.text()).toContain('<exceptionCode>InvalidSessionId</exceptionCode>');
});
