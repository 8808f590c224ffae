import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const TRIGGER = {
  path: 'triggers/Renames.trigger',
  text: "trigger Renames on Account (before insert) { for (Account a : Trigger.new) a.Name = 'renamed'; }",
};

function meta(status: string) {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?><ApexTrigger xmlns="http://soap.sforce.com/2006/04/metadata">' +
    `<apiVersion>66.0</apiVersion><status>${status}</status></ApexTrigger>`;
  return { path: 'triggers/Renames.trigger-meta.xml', text };
}

let org: TestOrg;

beforeEach(async () => {
  org = await startTestOrg();
});
afterEach(() => org.close());

async function nameAfterInsert(): Promise<unknown> {
  const made = await org.fetch('POST', '/services/data/v66.0/sobjects/Account', { Name: 'as is' });
  const { id } = (await made.json()) as { id: string };
  return org.org.store.read('Account', id)?.['Name'];
}

function status(): unknown {
  const [id = ''] = org.org.store.findByKey('ApexTrigger', 'Name', 'Renames');
  return org.org.store.read('ApexTrigger', id)?.['Status'];
}

test('an inactive trigger does not run, says so, and runs again once it is active', async () => {
  org.org.deploy([TRIGGER, meta('Active')]);
  expect([await nameAfterInsert(), status()]).toEqual(['renamed', 'Active']);
  org.org.deploy([meta('Inactive')]);
  expect([await nameAfterInsert(), status()]).toEqual(['as is', 'Inactive']);
  org.org.deploy([meta('Active')]);
  expect([await nameAfterInsert(), status()]).toEqual(['renamed', 'Active']);
});
