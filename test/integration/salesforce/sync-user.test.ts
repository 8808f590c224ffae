import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { editionOf } from '../../../local/org/editions.ts';
import { connectSetUpOrg, openSetUpOrg, type SetUpOrg } from '../../support/set-up-org.ts';
import { addSyncUser, SYNC_APP, SYNC_USERNAME, type SyncUser } from '../../support/sync-user.ts';

let world: SetUpOrg;
let user: SyncUser;
let key: string;

const PRIVATE_USERS = {
  path: 'objects/User/User.object-meta.xml',
  text: '<?xml version="1.0" encoding="UTF-8"?><CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"><sharingModel>Private</sharingModel></CustomObject>',
};

beforeAll(async () => {
  world = await openSetUpOrg({
    sources: ['force-app/main', 'force-app/site'],
    connectedApps: [SYNC_APP],
  });
  world.org.deploy([PRIVATE_USERS]);
  user = await addSyncUser(world);
  await connectSetUpOrg(world);
  await world.until(async () => (await world.state()).phase === 'active', 600_000);
  ({ key } = await createKey(world.receiver.ports, world.orgId, 'test'));
});
afterAll(async () => {
  await world.close();
  expect(world.faults).toEqual([]);
});

interface Line {
  readonly permission: string;
  readonly ok?: boolean;
  readonly lost: string;
}

const get = async (path: string) =>
  (await world.during(world.api.call('GET', `/v1/orgs/${world.orgId}${path}`, { key }))).body;
const tried = async (): Promise<readonly Line[]> => (await get('/sync-user')).permissions;

describe('what the Sync User must be allowed to', () => {
  it('is all there when it is all there, and was tried when the org was connected', async () => {
    const { syncUser, state } = await get('/status');
    expect(state).toBe('active');
    expect(syncUser).toMatchObject({ username: SYNC_USERNAME });
    expect(syncUser.permissions.map(({ permission, ok }: Line) => [permission, ok])).toEqual([
      ['Modify All Data', true],
      ['API Enabled', true],
      ['View All Users', true],
      ['View Setup and Configuration', true],
      ['Customize Application', true],
    ]);
    expect(await tried()).toEqual(syncUser.permissions);
  });

  it.each([
    ['ModifyAllData', 'Modify All Data', 'records of others'],
    ['ApiEnabled', 'API Enabled', 'Everything'],
    ['ViewAllUsers', 'View All Users', 'owners'],
    ['ViewSetup', 'View Setup and Configuration', 'silence'],
    ['CustomizeApplication', 'Customize Application', 'cannot be set up'],
  ])('without %s exactly that line is red, and says what is lost', async (name, label, lost) => {
    await user.permit(name, false);
    const lines = await tried();
    expect(lines.filter(({ ok }) => ok === false).map(({ permission }) => permission)).toEqual([
      label,
    ]);
    // Without the API nothing else can be tried: no line claims to be in order.
    const green = lines.filter(({ ok }) => ok === true);
    expect(green).toHaveLength(name === 'ApiEnabled' ? 0 : 4);
    expect(await get('/status')).toMatchObject({
      state: 'error',
      cause: expect.stringMatching(new RegExp(`lacks ${label}.*${lost}`)),
      fix: expect.any(String),
    });
    await user.permit(name, true);
    expect((await tried()).every(({ ok }) => ok === true)).toBe(true);
    expect((await get('/status')).state).toBe('active');
  });

  it('is tried by operations, not only read: without a look at Setup the others still count', async () => {
    await user.permit('ViewSetup', false);
    await user.permit('CustomizeApplication', false);
    await user.permit('ViewAllUsers', false);
    await user.permit('ModifyAllData', false);
    const red = (await tried()).filter(({ ok }) => ok === false);
    expect(red.map(({ permission }) => permission)).toEqual([
      'Modify All Data',
      'View All Users',
      'View Setup and Configuration',
      'Customize Application',
    ]);
    for (const name of ['ViewSetup', 'CustomizeApplication', 'ViewAllUsers', 'ModifyAllData']) {
      await user.permit(name, true);
    }
    expect((await tried()).every(({ ok }) => ok === true)).toBe(true);
  });

  it('is noticed within the hour without anybody asking, with since when', async () => {
    await user.permit('CustomizeApplication', false);
    const lostMs = world.scheduler.now();
    await world.pass(61 * 60_000);
    const seen = await get('/status');
    expect(seen.cause).toContain('Customize Application');
    expect(Date.parse(seen.since)).toBeGreaterThanOrEqual(lostMs - 1_000);
    await world.pass(61 * 60_000);
    expect((await get('/status')).since).toBe(seen.since);
    await user.permit('CustomizeApplication', true);
    await tried();
  });
});

describe('an org that cannot be served', () => {
  const refused = async (options: Parameters<typeof openSetUpOrg>[0]) => {
    const other = await openSetUpOrg(options);
    try {
      return await connectSetUpOrg(other).then(
        () => 'connected',
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );
    } finally {
      await other.close();
    }
  };

  it.each([
    [
      'without Apex',
      { edition: editionOf('Professional Edition') },
      /^conflict: .*Professional Edition, which has no Apex/,
    ],
    [
      'without API',
      { edition: editionOf('Enterprise Edition', false) },
      /^conflict: The org has no API/,
    ],
  ])('%s is refused with the reason', async (_, options, reason) => {
    expect(await refused(options)).toMatch(reason);
  });

  it('for want of API Enabled is refused with the permission’s name', async () => {
    const other = await openSetUpOrg({ connectedApps: [SYNC_APP] });
    const sync = await addSyncUser(other);
    await sync.permit('ApiEnabled', false);
    await expect(connectSetUpOrg(other)).rejects.toThrow(/lacks the permission API Enabled/);
    await sync.permit('ApiEnabled', true);
    expect(await connectSetUpOrg(other)).toMatchObject({ phase: 'not-installed' });
    await other.close();
  });
});
