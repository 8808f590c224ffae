import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeployError } from '../../../local/org/deploy-error.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const DATA = '/services/data/v66.0';
let folder: string;
let org: TestOrg | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'org-source-'));
});
afterEach(async () => {
  await org?.close();
  org = undefined;
  await rm(folder, { recursive: true });
});

async function write(path: string, text: string): Promise<void> {
  const file = join(folder, 'source', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';

async function writeShipment(): Promise<void> {
  await write(
    'main/default/objects/Shipment__c/Shipment__c.object-meta.xml',
    `<CustomObject ${META}><label>Shipment</label><pluralLabel>Shipments</pluralLabel>
     <nameField><label>Number</label><type>Text</type></nameField>
     <deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel></CustomObject>`,
  );
  await write(
    'main/default/objects/Shipment__c/fields/Weight__c.field-meta.xml',
    `<CustomField ${META}><fullName>Weight__c</fullName><label>Weight</label><type>Number</type>
     <precision>10</precision><scale>2</scale></CustomField>`,
  );
}

async function open(sources: boolean): Promise<TestOrg> {
  org = await startTestOrg({
    database: join(folder, 'org.db'),
    ...(sources ? { sources: [join(folder, 'source')] } : {}),
  });
  return org;
}

test('deployed objects can be used, and are there again after a restart without the source', async () => {
  await writeShipment();
  const first = await open(true);
  const created = await first.fetch('POST', `${DATA}/sobjects/Shipment__c`, {
    Name: 'S-1',
    Weight__c: 2,
  });
  const { id } = (await created.json()) as { id: string };
  expect(id.slice(0, 3)).toBe('a00');
  const before = await first.fetch('GET', `${DATA}/sobjects/Shipment__c/describe`);
  await first.close();

  const second = await open(false);
  const record = await second.fetch('GET', `${DATA}/sobjects/Shipment__c/${id}`);
  expect(await record.text()).toContain('"Weight__c":2.0');
  const after = await second.fetch('GET', `${DATA}/sobjects/Shipment__c/describe`);
  expect(after.headers.get('last-modified')).toBe(before.headers.get('last-modified'));
});

test('a deploy with faults lists all of them and changes nothing', async () => {
  await writeShipment();
  await (await open(true)).close();
  await write('main/default/objects/Shipment__c/fields/Bad__c.field-meta.xml', '<CustomField>');
  await write(
    'main/default/objects/Shipment__c/fields/Worse__c.field-meta.xml',
    `<CustomField ${META}><fullName>Worse__c</fullName><label>W</label><type>Smell</type></CustomField>`,
  );
  const failure = await open(true).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(DeployError);
  expect((failure as DeployError).problems.map(({ file }) => file)).toEqual([
    'objects/Shipment__c/fields/Bad__c.field-meta.xml',
    'objects/Shipment__c/fields/Worse__c.field-meta.xml',
  ]);
  const again = await open(false);
  const description = await again.fetch('GET', `${DATA}/sobjects/Shipment__c/describe`);
  const { fields } = (await description.json()) as { fields: { name: string }[] };
  expect(fields.map(({ name }) => name)).not.toContain('Worse__c');
});

test('a deploy whose commit fails changes nothing, and may be repeated', async () => {
  await writeShipment();
  const files = await readSourceFolders([join(folder, 'source')]);
  const first = await open(false);
  let full = true;
  first.org.store.database.onCommit(() => {
    if (full) throw new Error('the disk is full');
  });
  expect(() => first.org.deploy(files)).toThrow('the disk is full');
  full = false;
  expect((await first.fetch('GET', `${DATA}/sobjects/Shipment__c/describe`)).status).toBe(404);
  expect((await first.fetch('GET', `${DATA}/query?q=SELECT+Id+FROM+Account`)).status).toBe(200);

  first.org.deploy(files);
  await first.close();
  const second = await open(false);
  expect((await second.fetch('GET', `${DATA}/sobjects/Shipment__c/describe`)).status).toBe(200);
});

test('a database of another org is refused in one sentence', async () => {
  await (await open(false)).close();
  await expect(
    startTestOrg({ database: join(folder, 'org.db'), orgId: '00DDp0000000002MAA' }),
  ).rejects.toThrow('The database holds another org than 00DDp0000000002MAA');
});
