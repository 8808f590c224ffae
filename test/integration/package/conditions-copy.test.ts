import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { type ConnectedOrg, openConnectedOrg } from '../../support/package/connected-org.ts';

/**
 * Triggers take the Sync Conditions from a copy, because that costs no query. What if the copy is wrong? Here somebody
 * spoils it by hand in a connected org, so that updates of phone numbers go unnoticed.
 */

const MINUTE_MS = 60_000;
const PART_LENGTH = 255;
const PARTS = 20;

let connected: ConnectedOrg;
beforeEach(async () => {
  connected = await openConnectedOrg('default');
  const pushed = pushConditions(connected.receiver.ports, {
    orgId: connected.org.orgId as OrgId,
    conditions: { on: true, objects: { Contact: ['LastName', 'Email', 'Phone'] } },
  });
  await connected.scheduler.advance(5 * MINUTE_MS);
  await pushed;
});
afterEach(async () => {
  expect(connected.faults).toEqual([]);
  await connected.close();
});

const partName = (index: number) => `Part_${index + 1}__c`;
const partNames = Array.from({ length: PARTS }, (_, index) => partName(index));

function copiedText(): string {
  const [row] = connected.query(`SELECT ${partNames.join(', ')} FROM Mixmax_Conditions__c`);
  return partNames.map((name) => row?.[name] ?? '').join('');
}

function spoilCopy(text: string): void {
  const { org, syncUserId } = connected;
  const [row] = connected.query('SELECT Id FROM Mixmax_Conditions__c');
  const parts = partNames.map((name, index) => {
    return [name, text.slice(index * PART_LENGTH, (index + 1) * PART_LENGTH)];
  });
  const input = { Id: row?.['Id'], Length__c: text.length, ...Object.fromEntries(parts) };
  const [result] = org.engine.save({
    operation: 'update',
    records: [{ object: 'Mixmax_Conditions__c', input }],
    allOrNone: true,
    userId: syncUserId,
    source: 'rest',
  });
  expect(result).toMatchObject({ success: true });
}

async function setPhone(phone: string): Promise<void> {
  const [row] = connected.query(`SELECT Id FROM Contact WHERE LastName = 'Doe'`);
  await connected.load('update', 'Contact', ['Id', 'Phone'], [[String(row?.['Id']), phone]]);
  await connected.scheduler.advance(MINUTE_MS);
}

test('the copy follows what the receiver pushes', async () => {
  const rows = connected.query(
    'SELECT Object__c, Field__c FROM Mixmax_Synced_Field__c WHERE Active__c = TRUE',
  );
  const listed = copiedText()
    .split(';')
    .flatMap((part) => {
      const [object = '', fields = ''] = part.split(':');
      return fields.split(',').map((field) => `${object}.${field}`);
    });
  const expected = rows.map(
    (row) => `${String(row['Object__c']).toLowerCase()}.${row['Field__c']}`,
  );
  expect(expected).toContain('contact.Phone');
  expect(listed.sort()).toEqual(expected.sort());
});

test('a spoilt copy is corrected by the next notice, and what it hid is found', async () => {
  await connected.load('insert', 'Contact', ['LastName'], [['Doe']]);
  await connected.mirrored(5);
  const right = copiedText();
  spoilCopy(right.replace(',Phone', ''));
  await setPhone('1');
  await expect(connected.mirrored(0), 'the update went unnoticed').rejects.toThrow('is stale');

  await connected.load('insert', 'Contact', ['LastName'], [['Another']]);
  await connected.scheduler.advance(MINUTE_MS);
  expect(copiedText()).toBe(right);
  await connected.mirrored(75);
  await setPhone('2');
  await connected.mirrored(0);
});
