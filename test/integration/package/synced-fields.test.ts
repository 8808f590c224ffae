import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { openPackageOrg, type PackageOrg } from '../../support/package/package-org.ts';

/** Sync Conditions as an admin of the org writes them, with a formula that the admin made. */

const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
const FORMULA: SourceFile = {
  path: 'objects/Contact/fields/Greeting__c.field-meta.xml',
  text: `<CustomField ${META}><fullName>Greeting__c</fullName><label>Greeting</label><type>Text</type>
    <formula>"Dear " &amp; FirstName</formula></CustomField>`,
};
const RANK: SourceFile = {
  path: 'objects/Contact/fields/Rank__c.field-meta.xml',
  text: `<CustomField ${META}><fullName>Rank__c</fullName><label>Rank</label><type>Text</type>
    <length>20</length></CustomField>`,
};

let org: PackageOrg;
beforeAll(async () => {
  org = await openPackageOrg({
    seed: 'synced fields',
    delays: 'zero',
    startMs: Date.UTC(2026, 10, 22, 9),
  });
  org.org.deploy([FORMULA]);
});
afterAll(() => {
  expect(org.faults).toEqual([]);
  org.close();
});

const add = (object: string, field: string) =>
  org.save('insert', 'Mixmax_Synced_Field__c', [{ Object__c: object, Field__c: field }]);

test('a formula is refused, and the message says what to list instead', () => {
  expect(() => add('Contact', 'Greeting__c')).toThrow(
    'Contact.Greeting__c is a formula or roll-up: its changes are not noticed. List the fields it is computed from instead.',
  );
});

test.each([
  ['Contact', 'Nowhere__c', 'Contact has no field "Nowhere__c"'],
  ['Contract__c', 'Name', 'This org has no object "Contract__c"'],
  ['Contact', 'MailingAddress', 'cannot be sent as one value'],
  ['Contact', 'Email FROM User', 'Contact has no field "Email FROM User"'],
])('%s.%s is refused', (object, field, message) => {
  expect(() => add(object, field)).toThrow(message);
});

test('a row is the only one of its field, whatever its key and spelling', () => {
  add('Contact', 'FirstName');
  expect(() => add('contact', 'FIRSTNAME')).toThrow(/duplicate/i);
  const rows = org.query('SELECT Key__c FROM Mixmax_Synced_Field__c');
  expect(rows).toEqual([{ Key__c: 'contact.firstname' }]);
});

test('what the formula reads is noticed from then on, and nothing else', async () => {
  const [id = ''] = org.save('insert', 'Contact', [{ LastName: 'Lovelace', FirstName: 'Ada' }]);
  await org.scheduler.advance(1_000);
  org.received.length = 0;
  org.save('update', 'Contact', [{ Id: id, Title: 'Countess' }]);
  await org.scheduler.advance(1_000);
  expect(org.received).toEqual([]);
  org.save('update', 'Contact', [{ Id: id, FirstName: 'ada' }]);
  await org.scheduler.advance(1_000);
  const [change] = org.received.flatMap(({ notice }) => notice.changes);
  expect(change).toMatchObject({ op: 'update', ids: [id], fields: ['FirstName'] });
  expect(change?.records?.[0]?.fields).toEqual({ FirstName: 'ada' });
});

test('a row whose field is gone by now can be switched off, and not on again', () => {
  org.org.deploy([RANK]);
  const [id = ''] = add('Contact', 'Rank__c');
  org.org.deploy([], [RANK.path]);
  org.save('update', 'Mixmax_Synced_Field__c', [{ Id: id, Active__c: false }]);
  const again = () => org.save('update', 'Mixmax_Synced_Field__c', [{ Id: id, Active__c: true }]);
  expect(again).toThrow('Contact has no field "Rank__c"');
});
