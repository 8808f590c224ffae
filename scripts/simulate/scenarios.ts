import { ACTIVITY_MUTANTS } from './activities/activity-mutants.ts';
import { ACTIVITY_REACHABLE } from './activities/activity-reachable.ts';
import { planActivityHistory } from './activities/plan-activities.ts';
import { REACHABLE } from './histogram.ts';
import { MUTANTS, type Mutant } from './mutants.ts';
import { type History, planHistory } from './plan.ts';

/** What histories are about. */
export interface Scenario {
  readonly plan: (seed: string) => History;
  readonly mutants: readonly Mutant[];
  /** Everything that seeds have to come across: what is missing was never tried. */
  readonly reachable: readonly string[];
}

/** `records`: the mirror of an org; `activities`: what is written to it, beside the mirror. */
export type ScenarioName = 'records' | 'activities';

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  records: { plan: planHistory, mutants: MUTANTS, reachable: REACHABLE },
  activities: {
    plan: planActivityHistory,
    mutants: ACTIVITY_MUTANTS,
    reachable: ACTIVITY_REACHABLE,
  },
};

/** @throws Error naming the mutants that there are */
export function mutantNamed({ mutants }: Scenario, name: string): Mutant {
  const mutant = mutants.find((one) => one.name === name);
  if (mutant !== undefined) return mutant;
  const names = mutants.map((one) => one.name).join(', ');
  throw new Error(`There is no mutant ${name}; there are ${names}.`);
}
