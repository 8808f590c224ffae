import { expect, test } from 'vitest';
import type { Breakage } from '../../../scripts/breakages/breakage.ts';
import { breakagePlan } from '../../../scripts/breakages/breakage-plan.ts';
import { soundnessFaults, tryBreakage } from '../../../scripts/breakages/try-breakage.ts';

const SUM = 'public class Sum { public static Integer of(Integer a, Integer b) { return a + b; } }';
const SUM_TEST = `@IsTest private class SumTest {
  @IsTest static void shouldAdd() { Assert.areEqual(5, Sum.of(2, 3)); }
  @IsTest static void shouldAddNothing() { Assert.areEqual(2, Sum.of(2, 0)); }
}`;
const files = [
  { path: 'classes/Sum.cls', text: SUM },
  { path: 'classes/SumTest.cls', text: SUM_TEST },
];

const breakage = (change: Partial<Breakage>): Breakage => ({
  name: 'it subtracts',
  file: 'Sum.cls',
  find: 'a + b',
  replace: 'a - b',
  foundBy: ['SumTest.shouldAdd'],
  ...change,
});

test('a breakage is found when each named test fails', () => {
  expect(tryBreakage(breakage({}), files)).toEqual({ kind: 'found' });
  const both = breakage({ foundBy: ['SumTest.shouldAdd', 'SumTest.shouldAddNothing'] });
  expect(tryBreakage(both, files)).toEqual({
    kind: 'not found',
    passing: ['SumTest.shouldAddNothing'],
  });
});

test.each([
  ['text that is gone', { find: 'a * b' }, 'stands in Sum.cls 0 times'],
  ['text that stands twice', { find: 'Integer' }, 'stands in Sum.cls 3 times'],
  ['a file that is gone', { file: 'Difference.cls' }, 'there is no Difference.cls'],
  ['a test that is gone', { foundBy: ['SumTest.shouldTell'] }, 'no test SumTest.shouldTell'],
  ['broken syntax', { replace: 'a +' }, 'it does not compile'],
  ['no change', { replace: 'a + b' }, 'it breaks nothing'],
])('%s is a fault', (_, change, reason) => {
  const verdict = tryBreakage(breakage(change), files);
  expect(verdict).toEqual({ kind: 'fault', reason: expect.stringContaining(reason) });
});

test('a test that fails without a breakage finds nothing', () => {
  expect(soundnessFaults([breakage({})], files)).toEqual([]);
  const wrong = files.with(0, { path: 'classes/Sum.cls', text: SUM.replace('+', '*') });
  expect(soundnessFaults([breakage({})], wrong)).toEqual([
    expect.stringContaining('SumTest.shouldAdd fails on the source as it stands'),
    expect.stringContaining('SumTest.shouldAddNothing fails'),
  ]);
});

test('every item of the plan has a breakage, no two of the same name', () => {
  const items = breakagePlan.map(({ item }) => item);
  expect(items.length).toBeGreaterThanOrEqual(14);
  expect(items).toEqual(items.map((_, index) => index + 1));
  const names = breakagePlan.flatMap(({ breakages }) => breakages.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(breakagePlan.filter(({ breakages }) => breakages.length === 0)).toEqual([]);
});
