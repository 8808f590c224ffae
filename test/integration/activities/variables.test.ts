import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, startActivityPath } from '../../support/activity-path.ts';
import { userFields } from '../../support/org/user-fields.ts';

const EMAIL = 'ada@acme.example';
const GERDA = 'gerda@practice.example';
let path: ActivityPath;
let user: string;
beforeAll(async () => {
  path = await startActivityPath();
  const [admin] = await path.soql('SELECT Email FROM User WHERE IsActive = true LIMIT 1');
  user = String(admin?.['Email']);
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  const gerda = { username: GERDA, alias: 'gerda', profileId: profile?.['Id'] };
  const german = { LocaleSidKey: 'de_DE', TimeZoneSidKey: 'Europe/Berlin', Phone: '+49 30' };
  await path.create('User', { ...userFields(gerda), ...german });
  const account = { Name: 'Acme', AnnualRevenue: 1_234_567.5 };
  await path.create('Contact', {
    FirstName: 'Ada',
    LastName: 'Lovelace',
    Email: EMAIL,
    Birthdate: '1815-12-10',
    AccountId: await path.create('Account', account),
  });
  await path.create('Lead', { LastName: 'Only', Company: 'Globex', Email: 'lead@acme.example' });
  await path.mirrorAll();
});
afterAll(() => path.close());

const ask = (names: readonly string[], more: object = {}) =>
  path.call('POST', '/variables', { user, person: { email: EMAIL }, names, ...more });

describe('A77: POST /variables', () => {
  it('fills fields of the person and along look-ups, from the mirror', async () => {
    const names = [
      'Contact.FirstName',
      'Contact.Account.Name',
      'Contact.Owner.Email',
      'User.Email',
    ];
    expect((await ask(names)).body).toEqual({
      values: {
        'Contact.FirstName': 'Ada',
        'Contact.Account.Name': 'Acme',
        'Contact.Owner.Email': user,
        'User.Email': user,
      },
      missing: {},
      stale: [],
    });
    const lead = await ask(['Lead.Company'], { person: { email: 'LEAD@acme.example' } });
    expect(lead.body.values).toEqual({ 'Lead.Company': 'Globex' });
  });

  it('in the locale and time zone of the user who writes', async () => {
    const names = ['Contact.Birthdate', 'Contact.Account.AnnualRevenue', 'User.Phone'];
    expect((await ask(names)).body.values).toEqual({
      'Contact.Birthdate': 'Dec 10, 1815',
      'Contact.Account.AnnualRevenue': '1,234,567.5',
    });
    expect((await ask(names, { user: GERDA })).body.values).toEqual({
      'Contact.Birthdate': '10.12.1815',
      'Contact.Account.AnnualRevenue': '1.234.567,5',
      'User.Phone': '+49 30',
    });
  });

  it('names what has no text, and why', async () => {
    const names = ['Contact.Fax', 'Contact.Nonsense__c', 'Lead.Company', 'Nothing.Name', 'Contact'];
    expect((await ask(names)).body).toEqual({
      values: {},
      missing: {
        'Contact.Fax': 'empty',
        'Contact.Nonsense__c': 'no-field',
        'Lead.Company': 'no-record',
        'Nothing.Name': 'unknown-name',
        Contact: 'unknown-name',
      },
      stale: [],
    });
  });

  it('declares the fields as in use, those of earlier e-mails too', async () => {
    await ask(['Contact.Title']);
    const { body } = await path.call('GET', '/field-uses');
    expect(body.consumers.variables).toMatchObject({
      Contact: expect.arrayContaining(['AccountId', 'FirstName', 'Title']),
      Account: expect.arrayContaining(['Name']),
      Lead: ['Company'],
    });
  });

  it('refuses an unknown user and too many names', async () => {
    const unknown = await ask(['User.Email'], { user: 'nobody@acme.example' });
    expect([unknown.status, unknown.body.pointer]).toEqual([400, '/user']);
    const many = Array.from({ length: 101 }, (_, n) => `Contact.A${n}`);
    expect((await ask(many)).body.pointer).toBe('/names');
  });
});
