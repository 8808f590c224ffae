import { afterAll, beforeAll, expect, test } from 'vitest';
import { editionOf } from '../../../local/org/editions.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';
import { userFields } from '../../support/org/user-fields.ts';

const DATA = '/services/data/v66.0';
const SAM = 'sam@practice.example';
const INTEGRATION = 'integration@practice.example';

let org: TestOrg;

beforeAll(async () => {
  org = await startTestOrg({
    connectedApps: [{ clientId: 'sam-app', clientSecret: 'hush', runAsUsername: SAM }],
  });
  org.org.deploy([
    file('objects/Account/fields/Secret__c.field-meta.xml', customField('Secret__c')),
    file('objects/Deal__c/Deal__c.object-meta.xml', dealObject('Private')),
    file('objects/Deal__c/fields/Note__c.field-meta.xml', customField('Note__c')),
    file('objects/Lead/Lead.object-meta.xml', sharing('Private')),
    file('objects/Opportunity/Opportunity.object-meta.xml', sharing('Read')),
  ]);
});

afterAll(() => org.close());

function file(path: string, inner: string) {
  const type = path.includes('.field-') ? 'CustomField' : 'CustomObject';
  const text = `<?xml version="1.0" encoding="UTF-8"?><${type} xmlns="http://soap.sforce.com/2006/04/metadata">${inner}</${type}>`;
  return { path, text };
}

function customField(name: string): string {
  return `<fullName>${name}</fullName><label>${name}</label><type>Text</type><length>40</length>`;
}

function sharing(model: string): string {
  return `<sharingModel>${model}</sharingModel>`;
}

function dealObject(model: string): string {
  return (
    '<label>Deal</label><pluralLabel>Deals</pluralLabel><nameField><label>Deal Name</label><type>Text</type></nameField>' +
    `<deploymentStatus>Deployed</deploymentStatus>${sharing(model)}`
  );
}

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  readonly body: any;
}

/** Sends a request with that user's session. */
async function as(username: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const headers = { authorization: `Bearer ${org.org.issueToken(username)}` };
  const response = await org.fetch(method, DATA + path, body, { headers });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function admin(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await as('alex@practice.example', method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
}

async function create(object: string, fields: object): Promise<string> {
  return (await admin('POST', `/sobjects/${object}`, fields)).body.id as string;
}

function query(soql: string): string {
  return `/query?q=${encodeURIComponent(soql)}`;
}

async function names(username: string, soql: string): Promise<string[]> {
  const { body } = await as(username, 'GET', query(soql));
  return body.records.map((record: { Name: string }) => record.Name);
}

function userId(username: string): string {
  return org.org.store.findByKey('User', 'Username', username)[0] ?? '';
}

/** A permission set with these grants, assigned to the user. */
async function grant(
  username: string,
  name: string,
  grants: {
    user?: string[];
    objects?: Record<string, string[]>;
    fields?: Record<string, string[]>;
  },
): Promise<string> {
  const permissions = (list: string[]) =>
    Object.fromEntries(list.map((permission) => [`Permissions${permission}`, true]));
  const ParentId = await create('PermissionSet', {
    Name: name,
    Label: name,
    ...permissions(grants.user ?? []),
  });
  for (const [SobjectType, list] of Object.entries(grants.objects ?? {})) {
    await create('ObjectPermissions', { ParentId, SobjectType, ...permissions(list) });
  }
  for (const [Field, list] of Object.entries(grants.fields ?? {})) {
    const SobjectType = Field.split('.')[0];
    await create('FieldPermissions', { ParentId, SobjectType, Field, ...permissions(list) });
  }
  return create('PermissionSetAssignment', {
    PermissionSetId: ParentId,
    AssigneeId: userId(username),
  });
}

test('an object without read permission is not there: describe, query, create', async () => {
  const global = await as(INTEGRATION, 'GET', '/sobjects');
  const known = global.body.sobjects.map(({ name }: { name: string }) => name);
  expect(known).not.toContain('Account');
  expect(known).toContain('User');
  expect((await as(INTEGRATION, 'GET', '/sobjects/Account/describe')).status).toBe(404);
  const found = await as(INTEGRATION, 'GET', query('SELECT Id FROM Account'));
  expect(found).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_TYPE' }] });
  expect(found.body[0].message).toContain("sObject type 'Account' is not supported.");
  const made = await as(INTEGRATION, 'POST', '/sobjects/Account', { Name: 'x' });
  expect(made).toMatchObject({ status: 404, body: [{ errorCode: 'NOT_FOUND' }] });
});

test('a field without read permission is not there, until a permission set grants it', async () => {
  const id = await create('Account', { Name: 'Hidden field', Secret__c: 'shh' });
  const fieldsOf = async (): Promise<Record<string, { updateable: boolean }>> => {
    const { body } = await as(SAM, 'GET', '/sobjects/Account/describe');
    return Object.fromEntries(body.fields.map((field: { name: string }) => [field.name, field]));
  };
  expect(await fieldsOf()).not.toHaveProperty('Secret__c');
  const refused = await as(SAM, 'GET', query('SELECT Id, Secret__c FROM Account'));
  expect(refused).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
  expect(refused.body[0].message).toContain("No such column 'Secret__c' on entity 'Account'.");
  const filtered = await as(SAM, 'GET', query("SELECT Id FROM Account WHERE Secret__c = 'shh'"));
  expect(filtered.body).toMatchObject([{ errorCode: 'INVALID_FIELD' }]);
  const written = await as(SAM, 'PATCH', `/sobjects/Account/${id}`, { Secret__c: 'mine' });
  expect(written).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_FIELD' }] });
  expect((await as(SAM, 'GET', `/sobjects/Account/${id}`)).body).not.toHaveProperty('Secret__c');

  const readOnly = await grant(SAM, 'Secret_read', { fields: { 'Account.Secret__c': ['Read'] } });
  expect((await fieldsOf())['Secret__c']).toMatchObject({ updateable: false });
  expect((await as(SAM, 'GET', `/sobjects/Account/${id}`)).body.Secret__c).toBe('shh');
  const still = await as(SAM, 'PATCH', `/sobjects/Account/${id}`, { Secret__c: 'mine' });
  expect(still.body).toMatchObject([
    { errorCode: 'INVALID_FIELD_FOR_INSERT_UPDATE', fields: ['Secret__c'] },
  ]);

  await grant(SAM, 'Secret_edit', { fields: { 'Account.Secret__c': ['Read', 'Edit'] } });
  expect((await as(SAM, 'PATCH', `/sobjects/Account/${id}`, { Secret__c: 'mine' })).status).toBe(
    204,
  );
  await admin('DELETE', `/sobjects/PermissionSetAssignment/${readOnly}`);
  expect((await fieldsOf())['Secret__c']).toMatchObject({ updateable: true });
});

test('reading is not writing: create, edit and delete are permissions of their own', async () => {
  const id = await create('Campaign', { Name: 'Read only' });
  await grant(INTEGRATION, 'Campaign_read', { objects: { Campaign: ['Read'] } });
  const { body } = await as(INTEGRATION, 'GET', '/sobjects/Campaign/describe');
  expect(body).toMatchObject({ createable: false, updateable: false, deletable: false });
  expect(body.fields.find(({ name }: { name: string }) => name === 'Name')).toMatchObject({
    createable: false,
    updateable: false,
  });
  expect(await as(INTEGRATION, 'POST', '/sobjects/Campaign', {})).toMatchObject({
    status: 400,
    body: [
      {
        errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        message: 'entity type cannot be inserted: Campaign',
      },
    ],
  });
  const denied = {
    errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY',
    message: 'insufficient access rights on object id',
  };
  expect((await as(INTEGRATION, 'DELETE', `/sobjects/Campaign/${id}`)).body).toMatchObject([
    denied,
  ]);
  expect((await as(INTEGRATION, 'PATCH', `/sobjects/Campaign/${id}`, {})).body).toMatchObject([
    denied,
  ]);
});

test('private records show to their owner, to roles above, and by View All', async () => {
  await create('Lead', { LastName: 'Of the admin', Company: 'A' });
  const own = await create('Lead', { LastName: 'Of Sam', Company: 'A', OwnerId: userId(SAM) });
  const mine = 'SELECT Name FROM Lead';
  expect(await names(SAM, mine)).toEqual(['Of Sam']);
  const hidden = org.org.store.idsWhere('Lead', 'LastName', 'Of the admin')[0] ?? '';
  expect((await as(SAM, 'GET', `/sobjects/Lead/${hidden}`)).status).toBe(404);
  expect((await as(SAM, 'PATCH', `/sobjects/Lead/${hidden}`, { Company: 'B' })).status).toBe(404);
  const rows = await as(SAM, 'PATCH', '/composite/sobjects', {
    records: [
      { attributes: { type: 'Lead' }, Id: hidden, Company: 'B' },
      { attributes: { type: 'Lead' }, Id: own, Company: 'B' },
    ],
  });
  expect(rows.body).toMatchObject([
    { success: false, errors: [{ statusCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }] },
    { success: true },
  ]);
  const count = await as(SAM, 'GET', query('SELECT COUNT() FROM Lead'));
  expect(count.body.totalSize).toBe(1);

  const top = await create('UserRole', { Name: 'Top', DeveloperName: 'Top' });
  const middle = await create('UserRole', { Name: 'M', DeveloperName: 'M', ParentRoleId: top });
  const low = await create('UserRole', { Name: 'Low', DeveloperName: 'Low', ParentRoleId: middle });
  await admin('PATCH', `/sobjects/User/${userId('alex@practice.example')}`, { UserRoleId: low });
  await admin('PATCH', `/sobjects/User/${userId(SAM)}`, { UserRoleId: top });
  expect((await names(SAM, mine)).sort()).toEqual(['Of Sam', 'Of the admin']);
  await admin('PATCH', `/sobjects/User/${userId(SAM)}`, { UserRoleId: low });
  expect(await names(SAM, mine)).toEqual(['Of Sam']);

  const viewAll = await grant(SAM, 'Lead_all', { objects: { Lead: ['Read', 'ViewAllRecords'] } });
  expect((await names(SAM, mine)).sort()).toEqual(['Of Sam', 'Of the admin']);
  expect((await as(SAM, 'PATCH', `/sobjects/Lead/${hidden}`, { Company: 'B' })).body).toMatchObject(
    [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }],
  );
  await admin('DELETE', `/sobjects/PermissionSetAssignment/${viewAll}`);
});

test('public read-only records are edited by their owner only; deleting always takes ownership', async () => {
  const opportunity = await create('Opportunity', {
    Name: 'Read me',
    StageName: 'Prospecting',
    CloseDate: '2030-01-01',
  });
  const account = await create('Account', { Name: 'Anybody edits me' });
  expect(await names(SAM, "SELECT Name FROM Opportunity WHERE Name = 'Read me'")).toHaveLength(1);
  const denied = { body: [{ errorCode: 'INSUFFICIENT_ACCESS_OR_READONLY' }] };
  const edited = await as(SAM, 'PATCH', `/sobjects/Opportunity/${opportunity}`, { Name: 'x' });
  expect(edited).toMatchObject(denied);
  expect((await as(SAM, 'PATCH', `/sobjects/Account/${account}`, { Phone: '1' })).status).toBe(204);
  expect(await as(SAM, 'DELETE', `/sobjects/Account/${account}`)).toMatchObject(denied);
});

test('what hangs on a record shows with it: activities of a hidden lead do not', async () => {
  const lead = await create('Lead', { LastName: 'Parent', Company: 'A' });
  const task = await create('Task', { Subject: 'of the hidden lead', WhoId: lead });
  await create('Task', { Subject: 'of nobody' });
  await create('Task', { Subject: 'of Sam', WhoId: lead, OwnerId: userId(SAM) });
  const subjects = async () => {
    const { body } = await as(SAM, 'GET', query('SELECT Subject FROM Task'));
    return body.records.map((record: { Subject: string }) => record.Subject);
  };
  expect(await subjects()).toEqual(['of Sam']);
  await admin('PATCH', `/sobjects/Lead/${lead}`, { OwnerId: userId(SAM) });
  expect((await subjects()).sort()).toEqual(['of Sam', 'of the hidden lead']);
  const updated = await as(
    SAM,
    'GET',
    `/sobjects/Task/updated/?start=${iso(-600_000)}&end=${iso(120_000)}`,
  );
  expect(updated.body.ids).toContain(task);
  await admin('PATCH', `/sobjects/Lead/${lead}`, { OwnerId: userId('alex@practice.example') });
  const later = await as(
    SAM,
    'GET',
    `/sobjects/Task/updated/?start=${iso(-600_000)}&end=${iso(120_000)}`,
  );
  expect(later.body.ids).not.toContain(task);
});

function iso(offsetMs: number): string {
  return encodeURIComponent(new Date(Date.now() + offsetMs).toISOString());
}

test('a look-up does not tell of an object its reader may not know', async () => {
  const contact = await create('Contact', { LastName: 'Unknown to integrations' });
  const OwnerId = userId(INTEGRATION);
  await create('Task', { Subject: 'of the integration', WhoId: contact, OwnerId });
  const fields = { 'Task.Subject': ['Read'], 'Task.WhoId': ['Read'] };
  await grant(INTEGRATION, 'Task_fields', { fields });
  const asked = 'SELECT Subject, Who.Name FROM Task';
  expect((await as(INTEGRATION, 'GET', query(asked))).body.records).toMatchObject([
    { Subject: 'of the integration', Who: { Name: null } },
  ]);
  const account = await as(INTEGRATION, 'GET', query('SELECT Account.Name FROM Task'));
  expect(account.body).toMatchObject([{ errorCode: 'INVALID_FIELD' }]);
});

test('a look-up may not point at what its writer cannot see', async () => {
  const lead = await create('Lead', { LastName: 'Not yours', Company: 'A' });
  const refused = await as(SAM, 'POST', '/sobjects/Task', { Subject: 'x', WhoId: lead });
  expect(refused).toMatchObject({
    status: 400,
    body: [
      {
        errorCode: 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
        message: `insufficient access rights on cross-reference id: ${lead.slice(0, 15)}`,
      },
    ],
  });
});

test('a Bulk query and a Bulk load see and save what their user may', async () => {
  await grant(SAM, 'Deals', {
    objects: { Deal__c: ['Read', 'Create', 'Edit'] },
    fields: { 'Deal__c.Note__c': ['Read'] },
  });
  await create('Deal__c', { Name: 'Of the admin', Note__c: 'n' });
  await create('Deal__c', { Name: 'Of Sam', OwnerId: userId(SAM), Note__c: 'n' });
  const job = await as(SAM, 'POST', '/jobs/query', {
    operation: 'queryAll',
    query: 'SELECT Name, Note__c FROM Deal__c',
  });
  await org.org.whenIdle();
  const headers = { authorization: `Bearer ${org.org.issueToken(SAM)}` };
  const results = await org.fetch('GET', `${DATA}/jobs/query/${job.body.id}/results`, undefined, {
    headers,
  });
  expect(await results.text()).toBe('"Name","Note__c"\n"Of Sam","n"\n');

  const load = await as(SAM, 'POST', '/jobs/ingest', {
    object: 'Deal__c',
    operation: 'insert',
    contentType: 'CSV',
  });
  await org.fetch(
    'PUT',
    `${DATA}/jobs/ingest/${load.body.id}/batches`,
    'Name,Note__c\nLoaded,n\n',
    {
      headers: { ...headers, 'content-type': 'text/csv' },
    },
  );
  await as(SAM, 'PATCH', `/jobs/ingest/${load.body.id}`, { state: 'UploadComplete' });
  await org.org.whenIdle();
  const failed = await org.fetch(
    'GET',
    `${DATA}/jobs/ingest/${load.body.id}/failedResults`,
    undefined,
    {
      headers,
    },
  );
  expect(await failed.text()).toContain('INVALID_FIELD_FOR_INSERT_UPDATE');
});

test('a formula shows what it computes from fields its reader may not see', async () => {
  org.org.deploy([
    file(
      'objects/Account/fields/Shout__c.field-meta.xml',
      '<fullName>Shout__c</fullName><label>Shout</label><type>Text</type><formula>UPPER(Hush__c)</formula>',
    ),
    file('objects/Account/fields/Hush__c.field-meta.xml', customField('Hush__c')),
  ]);
  await create('Account', { Name: 'Formula', Hush__c: 'psst' });
  const formula = "SELECT Shout__c FROM Account WHERE Name = 'Formula'";
  expect((await as(SAM, 'GET', query(formula))).status).toBe(400);
  await grant(SAM, 'Shout', { fields: { 'Account.Shout__c': ['Read'] } });
  expect((await as(SAM, 'GET', query(formula))).body.records).toMatchObject([{ Shout__c: 'PSST' }]);
  const secret = await as(SAM, 'GET', query('SELECT Hush__c FROM Account'));
  expect(secret.body).toMatchObject([{ errorCode: 'INVALID_FIELD' }]);
});

test('a frozen user gets no new token', async () => {
  const { body } = await admin(
    'GET',
    query(`SELECT Id FROM UserLogin WHERE UserId = '${userId(SAM)}'`),
  );
  const login = async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sam-app',
      client_secret: 'hush',
    });
    const answer = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body: form });
    return answer.status;
  };
  expect(await login()).toBe(200);
  await admin('PATCH', `/sobjects/UserLogin/${body.records[0].Id}`, { IsFrozen: true });
  expect(await login()).toBe(400);
  await admin('PATCH', `/sobjects/UserLogin/${body.records[0].Id}`, { IsFrozen: false });
});

test('frozen and deactivated users are out at once, and back when they are let in', async () => {
  const token = org.org.issueToken(SAM);
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await org.fetch('GET', `${DATA}/limits`, undefined, { headers })).status;
  };
  const { body } = await admin(
    'GET',
    query(`SELECT Id, IsFrozen FROM UserLogin WHERE UserId = '${userId(SAM)}'`),
  );
  expect(body.records).toMatchObject([{ IsFrozen: false }]);
  expect(await ask()).toBe(200);
  await admin('PATCH', `/sobjects/UserLogin/${body.records[0].Id}`, { IsFrozen: true });
  expect(await ask()).toBe(401);
  await admin('PATCH', `/sobjects/UserLogin/${body.records[0].Id}`, { IsFrozen: false });
  expect(await ask()).toBe(200);
  await admin('PATCH', `/sobjects/User/${userId(SAM)}`, { IsActive: false });
  expect(await ask()).toBe(401);
  await admin('PATCH', `/sobjects/User/${userId(SAM)}`, { IsActive: true });
  expect(await ask()).toBe(200);
});

test('a user without API Enabled is refused; set-up objects ask for their permissions', async () => {
  const setup = 'SELECT Id FROM PermissionSet';
  expect((await as(INTEGRATION, 'GET', query(setup))).body).toMatchObject([
    { errorCode: 'INVALID_TYPE' },
  ]);
  await grant(INTEGRATION, 'Setup', { user: ['ViewSetup'] });
  expect((await as(INTEGRATION, 'GET', query(setup))).status).toBe(200);
  expect(
    (await as(INTEGRATION, 'POST', '/sobjects/PermissionSet', { Name: 'Mine', Label: 'x' })).body,
  ).toMatchObject([{ errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' }]);

  const [minimum = ''] = org.org.store.idsWhere('Profile', 'Name', 'Minimum Access - Salesforce');
  await admin('PATCH', `/sobjects/User/${userId(INTEGRATION)}`, { ProfileId: minimum });
  expect(await as(INTEGRATION, 'GET', '/limits')).toMatchObject({
    status: 403,
    body: [{ errorCode: 'API_CURRENTLY_DISABLED' }],
  });
});

test('an assignment with an end stops granting then', async () => {
  const ends = new Date(org.org.clock.now() + 60_000).toISOString();
  const ParentId = await create('PermissionSet', { Name: 'Ends', Label: 'Ends' });
  await create('FieldPermissions', {
    ParentId,
    SobjectType: 'Account',
    Field: 'Account.Hush__c',
    PermissionsRead: true,
  });
  await create('PermissionSetAssignment', {
    PermissionSetId: ParentId,
    AssigneeId: userId(SAM),
    ExpirationDate: ends,
  });
  const asked = query('SELECT Hush__c FROM Account LIMIT 1');
  expect((await as(SAM, 'GET', asked)).status).toBe(200);
  await org.control('POST', 'clock', { advanceSeconds: 120 });
  expect((await as(SAM, 'GET', asked)).status).toBe(400);
});

/** A user with nothing but these permissions. */
async function userWith(alias: string, permissions: readonly string[]): Promise<string> {
  const soql = "SELECT Id FROM Profile WHERE Name = 'Minimum Access - Salesforce'";
  const profile = (await admin('GET', query(soql))).body.records[0].Id;
  const username = `${alias}@practice.example`;
  await create('User', userFields({ username, alias, profileId: profile }));
  await grant(username, `For_${alias}`, { user: [...permissions] });
  return username;
}

const SYNC_USER = [
  'ApiEnabled',
  'ModifyAllData',
  'ViewAllData',
  'ViewAllUsers',
  'ViewSetup',
  'CustomizeApplication',
];
const REMOTE_SITES = `/tooling${query('SELECT SiteName FROM RemoteProxy')}`;
const UNKNOWN_DEPLOYMENT = '/metadata/deployRequest/0Af000000000000AAA';

test.each([
  ['ApiEnabled', '/limits', 200, 403],
  ['ViewSetup', REMOTE_SITES, 200, 400],
  ['ModifyAllData', UNKNOWN_DEPLOYMENT, 404, 403],
])(
  'whoever sees and changes all data needs %s all the same',
  async (lacking, path, may, mayNot) => {
    const tag = lacking.toLowerCase().slice(0, 6);
    const able = await userWith(`a${tag}`, SYNC_USER);
    const others = SYNC_USER.filter((permission) => permission !== lacking);
    const unable = await userWith(`u${tag}`, others);
    expect((await as(able, 'GET', path)).status).toBe(may);
    expect((await as(unable, 'GET', path)).status).toBe(mayNot);
  },
);

test('custom settings are written by those who may customize the application only', async () => {
  org.org.deploy([
    file(
      'objects/Switch__c/Switch__c.object-meta.xml',
      '<label>Switch</label><customSettingsType>Hierarchy</customSettingsType><visibility>Public</visibility>',
    ),
  ]);
  const able = await userWith('custom', SYNC_USER);
  const unable = await userWith('nocust', SYNC_USER.slice(0, -1));
  const row = { SetupOwnerId: userId(SAM) };
  expect((await as(unable, 'POST', '/sobjects/Switch__c', row)).status).toBeGreaterThanOrEqual(400);
  expect((await as(able, 'POST', '/sobjects/Switch__c', row)).status).toBe(201);
});

test('where users are private, only View All Users shows the others', async () => {
  org.org.deploy([file('objects/User/User.object-meta.xml', sharing('Private'))]);
  const able = await userWith('allusr', SYNC_USER);
  const unable = await userWith(
    'nousr',
    SYNC_USER.filter((name) => name !== 'ViewAllUsers'),
  );
  const others = query(`SELECT Username FROM User WHERE Username = '${SAM}'`);
  expect((await as(able, 'GET', others)).body.totalSize).toBe(1);
  expect((await as(unable, 'GET', others)).body.totalSize).toBe(0);
  const me = query(`SELECT Username FROM User WHERE Username = '${unable}'`);
  expect((await as(unable, 'GET', me)).body.totalSize).toBe(1);
});

test('an edition without API or Apex refuses them', async () => {
  const options = { edition: editionOf('Professional Edition') };
  const professional = await startTestOrg(options);
  const soql = 'SELECT OrganizationType FROM Organization';
  const answer = await professional.fetch('GET', DATA + query(soql));
  expect(await answer.json()).toMatchObject({
    records: [{ OrganizationType: 'Professional Edition' }],
  });
  const text = 'public class Some {}';
  expect(() => professional.org.deploy([{ path: 'classes/Some.cls', text }])).toThrow(
    'Not available',
  );
  await professional.close();

  const group = await startTestOrg({ edition: editionOf('Team Edition') });
  expect(await (await group.fetch('GET', `${DATA}/limits`)).json()).toMatchObject([
    { errorCode: 'API_DISABLED_FOR_ORG' },
  ]);
  await group.close();
});
