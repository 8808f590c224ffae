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
/** Where no bound holds the result, fewer seeds show the order of magnitude: this share of them. */
const WITHOUT_BOUND = 20;
const LARGE_LOADS = 50;

/** Every run of the bench, the long ones first, so that the last worker is not left alone with one. */
export function planRuns(seeds: number, loads: readonly LoadName[]): RunSpec[] {
  const longestFirst = loads.toSorted((a, b) => Number(LARGE.has(b)) - Number(LARGE.has(a)));
  return longestFirst.flatMap((load) =>
    QUEUES.flatMap((queue) =>
      CONTESTANTS.flatMap(([subject, mode]) =>
        seedsOf(seeds, { subject, queue, load }).map((seed) => ({
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

function seedsOf(
  seeds: number,
  { subject, queue, load }: Pick<RunSpec, 'subject' | 'queue' | 'load'>,
): number[] {
  const isBounded = subject === 'package' && queue === 'default';
  const share = LARGE.has(load) ? LARGE_LOADS : isBounded ? 1 : WITHOUT_BOUND;
  return Array.from({ length: Math.ceil(seeds / share) }, (_, index) => index + 1);
}
