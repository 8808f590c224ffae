import { expect, test } from 'vitest';
import { createFaults, parseFault } from '../../../local/org/faults.ts';
import { seededRandom } from '../../../local/seeded-random.ts';

const START = Date.UTC(2030, 0, 1);

function setUp(...faults: readonly object[]) {
  const clock = { ms: START };
  const made = createFaults({ now: () => clock.ms, random: seededRandom('faults') });
  for (const fault of faults) made.arm(parseFault(fault));
  return { faults: made, clock };
}

test('a fault applies from its start, until its end, and not outside', () => {
  const { faults, clock } = setUp({
    kind: 'server-error',
    from: '2030-01-01T01:00:00Z',
    until: '2030-01-01T03:00:00+01:00',
  });
  const applies = (hours: number): boolean => {
    clock.ms = START + hours * 3_600_000;
    return faults.take(['server-error'], {}) !== undefined;
  };
  expect([0, 0.99, 1, 1.99, 2, 24].map(applies)).toEqual([false, false, true, true, false, false]);
});

test('what stands has a time too', () => {
  const { faults, clock } = setUp({
    kind: 'clock-skew',
    seconds: 60,
    from: '2030-01-01T01:00:00Z',
  });
  expect(faults.standing('clock-skew')).toEqual([]);
  clock.ms += 3_600_000;
  expect(faults.standing('clock-skew')).toMatchObject([{ seconds: 60 }]);
});

test('a probability decides about each case, the same way for the same seed', () => {
  const draw = (): number => {
    const { faults } = setUp({ kind: 'slow-events', delayMs: 1, probability: 0.25 });
    const cases = Array.from({ length: 4000 }, () => faults.take(['slow-events'], {}));
    return cases.filter((fault) => fault !== undefined).length;
  };
  expect(draw()).toBeGreaterThan(900);
  expect(draw()).toBeLessThan(1100);
  expect(draw()).toBe(draw());
});

test('cases that were not drawn do not use it up', () => {
  const { faults } = setUp({ kind: 'server-error', probability: 0, times: 1 });
  expect(faults.take(['server-error'], {})).toBeUndefined();
  expect(faults.list()).toMatchObject([{ applied: 0 }]);
});

test('an object is asked for only by faults that name one', () => {
  const target = {
    path: '/y',
    get object(): string {
      throw new Error('nobody needs it');
    },
  };
  const { faults } = setUp(
    { kind: 'server-error', path: '/x', object: 'Account' },
    { kind: 'server-error', times: 1 },
  );
  expect(faults.take(['server-error'], target)).toMatchObject({ times: 1 });
  const named = setUp({ kind: 'server-error', object: 'account' }).faults;
  expect(named.take(['server-error'], { object: 'Account' })).toBeDefined();
  expect(named.take(['server-error'], { object: 'Contact' })).toBeUndefined();
  expect(named.take(['server-error'], {})).toBeUndefined();
});

test.each([
  { kind: 'server-error', probability: 1.5 },
  { kind: 'server-error', from: 'yesterday' },
  { kind: 'server-error', until: '2030-01-01T00:00:00' },
  { kind: 'clock-skew' },
  { kind: 'clock-skew', seconds: 1e9 },
  { kind: 'slow-jobs' },
])('%j is no fault', (fault) => {
  expect(() => parseFault(fault)).toThrow();
});
