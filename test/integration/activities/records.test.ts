import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseFault } from '../../../local/org/faults.ts';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';

let path: ActivityPath;
let user: string;
let count = 0;
beforeAll(async () => {
  path = await startActivityPath();
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  const otto = { username: 'otto@practice.example', alias: 'otto', profileId: profile?.['Id'] };
  await path.create('User', userFields(otto));
  await path.create('Contact', { LastName: 'Known', Email: 'known@acme.example' });
  await path.mirrorAll();
});
afterAll(() => path.close());

const person = (email: string, more: object = {}) => {
  count += 1;
  const fields = { LastName: 'Lovelace', Company: 'Acme' };
  const origin = { from: 'rule', rule: 'Webinar' };
  return { id: `p-${count}`, object: 'Lead', user, email, fields, origin, ...more };
};
const post = (body: object) => path.call('POST', '/records', body);
const leads = (email: string) =>
  path.soql(`SELECT Id, LastName, Owner.Username FROM Lead WHERE Email = '${email}'`);

describe('POST /records', () => {
  it('A79: creates a lead for its user, once for an id', async () => {
    const one = person('ada@acme.example', { user: 'otto@practice.example' });
    const { status, body } = await post(one);
    expect(status).toBe(201);
    expect(await leads('ada@acme.example')).toMatchObject([
      { Id: body.id, LastName: 'Lovelace', Owner: { Username: 'otto@practice.example' } },
    ]);
    expect(await post(one)).toMatchObject({ status: 201, body: { id: body.id } });
    expect(await leads('ada@acme.example')).toHaveLength(1);
  });

  it('409: somebody with the address is there, in the mirror or only in the org', async () => {
    for (const email of ['KNOWN@acme.example', 'ada@acme.example']) {
      const { status, body } = await post(person(email));
      expect([status, body.pointer]).toEqual([409, '/fields/Email']);
      expect(body.detail).toMatch(/The (Contact|Lead) \w{18} has this address already/);
    }
    expect((await post({ ...person('x@acme.example'), id: 'p-1' })).body.pointer).toBe('/id');
  });

  it('422: what the org’s rules refuse, with Salesforce’s code and field; the id may be used again', async () => {
    const one = person('bob@acme.example', { fields: { LastName: 'Bob' } });
    const refused = await post(one);
    expect(refused.status).toBe(422);
    expect(refused.body.detail).toBe(
      'Salesforce answered 400 REQUIRED_FIELD_MISSING (Company): Required fields are missing: [Company]',
    );
    expect((await post({ ...one, fields: { LastName: 'Bob', Company: 'B' } })).status).toBe(201);
  });

  it('400: a field, a user or an origin that is not known is named', async () => {
    const cases = [
      [{ fields: { Nonsense__c: 'x' } }, '/fields/Nonsense__c'],
      [{ user: 'nobody@acme.example' }, '/user'],
      [{ origin: { from: 'space' } }, '/origin/from'],
      [{ email: 'no address' }, '/email'],
    ] as const;
    for (const [change, pointer] of cases) {
      const { status, body } = await post(person('eve@acme.example', change));
      expect([status, body.pointer]).toEqual([400, pointer]);
    }
    expect(await leads('eve@acme.example')).toEqual([]);
  });

  it('a lost answer: the same request again finds what was made', async () => {
    const one = person('lost@acme.example');
    const fault = { kind: 'answer-lost', object: 'Lead', method: 'POST', times: 1 };
    path.practice.org.faults.arm(parseFault(fault));
    expect((await post(one)).status).toBe(503);
    expect((await post(one)).status).toBe(201);
    expect(await leads('lost@acme.example')).toHaveLength(1);
  });

  it('A80: by rule it is told what was created', async () => {
    await post(person('carl@acme.example', { origin: { from: 'sidebar' } }));
    const { body } = await path.call('GET', '/creations?rule=Webinar');
    expect(body.creations[0]).toMatchObject({
      object: 'Lead',
      state: 'created',
      user,
      origin: { from: 'rule', rule: 'Webinar' },
    });
    const every = await path.call('GET', '/creations?limit=200');
    expect(every.body.creations.length).toBe(body.creations.length + 1);
  });

  it('F2, F9: the role decides what is offered to be created, and whether assignment rules run', async () => {
    const role = { members: [user], assignmentRules: true, offerToCreate: 'Lead' };
    const { body } = await path.call('PUT', '/roles/Sales', role);
    expect(body).toMatchObject({ assignmentRules: true, offerToCreate: 'Lead' });
    const handle = vi.spyOn(path.practice.org, 'handle');
    const headersOf = () =>
      handle.mock.calls
        .filter(([{ method, path: to }]) => method === 'POST' && to.endsWith('/sobjects/Lead'))
        .map(([{ headers }]) => headers['sforce-auto-assign']);
    await post(person('dora@acme.example'));
    await path.call('PUT', '/roles/Sales', { assignmentRules: false });
    await post(person('emil@acme.example'));
    expect(headersOf()).toEqual(['true', 'false']);
  });
});
