import { histogram, unreached } from './histogram.ts';
import type { Verdict } from './judge-seed.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { runSeeds, type SeedThreads } from './run-seeds.ts';

export interface RunMutantsOptions {
  /** In the order in which they are tried. */
  readonly seeds: readonly string[];
  readonly threads: SeedThreads;
  readonly print: (line: string) => void;
}

export interface MutantsOutcome {
  readonly found: number;
  /** Of every seed that ran, with a rule broken and without. */
  readonly verdicts: readonly Verdict[];
}

/**
 * Every mutant must be found; each is looked for by all threads, and left at the first seed that finds it. Then seeds run
 * with no rule broken, until together they came across everything there is.
 */
export async function runMutants(options: RunMutantsOptions): Promise<MutantsOutcome> {
  const verdicts: Verdict[] = [];
  let found = 0;
  for (const mutant of MUTANTS) if (await isFound(mutant, options, verdicts)) found += 1;
  const { seeds, threads } = options;
  const isAllReached = () => unreached(histogram(verdicts)).length === 0;
  if (isAllReached()) return { found, verdicts };
  const onVerdict = (verdict: Verdict) => verdicts.push(verdict) > 0 && isAllReached();
  await runSeeds({ seeds, threads, onVerdict });
  return { found, verdicts };
}

/** A seed finds a mutant when it breaks a promise with it, and breaks none without it. */
async function isFound(
  { name, breaks }: Mutant,
  { seeds, threads, print }: RunMutantsOptions,
  verdicts: Verdict[],
): Promise<boolean> {
  const tried = await runSeeds({ seeds, threads, mutant: name, onVerdict: breaksPromise });
  const [first] = tried.filter(breaksPromise).toSorted((a, b) => Number(a.seed) - Number(b.seed));
  const whole = first === undefined ? [] : await runSeeds({ seeds: [first.seed], threads });
  verdicts.push(...tried, ...whole);
  const [unbroken] = whole;
  const isMutants = unbroken !== undefined && unbroken.violation === undefined;
  print(`${name} (${breaks})\n  ${found(first, tried.length)}`);
  if (first !== undefined && !isMutants)
    print(`  and seed ${first.seed} breaks a promise without it, too: that finds nothing`);
  return isMutants;
}

/** A simulation that falls over finds nothing. */
function breaksPromise({ violation }: Verdict): boolean {
  return violation !== undefined && violation.kind !== 'crash';
}

function found(first: Verdict | undefined, tried: number): string {
  if (first === undefined) return `NOT FOUND in ${tried} seeds`;
  return `seed ${first.seed} of ${tried}: ${first.violation?.kind}: ${first.violation?.detail}`;
}
