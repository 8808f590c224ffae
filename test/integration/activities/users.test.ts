import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserConnection } from '#core/user-connection.ts';
import { changeOrg } from '#usecases/change-org.ts';
import { openCredentials } from '#usecases/user-credentials.ts';
import { type ActivityPath, GATEWAY_URL, startActivityPath } from '../../support/activity-path.ts';
import { ADMIN_USERNAME } from '../../support/org/test-org.ts';
import { userFields } from '../../support/org/user-fields.ts';
import { skipTo } from '../../support/org-receiver.ts';

const APP = { clientId: 'receiver', clientSecret: 'hush' };
const OTTO = 'otto@practice.example';
const RITA = 'rita@practice.example';

let path: ActivityPath;
let count = 0;
beforeAll(async () => {
  path = await startActivityPath({
    practice: {
      connectedApps: [
        {
          ...APP,
          runAsUsername: ADMIN_USERNAME,
          redirectUris: [`${GATEWAY_URL}/v1/sign-ins/callback`],
        },
      ],
    },
  });
  const profileNamed = async (name: string) =>
    (await path.soql(`SELECT Id FROM Profile WHERE Name = '${name}'`))[0]?.['Id'];
  const admin = await profileNamed('System Administrator');
  await path.create('User', userFields({ username: OTTO, alias: 'otto', profileId: admin }));
  const standard = await profileNamed('Standard User');
  await path.create('User', userFields({ username: RITA, alias: 'rita', profileId: standard }));
  await path.create('Contact', { LastName: 'Lovelace', Email: 'ada@acme.example' });
  await path.mirrorAll();
});
afterAll(() => path.close());

async function linkFor(user: string): Promise<string> {
  const { status, body } = await path.call('POST', '/users/links', { user });
  expect(status).toBe(201);
  return body.url;
}

/** A request of the user's browser, which follows nothing by itself. */
function browse(url: string, cookie = ''): Promise<Response> {
  const local = url.replace(GATEWAY_URL, path.url);
  return fetch(local, { redirect: 'manual', headers: { cookie } });
}

/** Opens a link and signs in at Salesforce. @returns the last answer of the receiver */
async function signIn(link: string, username: string): Promise<Response> {
  const begun = await browse(link);
  expect(begun.status).toBe(303);
  const authorize = String(begun.headers.get('location'));
  const cookie = String(begun.headers.get('set-cookie')).split(';')[0];
  const allowed = await fetch(authorize, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username }),
  });
  return browse(String(allowed.headers.get('location')), cookie);
}

const connect = async (username: string) => signIn(await linkFor(username), username);
const sent = (user: string) => {
  count += 1;
  const id = `u-${count}`;
  return {
    id,
    kind: 'email.sent',
    at: '2026-11-20T09:30:00Z',
    user,
    to: ['ada@acme.example'],
    subject: id,
  };
};
const tasksOf = (id: string) =>
  path.soql(
    `SELECT CreatedBy.Username, Owner.Username FROM Task WHERE Mixmax_Activity_Id__c = '${id}/0'`,
  );
const users = async () => (await path.call('GET', '/users')).body.users;
async function listed(state: string, id: string) {
  const { body } = await path.call('GET', `/activities?state=${state}&limit=200`);
  return body.activities.find((one: { id: string }) => one.id === id);
}

async function connectionOf(username: string): Promise<UserConnection> {
  const all = await path.ports.userConnections.list(path.orgId);
  const found = all.find((one) => one.username === username);
  if (found === undefined) throw new Error(`${username} is not connected`);
  return found;
}

async function revoke(token: string): Promise<void> {
  const { status } = await fetch(`${path.practice.url}/services/oauth2/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
  });
  expect(status).toBe(200);
}

describe('users who connect to Salesforce', () => {
  it('D15: a user connects by OAuth with PKCE, and is listed without a secret', async () => {
    const answer = await connect(OTTO);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/#connected=${encodeURIComponent(OTTO)}`);
    expect(await users()).toEqual([
      {
        userId: expect.stringMatching(/^005\w{15}$/),
        username: OTTO,
        user: OTTO,
        connectedAt: expect.any(String),
      },
    ]);
    const stored = await path.ports.userConnections.list(path.orgId);
    expect(JSON.stringify(stored)).not.toContain('refreshToken');
  });

  it('D7: Tasks are created by the user whose activities they are, others by the Sync User', async () => {
    const [own, other] = [sent(OTTO), sent(ADMIN_USERNAME)];
    await path.log(own, other);
    expect(await tasksOf(own.id)).toMatchObject([
      { CreatedBy: { Username: OTTO }, Owner: { Username: OTTO } },
    ]);
    expect(await tasksOf(other.id)).toMatchObject([{ CreatedBy: { Username: ADMIN_USERNAME } }]);
  });

  it('D7: a preview says who would write, and what stands against it', async () => {
    const preview = async (...activities: readonly object[]) => {
      const { body } = await path.call('POST', '/activities/previews', { activities });
      return body.previews.map(
        ({ rows }: { rows: readonly { writer: object }[] }) => rows[0]?.writer,
      );
    };
    const [own, other] = [sent(OTTO), sent(ADMIN_USERNAME)];
    expect(await preview(own, other)).toEqual([
      { as: 'user', username: OTTO },
      { as: 'sync-user', username: ADMIN_USERNAME },
    ]);
    expect(await tasksOf(own.id)).toEqual([]);
  });

  it('D16: what a user has no right to is refused by name, and does not touch the others', async () => {
    await connect(RITA);
    const [refused, fine] = [sent(RITA), sent(OTTO)];
    await path.log(refused, fine);
    expect(await tasksOf(fine.id)).toHaveLength(1);
    const { problem } = await listed('failed', refused.id);
    expect(problem).toBe(
      `As ${RITA}: Salesforce answered INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY`,
    );
  });

  it('a user whose sign-in is revoked: activities wait, shown with the reason, until he connects again', async () => {
    const connection = await connectionOf(OTTO);
    const credentials = await openCredentials(path.ports, connection);
    if (credentials?.kind !== 'refresh-token') throw new Error('no refresh token');
    await revoke(credentials.refreshToken);
    path.practice.org.faults.arm({ kind: 'session-expired', object: 'Task', times: 1 });
    const waiting = sent(OTTO);
    await path.log(waiting);
    expect(await tasksOf(waiting.id)).toEqual([]);
    const reason = `Salesforce does not let ${OTTO} in any more (invalid_grant)`;
    expect((await listed('failed', waiting.id)).problem).toContain(reason);
    expect(await users()).toContainEqual(
      expect.objectContaining({
        username: OTTO,
        problem: { reason: expect.stringContaining(reason), since: expect.any(String) },
      }),
    );
    await connect(OTTO);
    await path.write();
    expect(await tasksOf(waiting.id)).toMatchObject([{ CreatedBy: { Username: OTTO } }]);
    expect((await connectionOf(OTTO)).problem).toBeUndefined();
  });

  it('a user who is disconnected: the Sync User writes, the user stays the owner', async () => {
    const { userId } = await connectionOf(OTTO);
    expect((await path.call('DELETE', `/users/${userId}`)).status).toBe(204);
    expect((await path.call('DELETE', `/users/${userId}`)).status).toBe(404);
    const one = sent(OTTO);
    await path.log(one);
    expect(await tasksOf(one.id)).toMatchObject([
      { CreatedBy: { Username: ADMIN_USERNAME }, Owner: { Username: OTTO } },
    ]);
  });

  it('D3: a link connects its user only, and only as long as it is good', async () => {
    const link = await linkFor(OTTO);
    const wrong = await signIn(link, RITA);
    expect(wrong.status).toBe(403);
    expect(await wrong.text()).toContain('e-mail address of this Mixmax user');
    expect((await browse(`${link.slice(0, -4)}AAAA`)).status).toBe(403);
    expect((await browse(`${GATEWAY_URL}/connect/user?ticket=nothing`)).status).toBe(403);
    await skipTo(path.practice, path.practice.org.clock.now() + 25 * 3_600_000);
    expect((await browse(link)).status).toBe(410);
    await changeOrg(path.ports, path.orgId, (org) => ({ ...org, phase: 'removed' }));
    expect((await browse(await linkFor(OTTO))).status).toBe(409);
  });
});
