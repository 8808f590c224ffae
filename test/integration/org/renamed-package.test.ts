import { beforeAll, expect, test } from 'vitest';
import type { SourceFile } from '../../../local/org/apex/program.ts';
import { runApexTests } from '../../../local/org/apex-tests.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { renamedSource } from '../../support/package/renamed-source.ts';

let files: readonly SourceFile[];

beforeAll(async () => {
  files = await readSourceFolders(['force-app']);
});

function failuresOf(source: readonly SourceFile[]): { failures: string[]; count: number } {
  const report = runApexTests({
    files: source,
    names: [],
    now: () => Date.UTC(2026, 10, 21, 12),
    stopwatch: () => performance.now(),
    seed: 'renamed',
  });
  if (report.kind === 'refused') throw new Error(report.problems.join('\n'));
  const failures = report.outcomes
    .filter(({ passed }) => !passed)
    .map(({ className, method, message }) => `${className}.${method}: ${message}`);
  return { failures, count: report.outcomes.length };
}

test('the org knows no product: its package passes all its tests under other names', () => {
  const renamed = renamedSource(files);
  expect(new Set(renamed.map(({ path }) => path)).size).toBe(files.length);
  for (const { path, text } of renamed) {
    expect(`${path}\n${text}`, path).not.toMatch(/mixmax|MIXMAX|Mixmax|Rts|RTS/);
  }
  const { failures, count } = failuresOf(renamed);
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(100);
});

test('every class, trigger, object and field has another name', () => {
  const before = new Set(names(files));
  const kept = names(renamedSource(files)).filter((name) => before.has(name));
  expect(before.size).toBeGreaterThan(100);
  expect(kept).toEqual([]);
});

/** Of what the package declares: file names of code, objects and custom fields. */
function names(source: readonly SourceFile[]): string[] {
  return source.flatMap(({ path }) => {
    const match = /([^/]+)\.(?:cls|trigger|object-meta\.xml|field-meta\.xml)$/.exec(path)?.[1];
    return match === undefined || (path.endsWith('.object-meta.xml') && !match.includes('__'))
      ? []
      : [match];
  });
}
