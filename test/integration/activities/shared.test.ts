import jsforce from 'jsforce';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { zip } from '../../support/zip.ts';

const META = 'xmlns="http://soap.sforce.com/2006/04/metadata"';
const CONTACTS = 60;

let path: ActivityPath;
let user: string;
let account: string;
const contacts: string[] = [];
const addresses = Array.from({ length: CONTACTS }, (_, n) => `c${n}@acme.example`);

beforeAll(async () => {
  path = await startActivityPath();
  await shareActivities();
  account = await path.create('Account', { Name: 'Acme' });
  for (const [n, Email] of addresses.entries()) {
    contacts.push(await path.create('Contact', { LastName: `C${n}`, Email, AccountId: account }));
  }
  await path.create('Lead', { LastName: 'L', Company: 'C', Email: 'lead@acme.example' });
  await path.mirrorAll();
  const [me] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(me?.['Email']);
});
afterAll(() => path.close());

async function shareActivities(): Promise<void> {
  const { url, accessToken } = path.practice;
  const conn = new jsforce.Connection({ instanceUrl: url, accessToken, version: '66.0' });
  conn.metadata.pollInterval = 20;
  const files = {
    'package.xml': `<Package ${META}><version>66.0</version></Package>`,
    'settings/Activities.settings': `<ActivitiesSettings ${META}>
      <allowUsersToRelateMultipleContactsToTasksAndEvents>true</allowUsersToRelateMultipleContactsToTasksAndEvents>
      </ActivitiesSettings>`,
  };
  const { success } = await conn.metadata.deploy(zip(files)).complete(true);
  if (!success) throw new Error('the settings were not deployed');
}

const sent = (id: string, to: readonly string[]) => ({
  id,
  kind: 'email.sent',
  at: '2026-11-20T09:30:15Z',
  user,
  to,
  subject: 'Hello',
});
const tasksOf = (id: string) =>
  path.soql(
    `SELECT Id, WhoId, WhatId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%' ORDER BY Mixmax_Activity_Id__c`,
  );
async function namesOf(taskId: unknown) {
  const rows = await path.soql(
    `SELECT RelationId FROM TaskRelation WHERE TaskId = '${taskId}' AND IsWhat = false`,
  );
  return rows.map((row) => row['RelationId']).sort();
}

describe('an org that shares activities', () => {
  it('G1, G2: an e-mail to several contacts is one Task with all of them', async () => {
    await path.log(sent('three', [...addresses.slice(0, 3), 'lead@acme.example']));
    const [task, ofLead, ...more] = await tasksOf('three');
    expect(more).toEqual([]);
    expect(task).toMatchObject({ WhoId: contacts[0], WhatId: account });
    expect(await namesOf(task?.['Id'])).toEqual(contacts.slice(0, 3).sort());
    expect(ofLead?.['WhatId']).toBeNull();
  });

  it('G3, G4: sixty contacts are two Tasks, of fifty and of ten', async () => {
    await path.log(sent('sixty', addresses));
    const tasks = await tasksOf('sixty');
    const names = await Promise.all(tasks.map((task) => namesOf(task['Id'])));
    expect(names.map(({ length }) => length).sort()).toEqual([10, 50]);
    expect(names.flat().sort()).toEqual([...contacts].sort());
  });

  it('relates what a lost answer left unrelated, once', async () => {
    await path.post(sent('lost', addresses.slice(0, 5)));
    path.practice.org.faults.arm({ kind: 'answer-lost', object: 'Task', method: 'POST', times: 2 });
    await path.write();
    const [task, ...more] = await tasksOf('lost');
    expect(more).toEqual([]);
    expect(await namesOf(task?.['Id'])).toEqual(contacts.slice(0, 5).sort());
  });
});
