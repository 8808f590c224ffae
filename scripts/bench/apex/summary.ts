import type { RunResult, RunSpec, Spent, Weights, WorstTransaction } from './measure-run.ts';

/** All runs that differ in their seed only. */
export interface Cell extends Pick<RunSpec, 'subject' | 'mode' | 'queue' | 'load'> {
  readonly seeds: number;
  readonly executions: Spread;
  readonly events: number;
  readonly callouts: Spread;
  /** Medians. */
  readonly save: Spent;
  readonly background: Spent;
  /** Over all seeds. */
  readonly worst: WorstTransaction;
  readonly latencyMs: Quantiles;
  readonly queueWaitMs: Quantiles;
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Of all rows, or all jobs, of all seeds together. */
export interface Quantiles {
  readonly median: number;
  readonly p95: number;
  readonly most: number;
}

export interface Run {
  readonly spec: RunSpec;
  readonly result: RunResult;
}

/** Cells in the order in which their first runs come. */
export function summarize(runs: readonly Run[]): Cell[] {
  const groups = Map.groupBy(runs, ({ spec }) =>
    [spec.subject, spec.mode, spec.queue, spec.load].join(),
  );
  return [...groups.values()].map(cellOf);
}

function cellOf(runs: readonly Run[]): Cell {
  const [first] = runs;
  if (first === undefined) throw new Error('A cell has no runs.');
  const { subject, mode, queue, load } = first.spec;
  const all = (of: (result: RunResult) => number) => runs.map(({ result }) => of(result));
  return {
    subject,
    mode,
    queue,
    load,
    seeds: runs.length,
    executions: spread(all(({ executions }) => executions)),
    events: median(all(({ events }) => events)),
    callouts: spread(all(({ callouts }) => callouts)),
    save: medianSpent(runs.map(({ result }) => result.save)),
    background: medianSpent(runs.map(({ result }) => result.background)),
    worst: {
      soql: Math.max(...all(({ worst }) => worst.soql)),
      dmlPerTriggerRun: Math.max(...all(({ worst }) => worst.dmlPerTriggerRun)),
      soqlAfterFirstChunk: Math.max(...all(({ worst }) => worst.soqlAfterFirstChunk)),
    },
    latencyMs: quantiles(runs.flatMap(({ result }) => result.latencies)),
    queueWaitMs: quantiles(runs.flatMap(({ result }) => result.waits)),
  };
}

function medianSpent(spent: readonly Spent[]): Spent {
  return {
    soql: median(spent.map(({ soql }) => soql)),
    dml: median(spent.map(({ dml }) => dml)),
    statements: median(spent.map(({ statements }) => statements)),
  };
}

function spread(values: readonly number[]): Spread {
  return { least: Math.min(...values), median: median(values), most: Math.max(...values) };
}

/** The upper one of the two in the middle: a number that was measured. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Nearest rank. */
export function quantiles(weights: Weights): Quantiles {
  const sorted = weights.toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const at = (share: number): number => {
    let passed = 0;
    for (const [value, weight] of sorted) {
      passed += weight;
      if (passed >= share * total) return value;
    }
    return Number.NaN;
  };
  return { median: at(0.5), p95: at(0.95), most: at(1) };
}
