import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import type { Breakage } from '../../../scripts/breakages/breakage.ts';
import { breakagePlan } from '../../../scripts/breakages/breakage-plan.ts';
import {
  breakSource,
  soundnessFaults,
  tryBreakage,
} from '../../../scripts/breakages/try-breakage.ts';

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

test('every breakage still breaks the package, and its tests are there', async () => {
  const packaged = await readSourceFolders([join(import.meta.dirname, '../../../force-app')]);
  const methods = new Set(
    packaged.flatMap(({ path, text }) => {
      const [, className] = /\/(\w+Test)\.cls$/.exec(path) ?? [];
      const names = [...text.matchAll(/^\s*static void (\w+)\(\) \{/gm)];
      return className === undefined ? [] : names.map(([, name]) => `${className}.${name}`);
    }),
  );
  const stale = breakagePlan.flatMap(({ breakages }) =>
    breakages.flatMap((one) => [
      ...(typeof breakSource(one, packaged) === 'string' ? [`${one.file}: ${one.name}`] : []),
      ...one.foundBy.filter((name) => !methods.has(name)),
    ]),
  );
  expect(stale).toEqual([]);
});
