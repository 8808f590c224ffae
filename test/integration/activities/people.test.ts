import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';

let path: ActivityPath;
let me: { readonly id: string; readonly email: string };
const ids: Record<string, string> = {};
let count = 0;

beforeAll(async () => {
  path = await startActivityPath();
  const [user] = await path.soql('SELECT Id, Email FROM User WHERE IsActive = true LIMIT 1');
  me = { id: String(user?.['Id']), email: String(user?.['Email']) };
  ids['other'] = await otherUser();
  ids['acme'] = await path.create('Account', { Name: 'Acme' });
  ids['globex'] = await path.create('Account', { Name: 'Globex' });
  const contact = async (name: string, fields: object) => {
    const Email = `${name}@acme.example`;
    ids[name] = await path.create('Contact', { LastName: name, Email, ...fields });
  };
  await contact('plain', { AccountId: ids['acme'] });
  await contact('lonely', {});
  await contact('primary', { AccountId: ids['acme'] });
  await contact('secondary', { AccountId: ids['acme'] });
  await contact('won', { AccountId: ids['globex'] });
  await contact('tags', {});
  await contact('team', {});
  await contact('teammate', {});
  await contact('info', {});
  await contact('twice', { OwnerId: ids['other'] });
  ids['mine'] = await path.create('Contact', { LastName: 'mine', Email: 'TWICE@acme.example' });
  const lead = (Email: string) => path.create('Lead', { LastName: 'L', Company: 'C', Email });
  ids['lead'] = await lead('lead@acme.example');
  await lead('plain@acme.example');
  await opportunities();
  await path.mirrorAll();
});
afterAll(() => path.close());

async function otherUser(): Promise<string> {
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  return path.create(
    'User',
    userFields({
      username: 'otto@practice.example',
      alias: 'otto',
      profileId: profile?.['Id'],
      timeZone: 'Asia/Tokyo',
    }),
  );
}

async function opportunities(): Promise<void> {
  const make = async (name: string, account: string | undefined, fields: object) => {
    ids[name] = await path.create('Opportunity', {
      Name: name,
      AccountId: account,
      StageName: 'Prospecting',
      CloseDate: '2027-06-30',
      ...fields,
    });
  };
  const role = (opportunity: string, contact: string, IsPrimary: boolean) =>
    path.create('OpportunityContactRole', {
      OpportunityId: ids[opportunity],
      ContactId: ids[contact],
      IsPrimary,
    });
  await make('late', ids['acme'], { CloseDate: '2027-12-31' });
  await make('soon', ids['acme'], { CloseDate: '2027-01-31' });
  await make('not mine', ids['acme'], { CloseDate: '2026-12-31', OwnerId: ids['other'] });
  await make('closed', ids['globex'], { StageName: 'Closed Won' });
  for (const name of ['late', 'soon', 'not mine']) await role(name, 'primary', true);
  await role('soon', 'secondary', false);
  await role('closed', 'won', true);
}

const activity = (kind: string, body: object) => {
  count += 1;
  return { id: `p-${count}`, kind, at: '2026-11-20T20:30:00Z', user: me.email, ...body };
};
const sent = (to: readonly string[], more: object = {}) =>
  activity('email.sent', { to, subject: `S${count}`, ...more });
const received = (from: string) => activity('email.received', { from, subject: `S${count}` });

/** Logs an activity; the Tasks it has become, by name. */
async function tasksOf(one: { readonly id: string; readonly user?: unknown }) {
  await path.log(one);
  return path.soql(
    `SELECT Id, Subject, OwnerId, WhoId, WhatId, ActivityDate FROM Task WHERE Mixmax_Activity_Id__c LIKE '${one.id}/%' ORDER BY Mixmax_Activity_Id__c`,
  );
}

async function listed(state: string, id: string) {
  const { body } = await path.call('GET', `/activities?state=${state}&limit=200`);
  return body.activities.find((one: { id: string }) => one.id === id);
}

describe('who and what', () => {
  it.each([
    ['A73, A48 a contact: its account', ['plain@acme.example'], ['plain'], ['acme']],
    ['a contact without an account: nothing', ['lonely@acme.example'], ['lonely'], [null]],
    [
      'A47 of several opportunities by primary role: open, own, soonest',
      ['primary@acme.example'],
      ['primary'],
      ['soon'],
    ],
    [
      'A47 a role that is not primary does not count',
      ['secondary@acme.example'],
      ['secondary'],
      ['acme'],
    ],
    ['A48 closed opportunities do not count', ['won@acme.example'], ['won'], ['globex']],
    ['a lead has no related record', ['lead@acme.example'], ['lead'], [null]],
    [
      'U13 a contact comes before a lead, upper case or not',
      ['PLAIN@ACME.example'],
      ['plain'],
      ['acme'],
    ],
    ['plus-tags do not count', ['tags+sale@acme.example'], ['tags'], [null]],
    ['U14 of two contacts the user’s own', ['twice@acme.example'], ['mine'], [null]],
    [
      'A81 a Task for each recipient',
      ['plain@acme.example', 'lead@acme.example'],
      ['plain', 'lead'],
      ['acme', null],
    ],
  ] as const)('%s', async (_, to, who, what) => {
    const tasks = await tasksOf(sent(to));
    expect(tasks.map((task) => task['WhoId'])).toEqual(who.map((name) => ids[name]));
    expect(tasks.map((task) => task['WhatId'])).toEqual(what.map((name) => name && ids[name]));
  });

  it('U14: the choice is shown', async () => {
    const one = sent(['twice@acme.example']);
    await tasksOf(one);
    expect((await listed('written', one.id)).tasks).toEqual([
      expect.objectContaining({ chosenBy: 'owned-by-user', candidates: 2 }),
    ]);
  });

  it('A14, A15: opens and clicks of an Outlook e-mail count for the first in To, downloads do not', async () => {
    const tracked = { by: 'lonely@acme.example', subject: 'S', mailbox: 'outlook' };
    const to = ['plain@acme.example', 'lonely@acme.example'];
    const opened = await tasksOf(activity('email.opened', { ...tracked, to }));
    expect(opened.map((task) => task['WhoId'])).toEqual([ids['plain']]);
    const clicked = await tasksOf(activity('email.clicked', { ...tracked, to, url: 'https://x' }));
    expect(clicked.map((task) => task['WhoId'])).toEqual([ids['plain']]);
    const gmail = await tasksOf(activity('email.opened', { ...tracked, to, mailbox: 'gmail' }));
    expect(gmail.map((task) => task['WhoId'])).toEqual([ids['lonely']]);
    const { by, subject } = tracked;
    const file = await tasksOf(activity('email.downloaded', { by, subject, fileName: 'a.pdf' }));
    expect(file.map((task) => task['WhoId'])).toEqual([ids['lonely']]);
  });

  it('A76: assigned to the user who did it, dated where the user is', async () => {
    const [task] = await tasksOf({
      ...sent(['plain@acme.example']),
      user: 'OTTO@practice.example',
    });
    expect(task).toMatchObject({ OwnerId: ids['other'], ActivityDate: '2026-11-21' });
  });
});

describe('exclusions', () => {
  const skip = async (one: { readonly id: string }) => {
    expect(await tasksOf(one)).toEqual([]);
    return (await listed('skipped', one.id)).skipped;
  };

  it('A25, A26: mail from system addresses is not logged; the skip is listed with its reason', async () => {
    expect(await skip(received('info@acme.example'))).toEqual([
      { person: 'info@acme.example', reason: 'excluded-system-address' },
    ]);
    expect(await skip(received('Team+x@acme.example'))).toEqual([
      { person: 'Team+x@acme.example', reason: 'excluded-system-address' },
    ]);
  });

  it('A26: teammate@ is no team@, and mail to system addresses is logged', async () => {
    expect(await tasksOf(received('teammate@acme.example'))).toHaveLength(1);
    expect(await tasksOf(sent(['info@acme.example']))).toHaveLength(1);
  });

  it('A27: the list is the org’s to change, at once', async () => {
    const put = (body: object) => path.call('PUT', '/exclusions', body);
    expect((await put({ localParts: ['plain'], allowed: ['info@acme.example'] })).status).toBe(200);
    expect(await skip(received('plain@acme.example'))).toHaveLength(1);
    expect(await tasksOf(received('info@acme.example'))).toHaveLength(1);
    const { body } = await put({ localParts: [], allowed: [] });
    expect(body.system).toMatchObject({ version: 1 });
    expect(body.system.localParts).toContain('comments-noreply');
  });

  it('a skip can be overridden, and is then written once', async () => {
    const one = received('info@acme.example');
    await skip(one);
    const retry = (override: boolean) =>
      path.call('POST', '/activities/retries', { ids: [one.id], override });
    expect((await retry(true)).body.results).toEqual([{ id: one.id, outcome: 'queued' }]);
    await path.write();
    expect((await retry(true)).body.results).toEqual([{ id: one.id, outcome: 'nothing-to-do' }]);
    expect(
      await path.soql(`SELECT Id FROM Task WHERE Mixmax_Activity_Id__c = '${one.id}/0'`),
    ).toHaveLength(1);
  });

  it('U23, U25: BCC is not logged by default; bounces of excluded addresses are', async () => {
    const one = sent(['plain@acme.example'], { bcc: ['lonely@acme.example'] });
    expect(await tasksOf(one)).toHaveLength(1);
    expect((await listed('written', one.id)).skipped).toEqual([
      { person: 'lonely@acme.example', reason: 'bcc-not-logged' },
    ]);
    const bounced = { recipient: 'info@acme.example', subject: 'S' };
    expect(await tasksOf(activity('email.bounced', bounced))).toHaveLength(1);
  });
});

describe('role settings', () => {
  const role = (body: object) => path.call('PUT', '/roles/default', body);
  const reset = { notLogged: [], logBcc: false, logTexts: true, unresolved: false };

  it('A3, F3: a kind that the role does not log is skipped', async () => {
    await role({ notLogged: ['email.opened'] });
    const opened = activity('email.opened', { by: 'plain@acme.example', subject: 'S' });
    expect(await tasksOf(opened)).toEqual([]);
    expect((await listed('skipped', opened.id)).skipped).toEqual([
      { person: 'plain@acme.example', reason: 'kind-not-logged' },
    ]);
    await role(reset);
  });

  it.each([
    [
      'F5 only own opportunities',
      { through: 'primary-role', owned: 'by-user', closed: false },
      'primary',
      'soon',
    ],
    [
      'F5 own ones first all the same',
      { through: 'primary-role', owned: 'all', closed: false },
      'primary',
      'soon',
    ],
    ['F6 any role', { through: 'any-role', owned: 'all', closed: false }, 'secondary', 'soon'],
    ['F6 all of the account', { through: 'account', owned: 'all', closed: false }, 'plain', 'soon'],
    [
      'F7 closed ones too',
      { through: 'primary-role', owned: 'all', closed: true },
      'won',
      'closed',
    ],
    ['F4 no opportunities', { through: 'none', owned: 'all', closed: false }, 'primary', 'acme'],
  ])('%s', async (_, opportunities, who, what) => {
    expect((await role({ opportunities })).status).toBe(200);
    const [task] = await tasksOf(sent([`${who}@acme.example`]));
    expect(task?.['WhatId']).toBe(ids[what]);
    await role({ opportunities: { through: 'primary-role', owned: 'all', closed: false } });
  });

  it('F15: addresses and domains of the role are not logged, subdomains neither', async () => {
    await path.call('PUT', '/roles/Sales', {
      members: ['Otto@practice.example'],
      exclusions: { addresses: ['plain@acme.example'], domains: ['other.example'] },
    });
    const user = 'otto@practice.example';
    const one = {
      ...sent(['plain@acme.example', 'x@eu.other.example', 'lead@acme.example']),
      user,
    };
    expect((await tasksOf(one)).map((task) => task['WhoId'])).toEqual([ids['lead']]);
    expect((await listed('written', one.id)).skipped).toEqual([
      { person: 'plain@acme.example', reason: 'excluded-address' },
      { person: 'x@eu.other.example', reason: 'excluded-domain' },
    ]);
    expect(await tasksOf(sent(['plain@acme.example']))).toHaveLength(1);
  });

  it('BCC where the role logs it; texts only where it logs them', async () => {
    await role({ logBcc: true, logTexts: false });
    const one = sent(['plain@acme.example'], { bcc: ['lonely@acme.example'], text: 'secret' });
    expect(await tasksOf(one)).toHaveLength(2);
    expect(
      await path.soql(`SELECT Description FROM Task WHERE Mixmax_Activity_Id__c = '${one.id}/0'`),
    ).toEqual([expect.objectContaining({ Description: null })]);
    await role(reset);
  });

  it('refuses a role with an unknown member or kind', async () => {
    expect((await role({ notLogged: ['smoke.signal'] })).status).toBe(400);
    expect((await role({ opportunity: 'all' })).status).toBe(400);
    expect((await path.call('PUT', '/roles/__proto__', { logBcc: true })).status).toBe(200);
    expect((await path.call('GET', '/roles/constructor')).body.logBcc).toBe(false);
  });
});

describe('who is not in Salesforce', () => {
  it('A34: is not logged by default, with its reason', async () => {
    const one = sent(['nobody@acme.example']);
    expect(await tasksOf(one)).toEqual([]);
    expect((await listed('skipped', one.id)).skipped).toEqual([
      { person: 'nobody@acme.example', reason: 'no-record' },
    ]);
  });

  it('A32, A33: where the role says so, a Task without Name and Related To waits, and is re-parented', async () => {
    await path.call('PUT', '/roles/default', { unresolved: true });
    const one = sent(['late@acme.example'], { subject: 'Hello' });
    const [task, ...more] = await tasksOf(one);
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      Subject: 'Unresolved Sent (New): Hello',
      OwnerId: me.id,
      WhoId: null,
      WhatId: null,
    });
    expect((await path.call('GET', '/unresolved')).body.activities).toHaveLength(1);
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 0 });

    const late = await path.create('Contact', {
      LastName: 'Late',
      Email: 'late@acme.example',
      AccountId: ids['acme'],
    });
    await path.mirrorAll();
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 1 });
    await path.write();
    expect(
      await path.soql(
        `SELECT Id, Subject, WhoId, WhatId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${one.id}/%'`,
      ),
    ).toEqual([
      expect.objectContaining({
        Id: task?.['Id'],
        Subject: 'Sent (New): Hello',
        WhoId: late,
        WhatId: ids['acme'],
      }),
    ]);
    expect((await path.call('GET', '/unresolved')).body.activities).toEqual([]);
    await path.call('PUT', '/roles/default', { unresolved: false });
  });

  it('A33: somebody who gets the address within the hour is logged on, without unresolved Tasks too', async () => {
    const [moved, both] = [
      sent(['moved@acme.example']),
      sent(['plain@acme.example', 'moved@acme.example']),
    ];
    expect(await tasksOf(moved)).toEqual([]);
    expect(await tasksOf(both)).toHaveLength(1);
    const lonely = `/services/data/v66.0/sobjects/Contact/${ids['lonely']}`;
    await path.practice.fetch('PATCH', lonely, { Email: 'moved@acme.example' });
    await path.mirrorAll();
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 2 });
    await path.write();
    const names = async (id: string) =>
      (
        await path.soql(
          `SELECT WhoId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%' ORDER BY Mixmax_Activity_Id__c`,
        )
      ).map((row) => row['WhoId']);
    expect(await names(moved.id)).toEqual([ids['lonely']]);
    expect(await names(both.id)).toEqual([ids['plain'], ids['lonely']]);
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 0 });
  });

  it('nobody is taken for missing before the first audit has read everybody', async () => {
    const org = await path.orgState();
    const { Lead } = org.objects;
    const { completeThroughMs: _, ...unread } = Lead ?? { fieldSet: { fields: [], hash: '' } };
    await path.ports.orgs.update({ ...org, objects: { ...org.objects, Lead: unread } });
    const { status, body } = await path.call('POST', '/activities', {
      activities: [sent(['plain@acme.example'])],
    });
    expect([status, body.code]).toEqual([503, 'unavailable']);
    await path.mirrorAll();
    await path.log(sent(['plain@acme.example']));
  });
});

describe('before anything is written', () => {
  it('a preview says what would be written, where and why, and writes nothing', async () => {
    const before = await path.soql('SELECT Id FROM Task');
    const { status, body } = await path.call('POST', '/activities/previews', {
      activities: [
        sent(['twice@acme.example', 'nobody@acme.example']),
        received('info@acme.example'),
        { ...sent(['plain@acme.example']), kind: 'smoke.signal' },
        { ...sent(['plain@acme.example']), user: 'nobody@acme.example' },
      ],
    });
    expect(status).toBe(200);
    expect(body.previews).toMatchObject([
      {
        outcome: 'would-be-written',
        rows: [
          {
            object: 'Task',
            person: 'twice@acme.example',
            chosenBy: 'owned-by-user',
            candidates: 2,
            fields: { WhoId: ids['mine'], WhatId: null, OwnerId: me.id, Type: 'Email' },
          },
        ],
        skipped: [{ person: 'nobody@acme.example', reason: 'no-record' }],
      },
      {
        outcome: 'would-be-skipped',
        rows: [],
        skipped: [{ person: 'info@acme.example', reason: 'excluded-system-address' }],
      },
      { outcome: 'refused', fault: { pointer: '/kind' } },
      { outcome: 'refused', fault: { pointer: '/user' } },
    ]);
    expect(await path.soql('SELECT Id FROM Task')).toEqual(before);
    expect(path.consumers.activities.depth().messages).toBe(0);
  });

  it('G1, G5: what the org offers and lacks is shown, as far as the Sync User sees it', async () => {
    const { status, body } = await path.call('GET', '/activity-setup');
    expect(status).toBe(200);
    expect(body).toEqual({
      task: {
        keyField: 'Mixmax_Activity_Id__c',
        timeFields: ['MixmaxActivityDateTime__c'],
        unusable: [],
        missingTypes: ['Task'],
      },
      event: {
        keyField: 'Mixmax_Activity_Id__c',
        timeFields: ['MixmaxActivityDateTime__c'],
        unusable: [],
        missingTypes: [],
      },
      openStatus: 'Not Started',
      closedStatus: 'Completed',
      sharedActivities: false,
    });
    const { users } = (await path.call('GET', '/activity-setup/users')).body;
    const ofMe = users.find(({ userId }: { userId: string }) => userId === me.id);
    expect(ofMe, 'the Sync User, who writes it').toMatchObject({ task: true, event: true });
  });
});
