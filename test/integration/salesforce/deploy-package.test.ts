import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { storedZip } from '../../../lambdas/adapters/salesforce/stored-zip.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { buildPackageSource } from '../../../scripts/build/package-source.ts';
import { deployTests } from '../../../scripts/package/deploy.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { GATEWAY_URL } from '../../support/notice-path.ts';
import { connectSetUpOrg, type SetUpOrg, setUpOrgs } from '../../support/set-up-org.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MINUTE_MS = 60_000;
const SETS =
  "SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE PermissionSet.Name LIKE 'Mixmax%'";

const open = setUpOrgs();

async function connected(folder: string): Promise<{ world: SetUpOrg; call: Call }> {
  const world = await open();
  await connectSetUpOrg(world);
  const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
  const settings = { gatewayUrl: GATEWAY_URL, packageDir: folder };
  const api = apiClient(makeAdmin(world.receiver.ports, settings));
  const call: Call = (method, path) =>
    world.during(api.call(method, `/v1/orgs/${world.orgId}${path}`, { key }), 10 * MINUTE_MS);
  return { world, call };
}

type Call = (method: string, path: string) => ReturnType<ApiClient['call']>;

describe('the source of the package', () => {
  it('is deployed as the Sync User, found, set up, and works', async () => {
    const packageDir = join(temporaryFolder(), 'package');
    await buildPackageSource(packageDir);
    const { world, call } = await connected(packageDir);
    expect(await call('GET', '/package')).toMatchObject({ body: { deployable: true } });
    expect(await call('GET', '/package/deployment')).toMatchObject({ body: { deployment: null } });
    expect(await call('POST', '/package/deployments')).toMatchObject({
      status: 202,
      body: { id: expect.stringMatching(/^0Af/), tests: 0 },
    });
    await world.until(
      async () => (await call('GET', '/package/deployment')).body.deployment.state === 'done',
      MINUTE_MS,
    );
    const { deployment } = (await call('GET', '/package/deployment')).body;
    expect(deployment.components.total).toBeGreaterThan(50);
    expect(deployment.components.done).toBe(deployment.components.total);
    await world.until(async () => {
      const answers = [await call('GET', '/status'), await call('GET', '/package/deployment')];
      expect(answers.map(({ status, body }) => ({ status, detail: body.detail }))).toEqual([
        { status: 200 },
        { status: 200 },
      ]);
      return (await world.state()).phase === 'active';
    }, 10 * MINUTE_MS);
    const held = await world.ask('GET', `/services/data/v66.0/query?q=${encodeURIComponent(SETS)}`);
    expect(held.body.records).toHaveLength(3);

    await world.ask('POST', '/services/data/v66.0/sobjects/Contact', {
      LastName: 'Lovelace',
      Email: 'ada@acme.example',
    });
    const { mirror } = world.receiver.ports;
    await world.until(
      async () => (await mirror.findByEmail(world.orgId, 'ada@acme.example')).length === 1,
      MINUTE_MS,
    );
  });

  it("that the org does not take is told in the org's words, and nothing of it is there", async () => {
    const folder = temporaryFolder();
    const manifest =
      '<Package xmlns="http://soap.sforce.com/2006/04/metadata"><types><members>Broken</members><name>ApexClass</name></types><version>66.0</version></Package>';
    const meta =
      '<ApexClass xmlns="http://soap.sforce.com/2006/04/metadata"><apiVersion>66.0</apiVersion></ApexClass>';
    const zip = storedZip([
      { path: 'package.xml', text: manifest },
      { path: 'classes/Broken.cls', text: 'public class Broken { Unheard of; }' },
      { path: 'classes/Broken.cls-meta.xml', text: meta },
    ]);
    await writeFile(join(folder, 'package.zip'), zip);
    await writeFile(join(folder, 'tests.json'), '["BrokenTest"]');
    const { world, call } = await connected(folder);
    await call('POST', '/package/deployments');
    await world.until(
      async () => (await call('GET', '/package/deployment')).body.deployment.state === 'failed',
      MINUTE_MS,
    );
    const { deployment } = (await call('GET', '/package/deployment')).body;
    expect(deployment.problems.join('\n')).toContain('Broken');
    await world.pass(MINUTE_MS);
    expect((await world.state()).phase).toBe('not-installed');
  });

  it('is not deployed where a version is configured, or no source is carried', async () => {
    const world = await open();
    await connectSetUpOrg(world);
    const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
    const path = `/v1/orgs/${world.orgId}/package/deployments`;
    const refused = async (settings: { packageDir?: string; packageVersionId?: string }) =>
      (await apiClient(makeAdmin(world.receiver.ports, settings)).call('POST', path, { key })).body;
    expect(await refused({})).toMatchObject({
      status: 409,
      detail: expect.stringContaining('does not carry'),
    });
    const configured = { packageDir: temporaryFolder(), packageVersionId: '04t000000000001AAA' };
    expect(await refused(configured)).toMatchObject({
      status: 409,
      detail: expect.stringContaining('is configured'),
    });
  });

  it('names the tests that production orgs run', async () => {
    expect((await deployTests()).length).toBeGreaterThan(10);
  });
});
