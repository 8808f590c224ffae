import { histogram, unreached } from './histogram.ts';
import type { Verdict } from './judge-seed.ts';
import type { Mutant } from './mutants.ts';
import type { SeedThreads } from './run-seeds.ts';
import type { Scenario } from './scenarios.ts';

export interface RunMutantsOptions {
  readonly scenario: Scenario;
  /** In the order in which they are tried. */
  readonly seeds: readonly string[];
  readonly threads: SeedThreads;
  readonly print: (line: string) => void;
}

export interface MutantsOutcome {
  /** Names of the mutants that no seed found. */
  readonly missed: readonly string[];
  /** Of seeds with no rule broken; mutants are looked for only where all promises held. */
  readonly whole: readonly Verdict[];
  /** How many seeds ran with a rule broken. */
  readonly brokenRuns: number;
}

/**
 * Looks for all mutants at once. A seed runs with no rule broken first; then with each mutant that is still looked for
 * and can matter in what the seed came across. Ends when all are found and everything there is was reached, or with the
 * seeds.
 */
export async function runMutants(options: RunMutantsOptions): Promise<MutantsOutcome> {
  const search = new MutantSearch(options);
  await Promise.all(options.threads.map((thread) => search.drain(thread)));
  return search.outcome;
}

class MutantSearch {
  readonly #scenario: Scenario;
  readonly #left: Set<Mutant>;
  readonly #seeds: Iterator<string>;
  readonly #print: RunMutantsOptions['print'];
  readonly #whole: Verdict[] = [];
  #brokenRuns = 0;

  constructor({ scenario, seeds, print }: RunMutantsOptions) {
    this.#scenario = scenario;
    this.#left = new Set(scenario.mutants);
    this.#seeds = seeds[Symbol.iterator]();
    this.#print = print;
  }

  get outcome(): MutantsOutcome {
    const missed = [...this.#left].map(({ name }) => name);
    return { missed, whole: this.#whole, brokenRuns: this.#brokenRuns };
  }

  async drain(thread: SeedThreads[number]): Promise<void> {
    for (let seed = this.#next(); seed !== undefined; seed = this.#next()) {
      const whole = await thread.judge(seed);
      this.#whole.push(whole);
      if (whole.violation === undefined) await this.#tryMutants(thread, whole);
      else this.#print(`seed ${seed} with no rule broken: ${told(whole)}`);
    }
  }

  #next(): string | undefined {
    const isOver =
      this.#left.size === 0 &&
      unreached(histogram(this.#whole, this.#scenario.reachable)).length === 0;
    const next = isOver ? undefined : this.#seeds.next();
    return next === undefined || next.done === true ? undefined : next.value;
  }

  async #tryMutants(thread: SeedThreads[number], { seed, reached }: Verdict): Promise<void> {
    const cameAcross = new Set(reached.map(([what]) => what));
    for (const mutant of this.#scenario.mutants) {
      const matters = mutant.needs.every((what) => cameAcross.has(what));
      if (!matters || !this.#left.has(mutant)) continue;
      this.#brokenRuns += 1;
      const broken = await thread.judge(seed, mutant.name);
      if (breaksPromise(broken) && this.#left.delete(mutant)) this.#tell(mutant, broken);
    }
  }

  #tell({ name, breaks }: Mutant, broken: Verdict): void {
    this.#print(`${name} (${breaks})\n  seed ${broken.seed}: ${told(broken)}`);
  }
}

/** A simulation that falls over finds nothing. */
function breaksPromise({ violation }: Verdict): boolean {
  return violation !== undefined && violation.kind !== 'crash';
}

function told({ violation }: Verdict): string {
  return `${violation?.kind}: ${violation?.detail}`;
}
