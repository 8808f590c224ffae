import { describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { packageVersion } from '../../../local/org/api/packaging/package-version.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { registeredPackage } from '../../../scripts/stand-alone-org/registered-package.ts';
import { namespacedSource } from '../../support/package/namespaced-source.ts';
import {
  connectSetUpOrg,
  deploySource,
  installPackage,
  type SetUpOrg,
  setUpOrgs,
} from '../../support/set-up-org.ts';

const MINUTE_MS = 60_000;
const SITE = ['force-app/main', 'force-app/site'];

const open = setUpOrgs();

const phaseIs = (world: SetUpOrg, phase: string) => async () =>
  (await world.state()).phase === phase;

describe('a package that is installed after the org was connected', () => {
  it.each([
    ['as a package', 7_000],
    ['as a package', 25 * MINUTE_MS],
    ['from source', 4_000],
    ['from source, without its remote site', 13_000],
  ])('%s, %d ms later, is found and pinged within 30 s, and works', async (how, afterMs) => {
    const version = await registeredPackage('force-app/main,force-app/site');
    const world = await open({ packages: [version] });
    expect(await connectSetUpOrg(world)).toMatchObject({ phase: 'not-installed' });
    await world.pass(afterMs);
    expect((await world.state()).phase).toBe('not-installed');
    if (how === 'as a package') await installPackage(world.org, version.id);
    else await deploySource(world.org, how === 'from source' ? SITE : ['force-app/main']);

    const foundMs = await world.until(
      async () => !(await phaseIs(world, 'not-installed')()),
      30_000,
    );
    expect(foundMs).toBeLessThanOrEqual(30_000);
    await world.until(phaseIs(world, 'active'), 10 * MINUTE_MS);
    const liveness = await world.receiver.ports.orgs.liveness(world.orgId);
    expect(liveness.lastPingAtMs).toBeGreaterThan(0);
    const state = await world.state();
    expect(state.look).toBeUndefined();
    expect(state.packageVersion).toBe('1.0.0');

    await world.ask('POST', '/services/data/v66.0/sobjects/Contact', {
      LastName: 'Lovelace',
      Email: 'ada@acme.example',
    });
    await world.until(async () => {
      const { mirror } = world.receiver.ports;
      return (await mirror.findByEmail(world.orgId, 'ada@acme.example')).length === 1;
    }, MINUTE_MS);
  });

  it('with a namespace is found, and written to under its own names', async () => {
    const source = await readSourceFolders(SITE);
    const number = { major: 1, minor: 0, patch: 0, build: 1 };
    const files = namespacedSource(source, 'acme');
    const version = packageVersion('Mixmax Real-Time Sync', number, files, 'acme');
    const world = await open({ packages: [version] });
    await connectSetUpOrg(world);
    await installPackage(world.org, version.id);
    await world.until(async () => !(await phaseIs(world, 'not-installed')()), 30_000);
    await world.until(phaseIs(world, 'active'), 10 * MINUTE_MS);
    expect(await world.state()).toMatchObject({ packageNamespace: 'acme' });
    const soql = encodeURIComponent('SELECT acme__Org_Id__c FROM acme__Mixmax_Settings__c');
    const { body } = await world.ask('GET', `/services/data/v66.0/query?q=${soql}`);
    expect(body.records).toMatchObject([{ acme__Org_Id__c: world.orgId }]);
    const liveness = await world.receiver.ports.orgs.liveness(world.orgId);
    expect(liveness.lastPingAtMs).toBeGreaterThan(0);
  });

  it('is looked for every 10 s for half an hour, then every 15 minutes, and every 10 s for who waits', async () => {
    const world = await open();
    await connectSetUpOrg(world);
    const rate = async (ms: number) => {
      const before = world.org.requestLog.since(0).length;
      await world.pass(ms);
      const after = world.org.requestLog.since(0).slice(before);
      return after.filter(({ path }) => path.endsWith('/Mixmax_Settings__c/describe')).length;
    };
    expect(await rate(10 * MINUTE_MS)).toBeGreaterThanOrEqual(58);
    await world.pass(21 * MINUTE_MS);
    expect(await rate(60 * MINUTE_MS)).toBeLessThanOrEqual(5);
    expect(await rate(60 * MINUTE_MS)).toBeGreaterThanOrEqual(3);

    const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
    const path = `/v1/orgs/${world.orgId}/status`;
    expect(await world.api.call('GET', path, { key })).toMatchObject({
      body: { state: 'not-installed', fix: expect.stringContaining('by itself') },
    });
    expect(await rate(MINUTE_MS)).toBeGreaterThanOrEqual(5);
    await world.pass(5 * MINUTE_MS);
    expect(await rate(5 * MINUTE_MS)).toBeLessThanOrEqual(1);
  });

  it('whose third-party access was declined is shown as just that, and stays declined', async () => {
    const version = await registeredPackage('force-app/main,force-app/site');
    const world = await open({ packages: [version] });
    await connectSetUpOrg(world);
    await installPackage(world.org, version.id, false);
    await world.until(phaseIs(world, 'active'), 10 * MINUTE_MS);
    await world.pass(40 * MINUTE_MS);
    const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
    const { body } = await world.api.call('GET', `/v1/orgs/${world.orgId}/status`, { key });
    expect(body).toMatchObject({
      state: 'error',
      cause: expect.stringContaining('https://rts.example is not active'),
    });
  });
});
