import { afterEach, describe, expect, it } from 'vitest';
import { secretHash } from '#usecases/api-keys.ts';
import { closeOpened, HOUR_MS, open, statusOf } from '../../support/connected-states.ts';
import { BROKEN_PATH_STATES } from '../../support/states/broken-path-states.ts';
import { SET_UP_STATES } from '../../support/states/set-up-states.ts';
import { SILENT_STATES } from '../../support/states/silent-states.ts';
import { SYNC_USER_STATES } from '../../support/states/sync-user-states.ts';

/*
 * R18: every state, brought about in the practice org by a setting, a fault or the clock, with the receiver's functions,
 * queues and schedule running beside it. Each row shows its own cause, since when, what was seen and the way out.
 */

const ROWS = {
  ...SET_UP_STATES,
  ...SILENT_STATES,
  ...BROKEN_PATH_STATES,
  ...SYNC_USER_STATES,
};

afterEach(closeOpened);

const causes = new Map<string, string>();

describe('the states of an org’s sync', () => {
  it('not connected: a set-up code that waits says so', async () => {
    const { world } = await open();
    await world.receiver.ports.keys.addSetupCode(secretHash('code'));
    const { status, body } = await world.api.call('GET', '/v1/orgs', { key: 'code' });
    expect([status, body.state]).toEqual([200, 'not-connected']);
    expect(body.fix).toMatch(/Connect one/);
  });

  it.each(Object.entries(ROWS))('%s', async (name, { cause, state, says, fix, verdict }) => {
    const connected = await cause();
    const seen = await statusOf(connected);
    expect(seen).toMatchObject({ state, cause: expect.stringMatching(says) });
    expect(seen.verdict).toBe(verdict ?? seen.verdict);
    if (fix !== undefined) expect(seen.fix).toMatch(fix);
    expect(seen.evidence.length).toBeGreaterThan(0);
    const nowMs = connected.world.scheduler.now();
    expect(Date.parse(seen.since)).toBeGreaterThan(nowMs - 3 * HOUR_MS);
    expect(Date.parse(seen.since)).toBeLessThanOrEqual(nowMs);
    expect([...causes.values()]).not.toContain(seen.cause);
    causes.set(name, seen.cause);
  });

  it('says something else in each of them', () => {
    expect(new Set(causes.values()).size).toBe(causes.size);
    expect(causes.size).toBe(Object.keys(ROWS).length);
  });
});
