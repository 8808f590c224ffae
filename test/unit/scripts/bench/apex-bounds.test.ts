import { expect, test } from 'vitest';
import { judge } from '../../../../scripts/bench/apex/bounds.ts';
import { LOADS, type LoadName } from '../../../../scripts/bench/apex/loads.ts';
import type { RunResult } from '../../../../scripts/bench/apex/measure-run.ts';
import { planRuns } from '../../../../scripts/bench/apex/plan.ts';
import { quantiles, type Run, summarize } from '../../../../scripts/bench/apex/summary.ts';
import { linesOf, tablesOf } from '../../../../scripts/bench/apex/table.ts';

const NOTHING = { soql: 0, dml: 0, statements: 0 };

const GOOD: RunResult = {
  executions: 1,
  events: 50,
  callouts: 14,
  save: { soql: 1, dml: 50, statements: 44_218 },
  background: NOTHING,
  worst: { soql: 1, dmlPerTriggerRun: 1, soqlAfterFirstChunk: 0 },
  latencies: [[2_500, 200]],
  waits: [[2_000, 1]],
};

/** Runs of every cell that a bound speaks of, all alike but for what one of them is given. */
function runs(change: (spec: Run['spec']) => Partial<RunResult> = () => ({})): Run[] {
  return planRuns(3, ['bulkSerial', 'bulkParallel', 'together']).map((spec) => ({
    spec,
    result: { ...GOOD, ...(spec.subject === 'package' ? change(spec) : {}) },
  }));
}

function missed(change: (spec: Run['spec']) => Partial<RunResult>): string[] {
  return judge(summarize(runs(change)))
    .filter(({ held }) => !held)
    .map(({ what }) => what);
}

test('bounds hold up to their very number', () => {
  const atTheEdge = missed(({ mode, load, seed }) => {
    const latencies = [[4_000, 200]] as const;
    if (load === 'together' || mode === 'immediate') return { latencies };
    if (mode === 'economy') return { executions: 3 };
    if (load === 'bulkParallel') return { executions: seed === 3 ? 50 : 4 };
    return { executions: seed === 3 ? 20 : 12 };
  });
  expect(atTheEdge).toEqual([]);
});

test.each([
  ['p95', { mode: 'immediate', load: 'together' }, { latencies: [[4_001, 1]] as const }],
  ['serial: executions, median', { mode: 'coalescing', load: 'bulkSerial' }, { executions: 13 }],
  ['parallel: executions, median', { mode: 'coalescing', load: 'bulkParallel' }, { executions: 5 }],
  ['economy', { mode: 'economy', load: 'bulkParallel' }, { executions: 4 }],
  ['one transaction', { mode: 'economy', load: 'together' }, { executions: 2 }],
  ['SOQL in one', { load: 'bulkSerial' }, { worst: { ...GOOD.worst, soql: 2 } }],
  ['DML', { load: 'bulkSerial' }, { worst: { ...GOOD.worst, dmlPerTriggerRun: 1.02 } }],
  ['SOQL after', { load: 'bulkSerial' }, { worst: { ...GOOD.worst, soqlAfterFirstChunk: 1 } }],
])('%s: beyond is missed, and nothing else', (name, where, result) => {
  const found = missed((spec) => {
    const isThere = Object.entries(where).every(([key, value]) => spec[key as 'load'] === value);
    return isThere && spec.queue === 'default' ? result : {};
  });
  expect(found).toEqual([expect.stringContaining(name)]);
});

test('the worst of all seeds counts where the bound says so', () => {
  const found = missed(({ mode, load, queue, seed }) =>
    mode === 'coalescing' && load === 'bulkSerial' && queue === 'default' && seed === 2
      ? { executions: 21 }
      : {},
  );
  expect(found).toEqual(['coalescing, 10,000 by Bulk, serial: executions, worst']);
});

test('what the naive package costs breaks no bound', () => {
  const naive = runs().map(({ spec, result }) => ({
    spec,
    result: spec.subject === 'naive' ? { ...result, executions: 5_000 } : result,
  }));
  expect(judge(summarize(naive)).every(({ held }) => held)).toBe(true);
});

test('a bound that nothing was measured for is an error', () => {
  const cells = summarize(runs().filter(({ spec }) => spec.mode !== 'economy'));
  expect(() => judge(cells)).toThrow('Nothing was measured for: economy');
});

test('quantiles are weighted, by nearest rank', () => {
  const weights = [
    [30, 5],
    [10, 90],
    [20, 5],
  ] as const;
  expect(quantiles(weights)).toEqual({ median: 10, p95: 20, most: 30 });
  expect(quantiles([[7, 1]])).toEqual({ median: 7, p95: 7, most: 7 });
});

test('every cell is planned: loads × queues × (naive and three modes)', () => {
  const specs = planRuns(100, ['save', 'singles']);
  const cells = Map.groupBy(specs, ({ subject, mode, queue, load }) =>
    [subject, mode, queue, load].join(),
  );
  expect(cells.size).toBe(2 * 3 * 4);
  expect(cells.get('package,coalescing,default,save')).toHaveLength(100);
  expect(cells.get('package,coalescing,slow,save')).toHaveLength(5);
  expect(cells.get('package,immediate,zero,save')).toHaveLength(1);
  expect(cells.get('package,economy,default,singles')).toHaveLength(1);
});

test('every cell is run once before any is run twice', () => {
  const cells = Object.keys(LOADS).length * 3 * 4;
  const specs = planRuns(100, Object.keys(LOADS) as LoadName[]);
  expect(specs.slice(0, cells).map(({ seed }) => seed)).toEqual(Array(cells).fill(1));
  expect(specs[cells]?.seed).toBe(2);
});

test('wherever a bound is judged there are all the seeds, and more where a seed is one draw', () => {
  const judged = planRuns(100, Object.keys(LOADS) as LoadName[]).filter(
    ({ subject, queue }) => subject === 'package' && queue === 'default',
  );
  const seeds = Map.groupBy(judged, ({ mode, load }) => `${mode} ${load}`);
  for (const load of Object.keys(LOADS)) {
    expect(seeds.get(`immediate ${load}`)).toHaveLength(load === 'together' ? 300 : 100);
  }
  for (const load of ['bulkSerial', 'bulkParallel', 'together']) {
    expect(seeds.get(`coalescing ${load}`)).toHaveLength(100);
    expect(seeds.get(`economy ${load}`)).toHaveLength(100);
  }
});

test('tables show ranges, sums and seconds; lines say what is missed', () => {
  const cells = summarize(
    runs(({ seed, queue }) => ({ executions: queue === 'default' ? seed : 1 })),
  );
  const tables = tablesOf(cells);
  expect(tables.match(/^Queues|^Quick|^Slow/gm)).toHaveLength(3);
  expect(tables).toMatch(/\| 10,000 by Bulk, serial +\| coalescing +\| +3 \| +2 \(1–3\) \|/);
  expect(tables).toContain('44,218 + 0 |  2.5 s |');
  const lines = linesOf(judge(cells)).split('\n');
  // Three draws for each of three seeds.
  expect(lines.find((line) => line.startsWith('any mode'))).toMatch(/ 9 ≤ 1 {2}MISSED$/);
  expect(lines[0]).toMatch(/ 0\.5 s ≤ 2\.0 s {2}held$/);
});
