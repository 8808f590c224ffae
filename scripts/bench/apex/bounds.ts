import type { LoadName } from './loads.ts';
import type { Mode } from './measured-org.ts';
import type { Cell } from './summary.ts';

/** What the package promises, and what was measured. */
export interface BoundResult {
  readonly what: string;
  readonly measured: number;
  /** The most it may be. */
  readonly bound: number;
  readonly unit: '' | 'ms';
  readonly held: boolean;
}

interface Bound {
  readonly what: string;
  readonly bound: number;
  readonly unit?: 'ms';
  /** Which cells of the package it speaks of. */
  covers(cell: Cell): boolean;
  of(cell: Cell): number;
}

/** All but the last three speak of an org with quick queues: a mean of 2 s. */
const BOUNDS: readonly Bound[] = [
  {
    what: 'immediate: save → sent, p95, beyond the p95 of the queue itself',
    bound: 2_000,
    unit: 'ms',
    covers: isQuick({ mode: 'immediate' }),
    of: ({ latencyMs, queueWaitMs }) => latencyMs.p95 - queueWaitMs.p95,
  },
  {
    what: 'coalescing, 10,000 by Bulk, serial: executions, median',
    bound: 12,
    covers: isQuick({ mode: 'coalescing', loads: ['bulkSerial'] }),
    of: ({ executions }) => executions.median,
  },
  {
    what: 'coalescing, 10,000 by Bulk, serial: executions, worst',
    bound: 20,
    covers: isQuick({ mode: 'coalescing', loads: ['bulkSerial'] }),
    of: ({ executions }) => executions.most,
  },
  {
    what: 'coalescing, 10,000 by Bulk, parallel: executions, median',
    bound: 4,
    covers: isQuick({ mode: 'coalescing', loads: ['bulkParallel'] }),
    of: ({ executions }) => executions.median,
  },
  {
    what: 'economy, 10,000 by Bulk: executions, worst',
    bound: 3,
    covers: isQuick({ mode: 'economy', loads: ['bulkSerial', 'bulkParallel'] }),
    of: ({ executions }) => executions.most,
  },
  {
    what: 'any mode, 10,000 in one transaction: executions, worst',
    bound: 1,
    covers: isQuick({ loads: ['together'] }),
    of: ({ executions }) => executions.most,
  },
  {
    what: 'SOQL in one of the customer’s transactions',
    bound: 1,
    covers: () => true,
    of: ({ worst }) => worst.soql,
  },
  {
    what: 'DML statements in the customer’s transaction, per 200 rows',
    bound: 1,
    covers: () => true,
    of: ({ worst }) => worst.dmlPerTriggerRun,
  },
  {
    what: 'SOQL after the first chunk',
    bound: 0,
    covers: () => true,
    of: ({ worst }) => worst.soqlAfterFirstChunk,
  },
];

/**
 * Holds each bound against the worst of the cells it speaks of.
 * @throws Error naming a bound that no cell was measured for
 */
export function judge(cells: readonly Cell[]): BoundResult[] {
  const own = cells.filter(({ subject }) => subject === 'package');
  return BOUNDS.map(({ what, bound, unit, covers, of }): BoundResult => {
    const values = own.filter(covers).map(of);
    if (values.length === 0) throw new Error(`Nothing was measured for: ${what}`);
    const measured = Math.max(...values);
    return { what, measured, bound, unit: unit ?? '', held: measured <= bound };
  });
}

function isQuick(wanted: { mode?: Mode; loads?: readonly LoadName[] }): (cell: Cell) => boolean {
  return ({ queue, mode, load }) =>
    queue === 'default' &&
    mode === (wanted.mode ?? mode) &&
    (wanted.loads === undefined || wanted.loads.includes(load));
}
