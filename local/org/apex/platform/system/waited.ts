import { isGenerator } from '../../runtime/operators.ts';
import type { Suspendable, Suspension } from '../../values.ts';

/** The result of code that may wait for a callout, inside code that may. */
export function* waited<T>(suspendable: Suspendable<T>): Generator<Suspension, T, unknown> {
  return isGenerator(suspendable) ? yield* suspendable : suspendable;
}
