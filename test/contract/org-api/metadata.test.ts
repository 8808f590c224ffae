import type jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsforceConnection } from '../../support/org/jsforce-connection.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';
import { zip } from '../../support/zip.ts';

const DATA = '/services/data/v66.0';
const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
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

/** An app in the metadata format: one file per object, code beside its description. */
const APP: Readonly<Record<string, string>> = {
  'package.xml': `<Package ${META}><version>66.0</version></Package>`,
  'objects/Parcel__c.object': `<?xml version="1.0" encoding="UTF-8"?>
    <CustomObject ${META}><deploymentStatus>Deployed</deploymentStatus>
    <fields><fullName>Weight__c</fullName><label>Weight &amp; size</label><precision>8</precision>
      <scale>1</scale><type>Number</type></fields>
    <fields><fullName>Note__c</fullName><label>Note</label><length>50</length><type>Text</type></fields>
    <label>Parcel</label><nameField><label>Number</label><type>Text</type></nameField>
    <pluralLabel>Parcels</pluralLabel><sharingModel>ReadWrite</sharingModel></CustomObject>`,
  'classes/Parcels.cls': `public class Parcels {
    public static Decimal total(List<Parcel__c> parcels) {
      Decimal sum = 0;
      for (Parcel__c parcel : parcels) sum += parcel.Weight__c;
      return sum;
    }
  }`,
  'classes/Parcels.cls-meta.xml': `<ApexClass ${META}><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>`,
  'classes/ParcelsTest.cls': `@IsTest private class ParcelsTest {
    @IsTest static void adds() {
      Assert.areEqual(3, Parcels.total(new List<Parcel__c>{ new Parcel__c(Weight__c = 3) }));
    }
  }`,
};

interface Result {
  readonly status: string;
  readonly success: boolean;
  readonly numberComponentErrors: number;
  readonly numberTestsCompleted: number;
  readonly details: Record<string, unknown>;
}

async function deploy(files: Readonly<Record<string, string>>, options = {}): Promise<Result> {
  const locator = conn.metadata.deploy(zip(files), options);
  return (await locator.complete(true)) as unknown as Result;
}

test('an app is deployed by SOAP, its object usable at once, its code a row', async () => {
  const result = await deploy(APP);
  expect(result).toMatchObject({ status: 'Succeeded', success: true });
  const created = await conn.sobject('Parcel__c').create({ Name: 'P-1', Weight__c: 2 });
  expect(created.success).toBe(true);
  const { fields } = await conn.sobject('Parcel__c').describe();
  expect(fields.find(({ name }) => name === 'Weight__c')?.label).toBe('Weight & size');
  const classes = await conn.query<{ Name: string; ApiVersion: number }>(
    "SELECT Name, ApiVersion FROM ApexClass WHERE Name = 'Parcels'",
  );
  expect(classes.records).toMatchObject([{ Name: 'Parcels', ApiVersion: 66 }]);
});

test('a deploy that fails lists every problem with its place and changes nothing', async () => {
  const result = await deploy({
    ...APP,
    'classes/Parcels.cls': 'public class Parcels { Integer x = nope(); String s = 1; }',
  });
  expect(result).toMatchObject({ status: 'Failed', success: false });
  const failures = result.details['componentFailures'];
  expect(failures).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({
        componentType: 'ApexClass',
        fullName: 'Parcels',
        lineNumber: 1,
        problemType: 'Error',
      }),
    ]),
  );
  const rows = await conn.query<{ Body: string }>(
    "SELECT Body FROM ApexClass WHERE Name = 'Parcels'",
  );
  expect(rows.records[0]?.Body).toContain('total');
});

/** One fault a line, each with what the compiler says of it and in which column. */
const FAULTS: readonly (readonly [line: string, column: number, problem: string])[] = [
  ['List<Parcel__c> a = [SELECT Nope__c FROM Parcel__c];', 23, "No such column 'Nope__c'"],
  ['List<Contact> b = [SELECT Account.Nope FROM Contact];', 21, "No such column 'Nope'"],
  [
    'List<Contact> c = [SELECT Nope.Name FROM Contact];',
    21,
    "Didn't understand relationship 'Nope'",
  ],
  ['List<Account> d = [SELECT (SELECT Id FROM Nopes) FROM Account];', 21, "relationship 'Nopes'"],
  ['Integer e = Vault.secret;', 21, 'Variable is not visible: Vault.secret'],
  ["Integer f = (Integer) 'x';", 15, 'Incompatible types: String cannot be cast to Integer'],
  ['Integer g = Vault.nothing();', 21, 'A method that returns nothing cannot be used as a value'],
  ['Integer h = 3000000000;', 15, 'Illegal integer: 3000000000'],
  ['Integer i = 1; Integer I = 2;', 26, 'Duplicate variable: I'],
  ["Vault.take('x');", 9, 'Method does not exist or incorrect signature: Vault.take(String)'],
  ['Nope__c j = null;', 3, 'Invalid type: Nope__c'],
  ["String k = 'x'.shout();", 18, 'Method does not exist or incorrect signature: shout()'],
  ['final Integer l = 1; l = 2;', 24, 'Final variable cannot be assigned: l'],
  ['own();', 3, 'Non static method cannot be referenced from a static context: own'],
  ["insert new Parcel__c(Nope__c = 'x');", 24, 'Field does not exist: Nope__c on Parcel__c'],
  ['return; Integer m = 1;', 11, 'Unreachable statement'],
];

test('every compile error of a deploy comes at once, with file, line, column and reason', async () => {
  const faulty = FAULTS.map(([line]) => `  ${line}\n`).join('');
  const result = await deploy({
    ...APP,
    'classes/Vault.cls':
      'public class Vault {\n  private static Integer secret;\n  public static void nothing() { }\n' +
      '  public static void take(Integer n) { }\n}',
    'classes/Faulty.cls': `public class Faulty {\n void own() { }\n static void run() {\n${faulty} }\n Integer none() { }\n}`,
    'triggers/Late.trigger':
      'trigger Late on Parcel__c (after insert) {\n  Parcel__c p = Trigger.new;\n}',
  });
  const failures = (result.details['componentFailures'] as Record<string, string>[]).map(
    ({ fileName, lineNumber, columnNumber, problem = '' }) => ({
      place: `${fileName}:${lineNumber}:${columnNumber}`,
      problem: problem.split('\n').at(-1) ?? '',
    }),
  );
  const expected = [
    ...FAULTS.map(([, column, problem], index) => ({
      place: `classes/Faulty.cls:${index + 4}:${column}`,
      problem: expect.stringContaining(problem),
    })),
    {
      place: `classes/Faulty.cls:${FAULTS.length + 5}:19`,
      problem: 'Missing return statement: none',
    },
    {
      place: 'triggers/Late.trigger:2:25',
      problem: 'Illegal assignment from List<Parcel__c> to Parcel__c',
    },
  ];
  expect(failures).toEqual(expected);
});

test('tests run before a deploy; one that fails stops it', async () => {
  const options = { testLevel: 'RunSpecifiedTests', runTests: ['ParcelsTest'] };
  expect(await deploy(APP, options)).toMatchObject({ status: 'Succeeded', success: true });
  const broken = (APP['classes/ParcelsTest.cls'] ?? '').replace('areEqual(3', 'areEqual(4');
  const failed = await deploy({ ...APP, 'classes/ParcelsTest.cls': broken }, options);
  expect(failed).toMatchObject({ status: 'Failed', success: false });
  expect(JSON.stringify(failed.details)).toContain('Expected: 4, Actual: 3');
  const missing = await deploy(APP, { ...options, runTests: ['NopeTest'] });
  expect(JSON.stringify(missing.details)).toContain('Test class NopeTest does not exist.');
});

test('checkOnly changes nothing', async () => {
  const object = (APP['objects/Parcel__c.object'] ?? '').replaceAll('Parcel', 'Crate');
  const result = await deploy({ 'objects/Crate__c.object': object }, { checkOnly: true });
  expect(result.success).toBe(true);
  expect((await org.fetch('GET', `${DATA}/sobjects/Crate__c/describe`)).status).toBe(404);
});

test('by REST: multipart in, JSON out', async () => {
  const form = new FormData();
  const options = JSON.stringify({ deployOptions: { checkOnly: false } });
  form.append('entity_content', new Blob([options], { type: 'application/json' }));
  form.append('file', new Blob([zip(APP)], { type: 'application/zip' }), 'package.zip');
  const posted = await fetch(`${org.url}${DATA}/metadata/deployRequest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.accessToken}` },
    body: form,
  });
  expect(posted.status).toBe(201);
  const { id, deployResult } = (await posted.json()) as { id: string; deployResult: Result };
  expect(id).toMatch(/^0Af\w{15}$/);
  expect(deployResult.status).toBe('Pending');
  const read = async (): Promise<Result> => {
    const path = `${DATA}/metadata/deployRequest/${id}?includeDetails=true`;
    const response = await org.fetch('GET', path);
    return ((await response.json()) as { deployResult: Result }).deployResult;
  };
  await expect.poll(async () => (await read()).status).toBe('Succeeded');
  expect((await read()).details['componentSuccesses']).toHaveLength(5);
});

test('remote sites, fields and permission sets one by one', async () => {
  const site = {
    fullName: 'Warehouse',
    url: 'https://warehouse.example',
    isActive: true,
    disableProtocolSecurity: false,
  };
  expect(await conn.metadata.upsert('RemoteSiteSetting', site)).toMatchObject({
    success: true,
    created: true,
    fullName: 'Warehouse',
  });
  expect(await conn.metadata.upsert('RemoteSiteSetting', site)).toMatchObject({ created: false });
  expect(await conn.metadata.read('RemoteSiteSetting', 'Warehouse')).toMatchObject({
    fullName: 'Warehouse',
    url: 'https://warehouse.example',
  });
  const field = { fullName: 'Activity.Origin__c', label: 'Origin', type: 'Text', length: 20 };
  expect(await conn.metadata.create('CustomField', field as never)).toMatchObject({
    success: true,
  });
  for (const object of ['Task', 'Event']) {
    const { fields } = await conn.sobject(object).describe();
    expect(fields.map(({ name }) => name)).toContain('Origin__c');
  }
  const again = await conn.metadata.create('CustomField', field as never);
  expect(again).toMatchObject({ success: false });
  const set = {
    fullName: 'Packers',
    label: 'Packers',
    hasActivationRequired: false,
    fieldPermissions: [{ field: 'Task.Origin__c', readable: true, editable: true }],
  };
  expect(await conn.metadata.upsert('PermissionSet', set as never)).toMatchObject({
    success: true,
  });
  const granted = await conn.query(
    "SELECT Field FROM FieldPermissions WHERE Parent.Name = 'Packers'",
  );
  expect(granted.records).toMatchObject([{ Field: 'Task.Origin__c' }]);
  const listed = await conn.metadata.list({ type: 'RemoteSiteSetting' });
  expect(listed).toMatchObject([{ fullName: 'Warehouse', type: 'RemoteSiteSetting' }]);
});

test('the Tooling API shows code, remote sites and that no package is installed', async () => {
  const code = await conn.tooling.query("SELECT Id, Name FROM ApexClass WHERE Name = 'Parcels'");
  expect(code.records).toMatchObject([{ Name: 'Parcels' }]);
  const soql = 'SELECT Id, SiteName, EndpointUrl, IsActive FROM RemoteProxy';
  const sites = await conn.tooling.query(soql);
  expect(sites.records).toMatchObject([
    {
      attributes: { type: 'RemoteProxy', url: expect.stringContaining('/tooling/sobjects/') },
      SiteName: 'Warehouse',
      EndpointUrl: 'https://warehouse.example',
      IsActive: true,
    },
  ]);
  const site = {
    fullName: 'Warehouse',
    url: 'https://other.example',
    isActive: false,
    disableProtocolSecurity: false,
  };
  await conn.metadata.update('RemoteSiteSetting', site);
  const changed = await conn.tooling.query(soql);
  expect(changed.records).toMatchObject([
    { Id: sites.records[0]?.Id, EndpointUrl: 'https://other.example', IsActive: false },
  ]);
  const installed = await conn.tooling.query(
    'SELECT Id, SubscriberPackage.NamespacePrefix, SubscriberPackageVersion.MajorVersion FROM InstalledSubscriberPackage',
  );
  expect(installed.totalSize).toBe(0);
  await expect(conn.query('SELECT Id FROM RemoteProxy')).rejects.toMatchObject({
    errorCode: 'INVALID_TYPE',
  });
});

test.each([
  [{ fullName: '../../escape', url: 'https://x.example', isActive: true }, 'INVALID_FULL_NAME'],
  [{ url: 'https://x.example', isActive: true }, 'INVALID_FULL_NAME'],
])('%j is refused', async (site, code) => {
  await expect(conn.metadata.upsert('RemoteSiteSetting', site as never)).rejects.toThrow(code);
});

test('what is no zip, or unpacks to something else, is refused', async () => {
  await expect(conn.metadata.deploy(Buffer.from('nonsense'), {}).complete()).rejects.toThrow(
    'The zip file cannot be read',
  );
});

const DESTRUCTION = (types: string) => ({
  'package.xml': `<Package ${META}><version>66.0</version></Package>`,
  'destructiveChangesPost.xml': `<Package ${META}>${types}<version>66.0</version></Package>`,
});

const remove = (type: string, ...names: string[]) =>
  `<types>${names.map((name) => `<members>${name}</members>`).join('')}<name>${type}</name></types>`;

test.each([
  ['<types><members>*</members><name>ApexClass</name></types>', 'has no plain name'],
  ['<types><members>../../x</members><name>ApexClass</name></types>', 'has no plain name'],
  ['<types><members>X</members><name>Flow</name></types>', 'cannot delete a Flow'],
  ['<types>', 'is not XML'],
])('a list of deletions with %j is refused', async (types, message) => {
  const attempt = conn.metadata.deploy(zip(DESTRUCTION(types)), {}).complete();
  await expect(attempt).rejects.toThrow(message);
});

test('what others still use cannot be deleted', async () => {
  await deploy(APP);
  const result = await deploy(DESTRUCTION(remove('CustomObject', 'Parcel__c')));
  expect(result).toMatchObject({ success: false });
  expect(JSON.stringify(result.details)).toContain('Parcel__c');
  await conn.sobject('Parcel__c').create({ Name: 'still there' });
});

test('what is deleted is gone with its rows, and comes back empty', async () => {
  await deploy(APP);
  await conn.sobject('Parcel__c').create({ Name: 'P-9', Weight__c: 9 });
  const all =
    remove('ApexClass', 'Parcels', 'ParcelsTest', 'Nobody') + remove('CustomObject', 'Parcel__c');
  const result = await deploy(DESTRUCTION(all));
  expect(result).toMatchObject({ success: true, numberComponentErrors: 0 });
  expect(JSON.stringify(result.details)).toContain('No ApexClass named: Nobody found');
  const rows = await conn.query("SELECT Id FROM ApexClass WHERE Name LIKE 'Parcels%'");
  expect(rows.totalSize).toBe(0);
  await expect(conn.query('SELECT Id FROM Parcel__c')).rejects.toMatchObject({
    errorCode: 'INVALID_TYPE',
  });
  await deploy(APP);
  expect((await conn.query('SELECT Id FROM Parcel__c')).totalSize).toBe(0);
});

test('a deleted field loses its values', async () => {
  await deploy(APP);
  const { id } = await conn.sobject('Parcel__c').create({ Name: 'P-1', Note__c: 'fragile' });
  expect(await deploy(DESTRUCTION(remove('CustomField', 'Parcel__c.Note__c')))).toMatchObject({
    success: true,
  });
  await deploy(APP);
  const record = await conn.sobject('Parcel__c').retrieve(String(id));
  expect(record).toMatchObject({ Name: 'P-1', Note__c: null });
});

test('checkOnly deletes nothing', async () => {
  await deploy(APP);
  const options = { checkOnly: true };
  expect(await deploy(DESTRUCTION(remove('ApexClass', 'ParcelsTest')), options)).toMatchObject({
    success: true,
  });
  const rows = await conn.query("SELECT Id FROM ApexClass WHERE Name = 'ParcelsTest'");
  expect(rows.totalSize).toBe(1);
});

test('a permission set that somebody holds stays', async () => {
  const set = { fullName: 'Weighers', label: 'Weighers', hasActivationRequired: false };
  await conn.metadata.upsert('PermissionSet', set as never);
  const [own] = (await conn.query("SELECT Id FROM PermissionSet WHERE Name = 'Weighers'")).records;
  const [holder] = (await conn.query("SELECT Id FROM User WHERE Alias = 'sseller'")).records;
  const assignment = await conn
    .sobject('PermissionSetAssignment')
    .create({ PermissionSetId: String(own?.['Id']), AssigneeId: String(holder?.['Id']) });
  const manifest = DESTRUCTION(remove('PermissionSet', 'Weighers'));
  const refused = await deploy(manifest);
  expect(refused).toMatchObject({ success: false });
  expect(JSON.stringify(refused.details)).toContain('is assigned to users');
  await conn.sobject('PermissionSetAssignment').delete(String(assignment.id));
  expect(await deploy(manifest)).toMatchObject({ success: true });
});

test('labels are deployed together and deleted one by one, unless code names them', async () => {
  const label = (name: string) =>
    `<labels><fullName>${name}</fullName><language>en_US</language><protected>false</protected>` +
    `<shortDescription>${name}</shortDescription><value>says ${name}</value></labels>`;
  const speaker = 'public class Speaker { public static String say() { return Label.Used; } }';
  const deployed = await deploy({
    'package.xml': `<Package ${META}><types><members>*</members><name>ApexClass</name></types><types><members>*</members><name>CustomLabels</name></types><version>66.0</version></Package>`,
    'classes/Speaker.cls': speaker,
    'classes/Speaker.cls-meta.xml': `<ApexClass ${META}><apiVersion>66.0</apiVersion><status>Active</status></ApexClass>`,
    'labels/CustomLabels.labels': `<CustomLabels ${META}>${label('Used')}${label('Unused')}</CustomLabels>`,
  });
  expect(deployed).toMatchObject({ success: true });
  const refused = await deploy(DESTRUCTION(remove('CustomLabel', 'Used')));
  expect(refused).toMatchObject({ success: false });
  expect(JSON.stringify(refused.details)).toContain('External string does not exist: Used');
  const result = await deploy(DESTRUCTION(remove('CustomLabel', 'Unused', 'Nobodys')));
  expect(result).toMatchObject({ success: true });
  expect(JSON.stringify(result.details)).toContain('No CustomLabel named: Nobodys found');
  const both = remove('ApexClass', 'Speaker') + remove('CustomLabel', 'Used');
  expect(await deploy(DESTRUCTION(both))).toMatchObject({ success: true });
});

test('a static resource is deployed, is a row, and its bytes are read by their path', async () => {
  const result = await deploy({
    'package.xml': APP['package.xml'] ?? '',
    'staticresources/Prices.resource': 'a,b\n1,2\n',
    'staticresources/Prices.resource-meta.xml': `<StaticResource ${META}>
      <cacheControl>Public</cacheControl><contentType>text/csv</contentType></StaticResource>`,
  });
  expect(result).toMatchObject({ status: 'Succeeded' });
  const { records } = await conn.query<{ Id: string; Body: string; BodyLength: number }>(
    "SELECT Id, Body, BodyLength FROM StaticResource WHERE Name = 'Prices'",
  );
  const [row] = records;
  expect(row).toMatchObject({
    Body: `${DATA}/sobjects/StaticResource/${row?.Id}/Body`,
    BodyLength: 8,
  });
  expect(String(await conn.request(String(row?.Body)))).toBe('a,b\n1,2\n');
});

test('custom permissions are deployed with the permission sets that grant them', async () => {
  const set = `<PermissionSet ${META}><customPermissions><enabled>true</enabled><name>Weigh</name></customPermissions>
    <label>Weighers</label></PermissionSet>`;
  const files = {
    'package.xml': APP['package.xml'] ?? '',
    'permissionsets/Weighers.permissionset': set,
  };
  const refused = await deploy(files);
  expect(JSON.stringify(refused.details)).toContain('no CustomPermission named Weigh found');
  await deploy({
    ...files,
    'customPermissions/Weigh.customPermission': `<CustomPermission ${META}>
      <isLicensed>false</isLicensed><label>Weigh</label></CustomPermission>`,
  });
  const { records } = await conn.query(
    "SELECT SetupEntityType FROM SetupEntityAccess WHERE Parent.Name = 'Weighers'",
  );
  expect(records).toMatchObject([{ SetupEntityType: 'CustomPermission' }]);
});
