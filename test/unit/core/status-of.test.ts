import { describe, expect, it } from 'vitest';
import type { Liveness, OrgState } from '#core/org.ts';
import { statusOf } from '#core/status-of.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const NEVER: Liveness = { liveThroughMs: {}, counters: {} };

const ORG: OrgState = {
  orgId: orgIdOf(1),
  revision: 1,
  name: 'Acme',
  instanceUrl: 'https://acme.my.salesforce.com',
  loginUrl: 'https://login.salesforce.com',
  apiVersion: '66.0',
  syncUser: { id: recordIdOf('005', 1), username: 'sync@acme.example' },
  phase: 'active',
  phaseSinceMs: NOW - 5 * MINUTE,
  mode: { name: 'realtime', sinceMs: NOW - 5 * MINUTE, epoch: 1 },
  conditions: { on: false },
  objects: {
    Contact: { fieldSet: { fields: ['Email'], hash: '*' }, completeThroughMs: NOW - 90_000 },
    Task: { fieldSet: { fields: ['Subject'], hash: '*' } },
  },
};

function status(
  change: Partial<OrgState>,
  liveness: Partial<Liveness> = {},
  more: Partial<Parameters<typeof statusOf>[0]> = {},
) {
  const counts = { Contact: { live: 3, hidden: 1 }, Task: { live: 2, hidden: 0 } };
  const facts = {
    org: { ...ORG, ...change },
    liveness: { ...NEVER, ...liveness },
    counts,
    pass: undefined,
    deadLetters: 0,
    openGapsMs: {},
    waiting: [],
    ...more,
  };
  return statusOf(facts, NOW);
}

const seen = (minutesAgo: number) => ({ lastApexSeenAtMs: NOW - minutesAgo * MINUTE });
const since = (minutesAgo: number) => NOW - minutesAgo * MINUTE;

describe('statusOf', () => {
  it.each(['not-installed', 'setting-up', 'auditing', 'removed'] as const)(
    'shows the phase %s',
    (phase) => {
      expect(status({ phase })).toMatchObject({ state: phase, since: '2026-11-21T11:55:00.000Z' });
    },
  );

  it('is active until 30 minutes without a notice have passed, then quiet since the last one', () => {
    const old = { phaseSinceMs: since(600), mode: { ...ORG.mode, sinceMs: since(600) } };
    expect(status(old, seen(29)).state).toBe('active');
    const quiet = status(old, seen(30));
    expect(quiet).toMatchObject({ state: 'quiet', since: '2026-11-21T11:30:00.000Z' });
    expect(quiet.fix).toMatch(/Mixmax Error/);
    expect(status(old).state).toBe('quiet');
    expect(status({}).state).toBe('active');
  });

  it.each(['interval', 'closing'] as const)('shows the mode %s since it began', (name) => {
    const mode = { name, sinceMs: since(7), epoch: 2 };
    expect(status({ mode })).toMatchObject({
      state: name,
      mode: name,
      since: '2026-11-21T11:53:00.000Z',
    });
  });

  it('puts a problem before all else, unless the org was removed', () => {
    const problem = 'Contact: the sync failed';
    expect(status({ problem })).toMatchObject({ state: 'error', cause: problem });
    expect(status({ problem, phase: 'removed' }).state).toBe('removed');
  });

  it('is live through the newest notice, but not over an open gap', () => {
    const liveness = { liveThroughMs: { Contact: NOW - 1_000, Task: NOW - 1_000 } };
    const { objects } = status({}, liveness, { openGapsMs: { Contact: NOW - 60_000 } });
    expect(objects.map(({ liveThrough }) => liveThrough)).toEqual([
      '2026-11-21T11:59:00.000Z',
      '2026-11-21T11:59:59.000Z',
    ]);
  });

  it('is an error while a message lies among the dead letters, unless the org was removed', () => {
    expect(status({}, {}, { deadLetters: 1 })).toMatchObject({ state: 'error', deadLetters: 1 });
    expect(status({ phase: 'removed' }, {}, { deadLetters: 1 }).state).toBe('removed');
  });

  it('tells per object what is held, what is proven and how far the proof is behind', () => {
    const { objects } = status({}, { liveThroughMs: { Contact: NOW - 1_000 } });
    expect(objects).toEqual([
      {
        object: 'Contact',
        rows: 3,
        hidden: 1,
        completeThrough: '2026-11-21T11:58:30.000Z',
        liveThrough: '2026-11-21T11:59:59.000Z',
        lagSeconds: 90,
      },
      { object: 'Task', rows: 2, hidden: 0 },
    ]);
  });

  it('gives as evidence what was seen, dropped and drifted', () => {
    const drifted = { conditionsDriftedAtMs: since(2) };
    const liveness = { ...seen(1), lastPingAtMs: NOW - 30_000, counters: { changesDropped: 4 } };
    expect(status(drifted, liveness).evidence).toEqual([
      'Apex last seen 1 minute ago.',
      'Last ping 30 s ago.',
      '5 live records of 2 objects are mirrored.',
      '4 changes were dropped by Sync Conditions.',
      "The org's synced fields differ from ours, seen 2 minutes ago; they are rewritten.",
    ]);
    expect(status({}).evidence.slice(0, 2)).toEqual(['Apex was never seen.', 'No ping came yet.']);
  });
});
