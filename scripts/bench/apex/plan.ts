import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import type { LoadName } from './loads.ts';
import type { RunSpec } from './measure-run.ts';
import type { Mode } from './measured-org.ts';
import type { SubjectName } from './subjects.ts';

/** What is measured, before loads and seeds: the naive package has no modes. */
const CONTESTANTS: readonly (readonly [SubjectName, Mode])[] = [
  ['naive', 'immediate'],
  ['package', 'immediate'],
  ['package', 'coalescing'],
  ['package', 'economy'],
];
const QUEUES: readonly DelayName[] = ['zero', 'default', 'slow'];
/** 300 for 100 seeds: then chance moves the p95 that is judged by two tenths of a second, not by half a one. */
const DRAWS_OF_ONE_JOB = 3;
const LARGE: ReadonlySet<LoadName> = new Set(['bulkLarge', 'singles']);

/** Every run of the bench, seed by seed: one that is stopped has measured all loads, though by fewer seeds. */
export function planRuns(seeds: number, loads: readonly LoadName[]): RunSpec[] {
  const cells = loads.flatMap((load) =>
    QUEUES.flatMap((queue) =>
      CONTESTANTS.map(([subject, mode]) => ({ subject, mode, queue, load })),
    ),
  );
  const specs = cells.flatMap((cell) => seedsOf(seeds, cell).map((seed) => ({ ...cell, seed })));
  return specs.toSorted((a, b) => a.seed - b.seed);
}

function seedsOf(seeds: number, cell: Omit<RunSpec, 'seed'>): number[] {
  const count = Math.ceil(seeds * shareOfSeeds(cell));
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** What no bound speaks of. Fewer seeds show the order of magnitude, and cost less time. */
const FEW = 0.05;
/** Without delays nothing is drawn; a large load draws so much that another seed changes little. */
const ONE = 0.01;

/** All seeds where a bound is judged: quick queues, and of the other modes what their bounds name. */
function shareOfSeeds({ subject, mode, queue, load }: Omit<RunSpec, 'seed'>): number {
  if (queue === 'zero') return ONE;
  if (queue === 'slow' || subject === 'naive') return LARGE.has(load) ? ONE : FEW;
  // The bound on latency speaks of every load. Where a run has one job, a seed is one draw: see docs/benchmarks.md.
  if (mode === 'immediate') return load === 'together' ? DRAWS_OF_ONE_JOB : 1;
  if (LARGE.has(load)) return ONE;
  return load === 'updates' ? FEW : 1;
}
