import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Grant } from '../../local/cloud/iam.ts';
import { type CloudUnderTest, startCloudUnderTest } from '../support/cloud/cloud-under-test.ts';
import { FAILS_WITHOUT, shortName } from '../support/cloud/fails-without.ts';
import { OPERATION_STEPS } from '../support/cloud/operation-steps.ts';
import { found, newContact, passDone, SYNC_STEPS } from '../support/cloud/sync-steps.ts';
import { WITHOUT_ONE } from './grants-reporter.ts';

/**
 * Roles hold what is used and nothing else: whatever is taken away, something that is named here fails. That the table
 * names every action of every role is `test/cdk/grants.test.ts`.
 */

const STEPS = [...SYNC_STEPS, ...OPERATION_STEPS];
const LONGEST_START_MS = 600_000;
/** Past Apex's waits between attempts, and those of the sweep. */
const REST_SECONDS = 16 * 60;
/** After which a pass that stands still is woken. */
const STANDSTILL_SECONDS = 31 * 60;
const RECOVERY_ROUNDS = 5;

let world: CloudUnderTest;

beforeAll(async () => {
  world = await startCloudUnderTest({ assembly: inject('assembly') });
  await workOff();
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

describe(WITHOUT_ONE, () => {
  test.each(Object.entries(FAILS_WITHOUT))('of %s it fails that %s', async (name, stepName) => {
    const grant = world.cloud.iam.grants().find((one) => shortName(one) === name);
    const step = byName.get(stepName);
    if (grant === undefined || step === undefined) throw new Error(`No role holds ${name}.`);
    const giveBack = world.cloud.iam.take(grant);
    const before = world.denials.length;
    try {
      await world.restart(functionOf(grant));
      await expect(step.run(world)).rejects.toThrow();
      const denied = world.denials.slice(before).map(({ role, action }) => `${role} ${action}`);
      expect(new Set(denied)).toEqual(new Set([`${grant.role} ${grant.action}`]));
    } finally {
      giveBack();
      await recover(name);
    }
  });
});

/**
 * Messages that failed are forgotten. Apex sends again what it was not relieved of, the sweep reads again what a pass
 * failed to read, and an org that was half forgotten is connected again: until all is as it was.
 */
async function recover(name: string): Promise<void> {
  await world.purge();
  for (let round = 0; round < RECOVERY_ROUNDS; round += 1) {
    const { status, body } = await world.call('GET', '/status');
    if (status >= 400 || body.state === 'removed') await connectAgain();
    const { email } = await newContact(world);
    const { state, pass } = (await world.call('GET', '/status')).body;
    const atRest = pass?.state !== 'running';
    if (state === 'active' && atRest && (await found(world, email))) return;
    // A letter that was not sent again keeps the org in trouble.
    if (state === 'error') await world.call('POST', '/dead-letters', {});
    // What a pass failed to read stays the org's trouble until a pass over everything has succeeded.
    if (state === 'error' && atRest) await passDone(world, '/sync');
    else await world.advance(atRest ? REST_SECONDS : STANDSTILL_SECONDS);
    await workOff();
  }
  const { state, cause } = (await world.call('GET', '/status')).body;
  throw new Error(`The org did not recover from the lack of ${name}. It is ${state}: ${cause}`);
}

/** By functions that have not just learned that the org is unknown. */
async function connectAgain(): Promise<void> {
  await world.restart();
  await world.connect();
  await workOff();
}

async function workOff(): Promise<void> {
  await world.settle();
  await world.cloud.tick();
  await world.settle();
}

/** `WorkerRole12AB` is the role of a function whose name begins with `WorkerFunction`. */
function functionOf({ role }: Grant): string {
  return role.replace(/Role[0-9A-F]+$/, 'Function');
}
