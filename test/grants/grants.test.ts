import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../local/cloud/iam.ts';
import { type CloudUnderTest, startCloudUnderTest } from '../support/cloud/cloud-under-test.ts';
import { FAILS_WITHOUT, shortName } from '../support/cloud/fails-without.ts';
import { OPERATION_STEPS } from '../support/cloud/operation-steps.ts';
import { SYNC_STEPS } from '../support/cloud/sync-steps.ts';

/** Roles hold what is used and nothing else: whatever is taken away, something that is named here fails. */

const STEPS = [...SYNC_STEPS, ...OPERATION_STEPS];
/** Bundles, templates and six functions take a while on a busy machine. */
const LONGEST_START_MS = 600_000;
const RECOVERY_SECONDS = 31 * 60;

let world: CloudUnderTest;

beforeAll(async () => {
  world = await startCloudUnderTest();
  await world.settle();
  await world.cloud.tick();
  await world.settle();
}, LONGEST_START_MS);
afterAll(() => world?.close());

const byName = new Map(STEPS.map((step) => [step.name, step]));

describe('with what the roles hold', () => {
  test.each(STEPS)('$name', async (step) => {
    const before = world.denials.length;
    await step.run(world);
    expect(world.denials.slice(before)).toEqual([]);
  });
});

describe('without one of it', () => {
  test('there is a step for every grant', () => {
    const missing = world.cloud.iam
      .grants()
      .map(shortName)
      .filter((name) => !(name in FAILS_WITHOUT));
    const gone = Object.keys(FAILS_WITHOUT).filter(
      (name) => !world.cloud.iam.grants().some((grant) => shortName(grant) === name),
    );
    expect({ missing, gone }).toEqual({ missing: [], gone: [] });
    expect(Object.values(FAILS_WITHOUT).filter((name) => !byName.has(name))).toEqual([]);
  });

  test.each(Object.entries(FAILS_WITHOUT))('of %s it fails that %s', async (name, stepName) => {
    const grant = world.cloud.iam.grants().find((one) => shortName(one) === name);
    const step = byName.get(stepName);
    if (grant === undefined || step === undefined) throw new Error(`No role holds ${name}.`);
    const giveBack = world.cloud.iam.take(grant);
    const before = world.denials.length;
    try {
      await world.restart(functionOf(grant));
      await expect(step.run(world)).rejects.toThrow();
      expect(world.denials.slice(before).map(({ action }) => action)).toContain(grant.action);
    } finally {
      giveBack();
      await recover(grant);
    }
  });
});

/** What was begun goes on: messages that failed are gone, and the sweep wakes what waits for them. */
async function recover(grant: Grant): Promise<void> {
  await world.restart(functionOf(grant));
  await world.purge();
  if ((await world.call('GET', '/status')).status >= 400) await world.connect();
  const { body } = await world.call('GET', '/status');
  if (body.pass?.state !== 'running' && body.state === 'active') return;
  await world.advance(RECOVERY_SECONDS);
  await world.settle();
  await world.cloud.tick();
  await world.settle();
}

/** `WorkerRole12AB` is the role of a function whose name begins with `WorkerFunction`. */
function functionOf({ role }: Grant): string {
  return role.replace(/Role[0-9A-F]+$/, 'Function');
}
