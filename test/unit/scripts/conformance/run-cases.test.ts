import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type ConformanceCase,
  expectEqual,
  expectTrue,
  type World,
} from '../../../../scripts/conformance/conformance-case.ts';
import { runCases } from '../../../../scripts/conformance/run-cases.ts';

let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
});

// These cases look at no org.
const WORLD = {} as World;

function caseOf(name: string, run: () => void): ConformanceCase {
  return { name, run: async () => run() };
}

test('every case runs once, whatever became of those before it, and says what was wrong', async () => {
  let runs = 0;
  const held = await runCases(
    [
      caseOf('first', () => expectEqual([1, { a: 2 }], [1, { a: 2 }], 'rows')),
      caseOf('second', () => {
        runs += 1;
        expectEqual(['x'], ['y'], 'names');
      }),
      caseOf('third', () => expectTrue(false, 'nothing came')),
      caseOf('fourth', () => expectTrue(true, 'never said')),
    ],
    WORLD,
  );
  expect([held, runs]).toEqual([2, 1]);
  const text = lines.join('\n');
  expect(text).toMatch(/^ok {3,}\d\.\d s {2}first$/m);
  expect(text).toMatch(/^FAIL .* {2}second\n +names: expected \["y"\], got \["x"\]$/m);
  expect(text).toMatch(/third\n +nothing came/);
});
