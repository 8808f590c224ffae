import { expect, test } from 'vitest';
import { DELAYS } from '../../../../local/org/apex/engine/delays.ts';
import { seededRandom } from '../../../../local/seeded-random.ts';

function draws(name: 'default' | 'slow', seed = 'delays', count = 20_000): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => DELAYS[name].queue(random)).sort((a, b) => a - b);
}

test.each([
  ['default', 2_000],
  ['slow', 20_000],
] as const)(
  '%s: a job waits %i ms on average, as an exponential distribution has it',
  (name, meanMs) => {
    const sorted = draws(name);
    const mean = sorted.reduce((sum, delay) => sum + delay, 0) / sorted.length;
    expect(mean / meanMs).toBeCloseTo(1, 1);
    for (const share of [0.1, 0.5, 0.9, 0.95, 0.99]) {
      const measured = sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
      const expected = -meanMs * Math.log(1 - share);
      expect(measured / expected, `quantile ${share}`).toBeCloseTo(1, 1);
    }
  },
);

test('waits depend on the seed alone', () => {
  expect(draws('default', 'a', 100)).toEqual(draws('default', 'a', 100));
  expect(draws('default', 'b', 100)).not.toEqual(draws('default', 'a', 100));
});

test.each(['default', 'slow'] as const)('%s: bus and redeliveries are fixed', (name) => {
  const { bus, redelivery } = DELAYS[name];
  expect(bus(seededRandom('any'))).toBe(500);
  expect([1, 2, 3, 4, 5, 9].map(redelivery)).toEqual([
    5_000, 10_000, 20_000, 40_000, 40_000, 40_000,
  ]);
});

test('zero waits for nothing', () => {
  const random = seededRandom('any');
  expect([DELAYS.zero.bus(random), DELAYS.zero.queue(random), DELAYS.zero.redelivery(1)]).toEqual([
    0, 0, 0,
  ]);
});

test('nobody can change them', () => {
  expect(Object.isFrozen(DELAYS)).toBe(true);
  for (const delays of Object.values(DELAYS)) expect(Object.isFrozen(delays)).toBe(true);
});
