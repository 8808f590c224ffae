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
const LARGE: ReadonlySet<LoadName> = new Set(['bulkLarge', 'singles']);

/** Every run of the bench, the long ones first, so that the last worker is not left alone with one. */
export function planRuns(seeds: number, loads: readonly LoadName[]): RunSpec[] {
  const longestFirst = loads.toSorted((a, b) => Number(LARGE.has(b)) - Number(LARGE.has(a)));
  return longestFirst.flatMap((load) =>
    QUEUES.flatMap((queue) =>
      CONTESTANTS.flatMap(([subject, mode]) =>
        seedsOf(seeds, { subject, mode, queue, load }).map((seed) => ({
          subject,
          mode,
          queue,
          load,
          seed,
        })),
      ),
    ),
  );
}

function seedsOf(seeds: number, cell: Omit<RunSpec, 'seed'>): number[] {
  const count = Math.ceil(seeds * shareOfSeeds(cell));
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Where chance decides a bound, all seeds; elsewhere fewer show the order of magnitude, and cost less time. */
function shareOfSeeds({ subject, mode, queue, load }: Omit<RunSpec, 'seed'>): number {
  // Without delays nothing is drawn; a large load draws so much that another seed changes little.
  if (queue === 'zero' || LARGE.has(load)) return 0.01;
  if (queue === 'slow' || subject === 'naive') return 0.05;
  // An immediate load by Bulk waits in the queue with every batch: many draws a seed.
  const isManyDraws = mode === 'immediate' && (load === 'bulkSerial' || load === 'bulkParallel');
  return isManyDraws ? 0.1 : 1;
}
