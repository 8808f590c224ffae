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
  const count = Math.ceil(seeds * shareOfSeeds({ subject, queue, load }));
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A bound is held over all seeds; elsewhere fewer show the order of magnitude, and cost less time. */
function shareOfSeeds({ subject, queue, load }: Pick<RunSpec, 'subject' | 'queue' | 'load'>) {
  // A large load draws so many delays that another seed changes little; without delays nothing is drawn.
  if (LARGE.has(load) || queue === 'zero') return 0.01;
  return subject === 'package' && queue === 'default' ? 1 : 0.1;
}
