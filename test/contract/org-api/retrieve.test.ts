import type jsforce from 'jsforce';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readZip } from '../../../local/org/api/metadata/zip-reader.ts';
import { jsforceConnection } from '../../support/org/jsforce-connection.ts';
import { metadataText } from '../../support/org/source-files.ts';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';
import { zip } from '../../support/zip.ts';

/** What was deployed comes back, in the format that it can be deployed in again. */

const CLASS_META = metadataText(
  'ApexClass',
  '<apiVersion>66.0</apiVersion><status>Active</status>',
);
const SOURCE = [
  {
    path: 'objects/Box__c/Box__c.object-meta.xml',
    text: metadataText(
      'CustomObject',
      '<deploymentStatus>Deployed</deploymentStatus><label>Box</label><pluralLabel>Boxes</pluralLabel>' +
        '<nameField><label>Name</label><type>Text</type></nameField><sharingModel>ReadWrite</sharingModel>',
    ),
  },
  {
    path: 'objects/Box__c/fields/Weight__c.field-meta.xml',
    text: metadataText(
      'CustomField',
      '<fullName>Weight__c</fullName><label>Weight &amp; size</label><precision>8</precision><scale>1</scale><type>Number</type>',
    ),
  },
  {
    path: 'objects/Account/fields/Tier__c.field-meta.xml',
    text: metadataText(
      'CustomField',
      '<fullName>Tier__c</fullName><label>Tier</label><length>10</length><type>Text</type>',
    ),
  },
  { path: 'classes/Boxes.cls', text: 'public class Boxes {}' },
  { path: 'classes/Boxes.cls-meta.xml', text: CLASS_META },
  {
    path: 'remoteSiteSettings/Outside.remoteSite-meta.xml',
    text: metadataText(
      'RemoteSiteSetting',
      '<isActive>true</isActive><url>https://outside.example</url>',
    ),
  },
];

let org: TestOrg;
let conn: jsforce.Connection;
beforeAll(async () => {
  org = await startTestOrg();
  org.org.deploy(SOURCE);
  conn = jsforceConnection(org);
});
afterAll(async () => {
  await org.close();
  expect(org.errors).toEqual([]);
});

type Types = readonly { readonly name: string; readonly members: string | readonly string[] }[];

async function retrieve(types: Types, more: object = {}) {
  const unpackaged = { types, version: '66.0' };
  const request = { apiVersion: '66.0', unpackaged, ...more };
  const result = await conn.metadata.retrieve(request as never).complete();
  const entries = readZip(Buffer.from(result.zipFile, 'base64'));
  const texts = entries.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()] as const);
  return { result, files: Object.fromEntries(texts) };
}

test('code comes with its description, and a manifest', async () => {
  const { result, files } = await retrieve([{ name: 'ApexClass', members: '*' }]);
  expect(result).toMatchObject({ success: true, status: 'Succeeded' });
  expect(files).toEqual({
    'unpackaged/classes/Boxes.cls': 'public class Boxes {}',
    'unpackaged/classes/Boxes.cls-meta.xml': CLASS_META,
    'unpackaged/package.xml': expect.stringContaining(
      '<types><members>Boxes</members><name>ApexClass</name></types><version>66.0</version>',
    ),
  });
});

test('an object takes all of its parts along; a field comes alone', async () => {
  const whole = await retrieve([{ name: 'CustomObject', members: ['*'] }]);
  expect(Object.keys(whole.files)).toEqual([
    'unpackaged/objects/Box__c.object',
    'unpackaged/package.xml',
  ]);
  const text = whole.files['unpackaged/objects/Box__c.object'] ?? '';
  expect(text).toContain('<pluralLabel>Boxes</pluralLabel>');
  expect(text).toContain('<fields><fullName>Weight__c</fullName><label>Weight &amp; size</label>');

  const { files } = await retrieve([{ name: 'CustomField', members: ['Account.Tier__c'] }]);
  expect(Object.keys(files)).toEqual([
    'unpackaged/objects/Account.object',
    'unpackaged/package.xml',
  ]);
});

test('at the top of the archive for a single package; what is not there is said', async () => {
  const types = [{ name: 'RemoteSiteSetting', members: ['Outside', 'Nowhere'] }];
  const { result, files } = await retrieve(types, { singlePackage: true });
  expect(Object.keys(files)).toEqual(['remoteSiteSettings/Outside.remoteSite', 'package.xml']);
  expect(result).toMatchObject({
    messages: [{ problem: "Entity of type 'RemoteSiteSetting' named 'Nowhere' cannot be found" }],
  });
});

test('what came can be deployed into another org', async () => {
  const { files } = await retrieve([
    { name: 'CustomObject', members: ['Box__c'] },
    { name: 'ApexClass', members: ['Boxes'] },
  ]);
  const other = await startTestOrg();
  const locator = jsforceConnection(other).metadata.deploy(zip(files), {});
  expect(await locator.complete(true)).toMatchObject({ status: 'Succeeded' });
  expect(other.org.store.schema.find('Box__c')?.fields.get('weight__c')?.label).toBe(
    'Weight & size',
  );
  await other.close();
});

test('the archive is handed out once; packages and unknown retrieves are refused by name', async () => {
  const types = [{ name: 'ApexClass', members: ['Boxes'] }];
  const locator = conn.metadata.retrieve({
    apiVersion: '66.0',
    unpackaged: { types, version: '66.0' },
  } as never);
  const { id, zipFile } = await locator.complete();
  expect(zipFile).not.toBe('');
  const again = await conn.metadata.checkRetrieveStatus(id);
  expect(again).toMatchObject({ done: true, success: true });
  expect(again.zipFile ?? '').toBe('');
  await expect(
    conn.metadata.retrieve({ apiVersion: '66.0', packageNames: ['Mine'] } as never).complete(),
  ).rejects.toThrow('This org retrieves what an <unpackaged> manifest names.');
  await expect(conn.metadata.checkRetrieveStatus('09S000000000000AAA')).rejects.toThrow(
    'NOT_FOUND',
  );
});

test('settings that nobody deployed, as the org has them', async () => {
  const ask = () => conn.metadata.read('ActivitiesSettings' as never, 'Activities');
  expect(await ask()).toMatchObject({
    allowUsersToRelateMultipleContactsToTasksAndEvents: false,
    enableRollUpActivToContactsAcct: true,
  });
  const asked = [{ name: 'Settings', members: ['Activities'] }];
  expect(Object.keys((await retrieve(asked)).files)).toContain(
    'unpackaged/settings/Activities.settings',
  );
  org.org.deploy([
    {
      path: 'settings/Activities.settings-meta.xml',
      text: metadataText(
        'ActivitiesSettings',
        '<allowUsersToRelateMultipleContactsToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents>',
      ),
    },
  ]);
  expect(await ask()).toMatchObject({
    allowUsersToRelateMultipleContactsToTasksAndEvents: true,
  });
  const { files } = await retrieve(asked);
  expect(files['unpackaged/settings/Activities.settings']).toContain('<ActivitiesSettings');
});
