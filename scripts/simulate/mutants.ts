import type { Sabotage } from './world.ts';

/** A rule of the receiver, broken on purpose between a function and its ports. */
export interface Mutant {
  readonly name: string;
  /** The rule that it breaks, and how. */
  readonly breaks: string;
  readonly sabotage: Sabotage;
}

export const MUTANTS: readonly Mutant[] = [];

/** @throws Error naming the mutants that there are */
export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((one) => one.name === name);
  if (mutant !== undefined) return mutant;
  throw new Error(
    `There is no mutant ${name}; there are ${MUTANTS.map((one) => one.name).join(', ')}.`,
  );
}
