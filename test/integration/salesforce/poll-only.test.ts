import { expect, it } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { createKey } from '#usecases/api-keys.ts';
import { showStatus } from '#usecases/show-status.ts';
import {
  connectSetUpOrg,
  deploySource,
  type SetUpOrg,
  setUpOrgs,
} from '../../support/set-up-org.ts';

const MINUTE_MS = 60_000;
const PACKAGE = ['force-app/main', 'force-app/site'];

const open = setUpOrgs();

async function openPolled(): Promise<SetUpOrg> {
  const world = await open();
  await connectSetUpOrg(world, { pollOnly: true });
  await world.until(async () => (await world.state()).phase === 'active', 10 * MINUTE_MS);
  return world;
}

const newContact = (world: SetUpOrg, email: string) =>
  world.ask('POST', '/services/data/v66.0/sobjects/Contact', {
    LastName: 'Lovelace',
    Email: email,
  });

const isMirrored = (world: SetUpOrg, email: string) => async () => {
  const { mirror } = world.receiver.ports;
  return (await mirror.findByEmail(world.orgId as OrgId, email)).length === 1;
};

it('an org with nothing installed is audited, then read every 30 minutes, and says that this is by choice', async () => {
  const world = await openPolled();
  // Behind the first pass.
  await world.pass(5 * MINUTE_MS);
  await newContact(world, 'ada@acme.example');
  const tookMs = await world.until(isMirrored(world, 'ada@acme.example'), 35 * MINUTE_MS);
  expect(tookMs).toBeGreaterThan(MINUTE_MS);
  await world.pass(120 * MINUTE_MS);
  const { ports } = world.receiver;
  const status = await showStatus(ports, await world.state());
  expect(status).toMatchObject({ state: 'interval', mode: 'interval' });
  expect(status.cause).toContain('by choice');
  expect(status.verdict).toBeUndefined();
  // Nobody looked for a package, and nobody pinged.
  expect((await world.state()).look).toBeUndefined();
  expect((await ports.orgs.liveness(world.orgId)).lastPingAtMs).toBeUndefined();
});

it('connected again without the choice it waits for the package, and becomes real-time with the first change', async () => {
  const world = await openPolled();
  expect(await connectSetUpOrg(world)).toMatchObject({ phase: 'not-installed' });
  await deploySource(world.org, PACKAGE);
  await world.until(async () => (await world.state()).phase === 'active', 10 * MINUTE_MS);
  expect((await world.state()).pollOnly).toBeUndefined();
  await newContact(world, 'grace@acme.example');
  await world.until(async () => (await world.state()).mode.name === 'realtime', 10 * MINUTE_MS);
  expect(await isMirrored(world, 'grace@acme.example')()).toBe(true);
});

it('an org that has the package is not polled by mistake', async () => {
  const world = await open();
  await deploySource(world.org, PACKAGE);
  await expect(connectSetUpOrg(world, { pollOnly: true })).rejects.toMatchObject({
    code: 'conflict',
  });
});

it('what only the package could do is refused with the reason', async () => {
  const world = await openPolled();
  const { key } = await createKey(world.receiver.ports, world.orgId, 'test');
  const base = `/v1/orgs/${world.orgId}`;
  for (const [method, path, body] of [
    ['PUT', '/conditions', { on: true, objects: { Contact: ['Title'] } }],
    ['POST', '/settings/disable', undefined],
    ['POST', '/token', undefined],
  ] as const) {
    const answer = await world.during(
      world.api.call(method, base + path, { key, ...(body && { body }) }),
    );
    expect(answer.status).toBe(409);
    expect(JSON.stringify(answer.body)).toContain('by choice');
  }
});
