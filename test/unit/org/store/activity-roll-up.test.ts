import { beforeEach, describe, expect, test } from 'vitest';
import type { FieldValues } from '../../../../local/org/schema/schema.ts';
import { deploySource } from '../../../../local/org/schema/source/deploy-source.ts';
import { source } from '../schema/source-builder.ts';
import { openTestOrg, type TestOrg } from '../support.ts';

let org: TestOrg;
let account: string;
let contact: string;

/** @param body of the settings file */
function set(body: string): readonly { readonly message: string }[] {
  const file = source('settings/Activities.settings-meta.xml', 'ActivitiesSettings', body);
  const { problems } = deploySource(org.schema, [file], org.store.keyPrefixes);
  org.store.migrate();
  org.store.relateKnownActivities(org.context);
  return problems;
}

const rollUp = (value: string): string =>
  `<enableRollUpActivToContactsAcct>${value}</enableRollUpActivToContactsAcct>`;
const shared =
  '<allowUsersToRelateMultipleContactsToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents>';

beforeEach(() => {
  org = openTestOrg();
  account = org.insert('Account', { Name: 'Acme' });
  contact = org.insert('Contact', { LastName: 'Doe', AccountId: account });
});

describe.each<[string, FieldValues]>([
  ['Task', { Status: 'Completed', ActivityDate: '2026-05-07' }],
  ['Event', { StartDateTime: '2026-05-07T09:00:00.000Z', DurationInMinutes: 30 }],
])('the account of a contact for a %s', (object, values) => {
  const accountId = (id: string) => org.store.read(object, id)?.['AccountId'];
  const insert = (relations: FieldValues) => org.insert(object, { ...values, ...relations });

  test.each(['', rollUp('true')])("is the activity's with settings %j", (body) => {
    expect(set(body)).toEqual([]);
    expect(accountId(insert({ WhoId: contact }))).toBe(account);
    expect(org.store.read('Account', account)).toMatchObject({ LastActivityDate: '2026-05-07' });
  });

  test('is not with the roll-up off; Related To still decides', () => {
    expect(set(rollUp('false'))).toEqual([]);
    const campaign = org.insert('Campaign', { Name: 'C' });
    expect(accountId(insert({ WhoId: contact }))).toBeNull();
    expect(accountId(insert({ WhoId: contact, WhatId: campaign }))).toBeNull();
    expect(org.store.read('Account', account)).toMatchObject({ LastActivityDate: null });
    expect(org.store.read('Contact', contact)).toMatchObject({ LastActivityDate: '2026-05-07' });
    expect(accountId(insert({ WhoId: contact, WhatId: account }))).toBe(account);
  });

  test('stays with activities from before the setting changed, until they relate to others', () => {
    const id = insert({ WhoId: contact });
    set(rollUp('false'));
    org.store.update(object, id, { Subject: 'x' }, org.later());
    expect(accountId(id)).toBe(account);
    const other = org.insert('Contact', { LastName: 'Roe', AccountId: account });
    org.store.update(object, id, { WhoId: other }, org.later());
    expect(accountId(id)).toBeNull();
    set(rollUp('true'));
    expect(accountId(id)).toBeNull();
    org.store.update(object, id, { WhoId: contact }, org.later());
    expect(accountId(id)).toBe(account);
  });

  test('is not on the rows of Shared Activities either', () => {
    set(shared + rollUp('false'));
    insert({ WhoId: contact });
    expect(org.query(`SELECT RelationId, AccountId FROM ${object}Relation`)).toEqual([
      { RelationId: contact, AccountId: null },
    ]);
  });
});

test('a setting that is neither true nor false is a problem', () => {
  expect(set(rollUp('yes')).map(({ message }) => message)).toEqual([
    '<enableRollUpActivToContactsAcct> must be true or false: yes',
  ]);
});
