import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';
import { skipTo } from '../../support/org-receiver.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
const EMAIL = 'ada@acme.example';
const AT = '2026-11-20T09:30:15.000Z';

let path: ActivityPath;
let user: string;
let count = 0;
/** An org without the package: an admin makes the field by hand, or has it made. */
beforeAll(async () => {
  path = await startActivityPath({ practice: { sources: [] } });
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'Standard User'");
  const rita = { username: 'rita@practice.example', alias: 'rita', profileId: profile?.['Id'] };
  await path.create('User', userFields(rita));
  await path.create('Contact', { LastName: 'Lovelace', Email: EMAIL });
  await path.mirrorAll();
});
afterAll(() => path.close());

/** The field as an admin makes it who has not read the help page. */
function deployDateField({ practice }: ActivityPath): void {
  const name = 'MixmaxActivityDateTime__c';
  practice.org.deploy([
    {
      path: `objects/Activity/fields/${name}.field-meta.xml`,
      text: `${DECLARATION}<CustomField xmlns="${NAMESPACE}"><fullName>${name}</fullName><label>When</label><type>Date</type></CustomField>`,
    },
    {
      path: 'permissionsets/Dates.permissionset-meta.xml',
      text: `${DECLARATION}<PermissionSet xmlns="${NAMESPACE}"><fieldPermissions><editable>true</editable><field>Task.${name}</field><readable>true</readable></fieldPermissions><label>Dates</label></PermissionSet>`,
    },
  ]);
}

const activity = (kind: string, body: object) => {
  count += 1;
  return { id: `f-${count}`, kind, at: AT, user, ...body };
};

/** The newest Task after an activity was logged, once what the receiver knows of the org is renewed. */
async function taskOf(one: object, columns: string) {
  await skipTo(path.practice, path.practice.org.clock.now() + 11 * 60_000);
  await path.log(one);
  const [task] = await path.soql(
    `SELECT ${columns} FROM Task ORDER BY CreatedDate DESC, Id DESC LIMIT 1`,
  );
  return task;
}

const sent = () => activity('email.sent', { to: [EMAIL], subject: 'Hello' });
const setup = async () => (await path.call('GET', '/activity-setup')).body;

describe('the date/time field', () => {
  it('A59, A61: one of another type is refused by name', async () => {
    const other = await startActivityPath({ practice: { sources: [] } });
    deployDateField(other);
    const [set] = await other.soql("SELECT Id FROM PermissionSet WHERE Name = 'Dates'");
    const [admin] = await other.soql(`SELECT Id FROM User WHERE Email = '${user}'`);
    const assignment = { PermissionSetId: set?.['Id'], AssigneeId: admin?.['Id'] };
    await other.create('PermissionSetAssignment', assignment);
    const refused = await other.call('POST', '/activity-setup/fields', {});
    await other.close();
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      pointer: 'MixmaxActivityDateTime__c',
      detail: expect.stringContaining('is of the type date'),
    });
  });

  it('A57–A61: is created on request with its permission set, and holds when it happened', async () => {
    await path.log(sent());
    expect((await setup()).task.timeFields).toEqual([]);
    const made = await path.call('POST', '/activity-setup/fields', { structured: true });
    expect(made).toMatchObject({
      status: 200,
      body: { permissionSet: 'Mixmax_Activity_Fields', created: expect.any(Array) },
    });
    expect(made.body).not.toHaveProperty('unassigned');
    expect(made.body.created).toContain('MixmaxActivityDateTime__c');
    expect((await setup()).task.timeFields).toEqual(['MixmaxActivityDateTime__c']);
    const again = await path.call('POST', '/activity-setup/fields', { structured: true });
    expect(again.body.created).toEqual([]);
    expect(await taskOf(sent(), 'MixmaxActivityDateTime__c')).toMatchObject({
      MixmaxActivityDateTime__c: '2026-11-20T09:30:15.000+0000',
    });
  });

  it('A62: shows who may edit it', async () => {
    const { body } = await path.call('GET', '/activity-setup/users');
    expect(body.fields).toEqual(['MixmaxActivityDateTime__c']);
    const right = (name: string) =>
      body.users.find(({ username }: { username: string }) => username === name);
    expect(right(user)).toMatchObject({ task: true, event: true });
    expect(right('rita@practice.example')).toMatchObject({ task: false, event: false });
  });

  it('A66: earlier activities get it only when asked for, within bounds', async () => {
    const empty =
      "SELECT Id FROM Task WHERE Subject = 'Sent (New): Hello' AND MixmaxActivityDateTime__c = null";
    expect(await path.soql(empty)).toHaveLength(1);
    const ask = (from: string, to: string) =>
      path.call('POST', '/activity-setup/backfills', { from, to });
    expect((await ask('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z')).body.updated).toBe(0);
    expect(await path.soql(empty)).toHaveLength(1);
    expect((await ask('2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).body).toEqual({
      updated: 2,
      refused: {},
    });
    expect(await path.soql(empty)).toHaveLength(0);
    expect((await ask('2020-01-01T00:00:00Z', '2026-11-21T00:00:00Z')).status).toBe(400);
  });
});

describe('structured fields and the admin’s own mapping', () => {
  it('kind, sequence, stage, link, file and disposition stand beside the subject where the org has the fields', async () => {
    const clicked = activity('email.clicked', {
      by: EMAIL,
      subject: 'Hello',
      url: 'https://x.example/a',
      sequence: { name: 'Trial', stage: 2 },
    });
    const columns = 'Subject, Mixmax_Kind__c, Mixmax_Sequence__c, Mixmax_Stage__c, Mixmax_Link__c';
    expect(await taskOf(clicked, columns)).toMatchObject({
      Subject: 'Clicked [Trial (2 stage)]: Hello',
      Mixmax_Kind__c: 'email.clicked',
      Mixmax_Sequence__c: 'Trial',
      Mixmax_Stage__c: 2,
      Mixmax_Link__c: 'https://x.example/a',
    });
    const downloaded = activity('email.downloaded', {
      by: EMAIL,
      subject: 'Hello',
      fileName: 'a.pdf',
    });
    expect(await taskOf(downloaded, 'Mixmax_File__c')).toMatchObject({ Mixmax_File__c: 'a.pdf' });
  });

  it('A76: an admin maps fields of his own; what does not fit is refused by name', async () => {
    const put = (Task: object) => path.call('PUT', '/activity-mapping', { Task, Event: {} });
    for (const [field, source, reason] of [
      ['Nothing__c', 'link', 'is not there'],
      ['Subject', 'link', 'is written for every activity already'],
      ['ReminderDateTime', 'link', 'is of the type datetime'],
      ['IsClosed', 'in-sequence', 'may not be written'],
    ]) {
      const { status, body } = await put({ [String(field)]: source });
      expect([status, body.pointer]).toEqual([400, `/Task/${field}`]);
      expect(body.detail).toContain(reason);
    }
    expect((await put({ calldisposition: 'call-disposition', CallObject: 'person' })).body).toEqual(
      { Task: { CallDisposition: 'call-disposition', CallObject: 'person' }, Event: {} },
    );
    const call = activity('call', {
      person: EMAIL,
      detail: { origin: 'sidebar-dialed', phoneNumber: '+1', disposition: 'Left voicemail' },
    });
    expect(await taskOf(call, 'CallDisposition, CallObject')).toMatchObject({
      CallDisposition: 'Left voicemail',
      CallObject: EMAIL,
    });
  });
});
