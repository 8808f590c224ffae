import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActivityPath, GATEWAY_URL, startActivityPath } from '../../support/activity-path.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';
import { userFields } from '../../support/org/user-fields.ts';
import { skipTo } from '../../support/org-receiver.ts';

const RITA = 'rita@practice.example';
const OTTO = 'otto@practice.example';
const ADA = 'ada@acme.example';

let path: ActivityPath;
let contact: string;
let account: string;
let count = 0;

beforeAll(async () => {
  const redirectUris = [`${GATEWAY_URL}/v1/sign-ins/callback`];
  const app = { clientId: 'receiver', clientSecret: 'hush', runAsUsername: ADMIN_USERNAME };
  path = await startActivityPath({ practice: { connectedApps: [{ ...app, redirectUris }] } });
  const [profile] = await path.soql("SELECT Id FROM Profile WHERE Name = 'Standard User'");
  for (const [username, alias] of [
    [RITA, 'rita'],
    [OTTO, 'otto'],
  ] as const) {
    await path.create('User', userFields({ username, alias, profileId: profile?.['Id'] }));
  }
  account = await path.create('Account', { Name: 'Acme' });
  contact = await path.create('Contact', { LastName: 'Ada', Email: ADA, AccountId: account });
  await path.mirrorAll();
  await path.call('PUT', '/roles/Sales', { members: [RITA, OTTO], notLogged: ['email.clicked'] });
});
afterAll(() => path.close());

const settingsOf = (user: string) => path.call('GET', `/users/${user}/settings`);
const set = (user: string, body: object) => path.call('PUT', `/users/${user}/settings`, body);
const allow = (membersManage: boolean) => path.call('PUT', '/roles/Sales', { membersManage });

/** How many Tasks an activity of the user becomes. */
async function logged(user: string, kind: 'email.opened' | 'email.clicked'): Promise<number> {
  count += 1;
  const id = `own-${count}`;
  const tracked = {
    by: ADA,
    subject: 'Hello',
    ...(kind === 'email.clicked' && { url: 'https://x' }),
  };
  await path.log({ id, kind, at: '2026-11-20T09:30:00Z', user, ...tracked });
  return (await path.soql(`SELECT Id FROM Task WHERE Mixmax_Activity_Id__c LIKE '${id}/%'`)).length;
}

describe('a user’s own settings', () => {
  it('F13: are refused with the reason while the role does not allow them', async () => {
    const { body } = await settingsOf(RITA);
    expect(body).toMatchObject({ user: RITA, role: 'Sales', mayManage: false, own: {} });
    expect(body.holds.notLogged).toEqual(['email.clicked']);
    const { status, body: refused } = await set(RITA, { notLogged: [] });
    expect(status).toBe(403);
    expect(refused.detail).toContain('Members of the role Sales cannot set this for themselves');
    expect(refused.detail).toBe(body.why);
    expect(await logged(RITA, 'email.clicked')).toBe(0);
  });

  it('F13: hold before the role’s where it allows them, for that user only, at once', async () => {
    expect((await allow(true)).body.membersManage).toBe(true);
    const { status, body } = await set(RITA, { notLogged: ['email.opened'] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ mayManage: true, own: { notLogged: ['email.opened'] } });
    expect(body).not.toHaveProperty('why');
    expect([await logged(RITA, 'email.opened'), await logged(RITA, 'email.clicked')]).toEqual([
      0, 1,
    ]);
    expect([await logged(OTTO, 'email.opened'), await logged(OTTO, 'email.clicked')]).toEqual([
      1, 0,
    ]);
  });

  it('F13: what the user has not set is the role’s, and null gives it back to the role', async () => {
    await path.call('PUT', '/roles/Sales', { logTexts: false });
    expect((await settingsOf(RITA)).body.holds).toMatchObject({
      logTexts: false,
      notLogged: ['email.opened'],
    });
    const { body } = await set(RITA, { notLogged: null });
    expect(body.own).toEqual({});
    expect(body.holds.notLogged).toEqual(['email.clicked']);
  });

  it('F13: rest, and hold no more, when an admin takes the right back', async () => {
    await set(RITA, { notLogged: [] });
    await allow(false);
    const { body } = await settingsOf(RITA);
    expect(body).toMatchObject({ mayManage: false, own: { notLogged: [] } });
    expect(body.holds.notLogged).toEqual(['email.clicked']);
    expect(await logged(RITA, 'email.clicked')).toBe(0);
    await allow(true);
    expect(await logged(RITA, 'email.clicked')).toBe(1);
  });

  it('F15: the exclusions of a role, its members and this right are not a user’s to set', async () => {
    for (const body of [
      { exclusions: { addresses: [], domains: [] } },
      { members: [] },
      { membersManage: true },
      { notLogged: ['smoke.signal'] },
    ]) {
      expect((await set(RITA, body)).status).toBe(400);
    }
    expect((await settingsOf('nobody@practice.example')).status).toBe(404);
    expect((await settingsOf('__proto__')).status).toBe(400);
  });

  it('F10, F11: the sidebar shows what Salesforce requires and what was picked, which is synced', async () => {
    const fieldsOf = async () =>
      (await path.call('GET', `/users/${RITA}/sidebar-fields`)).body.objects.Contact.map(
        ({ name, required }: { name: string; required: boolean }) => `${name} ${required}`,
      );
    expect(await fieldsOf()).toEqual(['LastName true']);
    await path.call('PUT', '/roles/Sales', { sidebarFields: { Contact: ['Title'] } });
    expect((await fieldsOf()).sort()).toEqual(['LastName true', 'Title false']);
    await set(RITA, { sidebarFields: { Contact: ['Phone'] } });
    expect((await fieldsOf()).sort()).toEqual(['LastName true', 'Phone false']);
    const { body } = await path.call('GET', '/field-uses');
    expect(body.consumers['sidebar-settings'].Contact.sort()).toEqual(['Phone', 'Title']);
    const refused = await set(RITA, { sidebarFields: { Contact: ['Nonsense__c'] } });
    expect(refused.status).toBe(400);
  });
});

/** A browser in which a user has signed in to the page with Salesforce, as no admin. */
async function browserOf(username: string) {
  const begun = await fetch(`${path.url}/v1/page-sign-ins`, {
    method: 'POST',
    body: JSON.stringify({ orgId: path.orgId, as: 'user' }),
  });
  expect(begun.status).toBe(201);
  const signInCookie = String(begun.headers.get('set-cookie')).split(';')[0] ?? '';
  const { authorizeUrl } = (await begun.json()) as { authorizeUrl: string };
  const allowed = await fetch(authorizeUrl, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username }),
  });
  const back = String(allowed.headers.get('location')).replace(GATEWAY_URL, path.url);
  const opened = await fetch(back, { redirect: 'manual', headers: { cookie: signInCookie } });
  expect([opened.status, opened.headers.get('location')]).toEqual([303, '/me']);
  const cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0] ?? '')
    .find((one) => one.includes('_session='));
  const send = (method: string, to: string, body?: object, csrf = '') =>
    fetch(`${path.url}${to}`, {
      method,
      headers: { cookie: cookie ?? '', 'x-csrf-token': csrf },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const current = await send('GET', '/v1/page-sessions');
  const { session } = (await current.json()) as { session: { csrfToken: string } };
  const of = (to: string) => `/v1/orgs/${path.orgId}${to}`;
  return {
    session,
    read: async (to: string) => (await send('GET', of(to))).json(),
    get: async (to: string) => (await send('GET', of(to))).status,
    put: async (to: string, body: object) =>
      (await send('PUT', of(to), body, session.csrfToken)).status,
  };
}

describe('F12, F17: who is signed in to the page', () => {
  it('as a user sees and sets what is his own, and nothing else', async () => {
    const browser = await browserOf(OTTO);
    expect(browser.session).toMatchObject({ who: OTTO, profile: 'user' });
    expect(await browser.read('/users/me/settings')).toMatchObject({
      user: OTTO,
      role: 'Sales',
      mayManage: true,
    });
    expect(await browser.put('/users/me/settings', { notLogged: ['call'] })).toBe(200);
    expect((await settingsOf(OTTO)).body.own).toEqual({ notLogged: ['call'] });
    for (const to of [
      `/users/${RITA}/settings`,
      '/status',
      '/activities',
      '/roles/Sales',
      '/keys',
    ]) {
      expect(await browser.get(to), to).toBe(403);
    }
    expect(await browser.put('/roles/Sales', { membersManage: true })).toBe(403);
    expect(await browser.put(`/users/${RITA}/settings`, { notLogged: [] })).toBe(403);
  });

  it('is asked after once an hour: a user who was frozen is signed out', async () => {
    const browser = await browserOf(RITA);
    const [rita] = await path.soql(`SELECT Id FROM User WHERE Username = '${RITA}'`);
    await path.practice.fetch('PATCH', `/services/data/v66.0/sobjects/User/${rita?.['Id']}`, {
      IsActive: false,
    });
    expect(await browser.get('/users/me/settings')).toBe(200);
    await skipTo(path.practice, path.practice.org.clock.now() + 61 * 60_000);
    expect(await browser.get('/users/me/settings')).toBe(401);
  });
});

it('A73: own settings of where it is logged count, too', async () => {
  await allow(true);
  await set(OTTO, {
    notLogged: null,
    opportunities: { through: 'none', owned: 'all', closed: false },
  });
  expect(await logged(OTTO, 'email.opened')).toBe(1);
  const [task] = await path.soql(
    `SELECT WhoId, WhatId FROM Task WHERE Mixmax_Activity_Id__c LIKE 'own-${count}/%'`,
  );
  expect(task).toMatchObject({ WhoId: contact, WhatId: account });
});
