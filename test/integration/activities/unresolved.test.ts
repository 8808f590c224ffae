import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';

let path: ActivityPath;
let me: { readonly id: string; readonly email: string };
let account: string;
let count = 0;

beforeAll(async () => {
  path = await startActivityPath();
  const [user] = await path.soql('SELECT Id, Email FROM User WHERE IsActive = true LIMIT 1');
  me = { id: String(user?.['Id']), email: String(user?.['Email']) };
  account = await path.create('Account', { Name: 'Acme' });
  await path.mirrorAll();
  await path.call('PUT', '/roles/default', { unresolved: true });
});
afterAll(() => path.close());

/** An e-mail to somebody whom Salesforce does not know. */
function sent(address: string, more: object = {}) {
  count += 1;
  const mail = { to: [address], subject: 'Hello', ...more };
  return {
    id: `u-${count}`,
    kind: 'email.sent',
    at: '2026-11-20T09:30:00Z',
    user: me.email,
    ...mail,
  };
}
const tasksOf = ({ id }: { readonly id: string }) =>
  path.soql(
    `SELECT Id, Subject, WhoId, WhatId FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%'`,
  );
const entryOf = async ({ id }: { readonly id: string }) =>
  (await path.call('GET', `/activities?id=${id}`)).body.activities[0];
const contact = (fields: object) =>
  path.create('Contact', { LastName: 'Late', AccountId: account, ...fields });
const update = (object: string, id: string, fields: object) =>
  path.practice.fetch('PATCH', `/services/data/v66.0/sobjects/${object}/${id}`, fields);

/** What makes somebody turn up in Salesforce; answers the record that has the address then. */
const CAUSES: Readonly<Record<string, (address: string) => Promise<string>>> = {
  created: (Email) => contact({ Email }),
  'given another address': async (Email) => {
    const id = await contact({ Email: 'old@acme.example' });
    await update('Contact', id, { Email });
    return id;
  },
  merged: async (Email) => {
    const [winner, loser] = [await contact({ LastName: 'Winner' }), await contact({ Email })];
    const { engine } = path.practice.org;
    const { success } = engine.merge('Contact', { Id: winner, Email }, [loser], me.id);
    expect(success).toBe(true);
    return winner;
  },
  converted: async (Email) => {
    const leadId = await path.create('Lead', { LastName: 'Late', Company: 'Acme', Email });
    const conversion = { leadId, convertedStatus: 'Closed - Converted', accountId: account };
    const { engine } = path.practice.org;
    const { contactId, errors } = engine.convertLead(
      { ...conversion, doNotCreateOpportunity: true },
      me.id,
    );
    expect(errors).toEqual([]);
    return String(contactId);
  },
};

describe('A32, A33: an unresolved Task is re-parented in place, not logged again', () => {
  it.each(Object.entries(CAUSES))('when somebody is %s', async (cause, make) => {
    const address = `${cause.replaceAll(' ', '-')}@acme.example`;
    const one = sent(address);
    await path.log(one);
    const [task] = await tasksOf(one);
    expect(task).toMatchObject({
      Subject: 'Unresolved Sent (New): Hello',
      WhoId: null,
      WhatId: null,
    });

    const who = await make(address);
    await path.mirrorAll();
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 1 });
    await path.write();
    expect(await tasksOf(one)).toEqual([
      expect.objectContaining({
        Id: task?.['Id'],
        Subject: 'Sent (New): Hello',
        WhoId: who,
        WhatId: account,
      }),
    ]);
    expect((await path.call('POST', '/unresolved')).body).toEqual({ queued: 0 });
  });
});

describe('an admin resolves it', () => {
  const match = ({ id }: { readonly id: string }, person: string, recordId: string) =>
    path.call('POST', `/unresolved/${id}/match`, { person, recordId });
  const ignore = ({ id }: { readonly id: string }) =>
    path.call('POST', `/unresolved/${id}/ignore`, undefined);

  it('by a record of his choice, which holds for later versions, too', async () => {
    const one = sent('private@home.example');
    await path.log(one);
    const [task] = await tasksOf(one);
    const picked = await contact({ Email: 'work@acme.example' });
    await path.mirrorAll();
    expect((await match(one, 'Private@home.example', picked)).status).toBe(202);
    await path.write();
    expect(await tasksOf(one)).toEqual([
      expect.objectContaining({ Id: task?.['Id'], WhoId: picked, WhatId: account }),
    ]);
    expect((await entryOf(one)).tasks).toMatchObject([{ chosenBy: 'picked', whoIds: [picked] }]);
    await path.log({ ...one, version: 2, subject: 'Hello again' });
    expect(await tasksOf(one)).toEqual([
      expect.objectContaining({ Subject: 'Sent (New): Hello again', WhoId: picked }),
    ]);
  });

  it('where nobody wants unresolved Tasks, too: the skip becomes a Task', async () => {
    await path.call('PUT', '/roles/default', { unresolved: false });
    const one = sent('skipped@home.example');
    await path.log(one);
    expect(await tasksOf(one)).toEqual([]);
    const lead = await path.create('Lead', { LastName: 'L', Company: 'C', Email: 'l@c.example' });
    await path.mirrorAll();
    expect((await match(one, 'skipped@home.example', lead)).status).toBe(202);
    await path.write();
    expect(await tasksOf(one)).toMatchObject([{ WhoId: lead, WhatId: null }]);
    await path.call('PUT', '/roles/default', { unresolved: true });
  });

  it('what cannot be is refused by name, and changes nothing', async () => {
    const one = sent('waiting@home.example');
    await path.log(one);
    const known = await contact({ Email: 'known@acme.example' });
    const gone = await contact({ Email: 'gone@acme.example' });
    await path.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Contact/${gone}`);
    await path.mirrorAll();
    const nobody = '003000000000000AAA';
    for (const [refusal, status, pointer] of [
      [await match({ id: 'nothing' }, 'waiting@home.example', known), 404, 'activityId'],
      [await match(one, 'other@home.example', known), 400, '/person'],
      [await match(one, 'waiting@home.example', account), 400, '/recordId'],
      [await match(one, 'waiting@home.example', nobody), 404, '/recordId'],
    ] as const) {
      expect([refusal.status, refusal.body.pointer]).toEqual([status, pointer]);
    }
    expect([400, 404]).toContain((await match(one, 'waiting@home.example', gone)).status);
    expect((await entryOf(one)).state).toBe('unresolved');
    expect(path.consumers.activities.depth().messages).toBe(0);
  });

  it('by leaving it as it is: nobody is looked for any more, until it is tried again', async () => {
    const one = sent('ignored@home.example');
    await path.log(one);
    expect((await ignore(one)).status).toBe(204);
    expect((await ignore(one)).status).toBe(204);
    const waiting = (await path.call('GET', '/unresolved?limit=200')).body.activities;
    expect(waiting.map(({ id }: { id: string }) => id)).not.toContain(one.id);
    const late = await contact({ Email: 'ignored@home.example' });
    await path.mirrorAll();
    await path.call('POST', '/unresolved');
    await path.write();
    expect(await tasksOf(one)).toMatchObject([{ WhoId: null }]);
    expect((await entryOf(one)).state).toBe('ignored');
    await path.call('POST', '/activities/retries', { ids: [one.id] });
    await path.write();
    expect(await tasksOf(one)).toMatchObject([{ WhoId: late }]);
    const refused = await ignore(one);
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'This activity is written, not unresolved.',
    ]);
  });
});
