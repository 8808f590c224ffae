import type { History } from './plan.ts';
import { runHistory } from './run-history.ts';
import type { Scenario } from './scenarios.ts';
import { describeStep, type Step } from './steps.ts';
import type { Sabotage } from './world.ts';

export interface Shrunk {
  readonly seed: string;
  /** Ids of the steps that are left. */
  readonly steps: readonly number[];
  readonly before: number;
  /** The steps that are left, a line each. */
  readonly lines: readonly string[];
}

const MOST_RUNS = 120;

/**
 * Leaves out steps as long as the same promise is still broken: halves first, then ever smaller parts. What follows a
 * step that was left out happens when it happened before.
 */
export async function shrink(
  { plan }: Scenario,
  seed: string,
  sabotage?: Sabotage,
): Promise<Shrunk> {
  const history = plan(seed);
  const options = sabotage === undefined ? {} : { sabotage };
  const kindOf = async (tried: History) => (await runHistory(tried, options)).violation?.kind;
  const wanted = await kindOf(history);
  let steps = history.steps;
  let runs = 0;
  for (let size = steps.length >> 1; wanted !== undefined && size >= 1; size >>= 1) {
    for (let start = 0; start < steps.length && runs < MOST_RUNS; ) {
      const fewer = without(steps, start, size);
      runs += 1;
      if (fewer.length > 0 && (await kindOf({ ...history, steps: fewer })) === wanted)
        steps = fewer;
      else start += size;
    }
  }
  const ids = steps.map(({ id }) => id);
  return { seed, steps: ids, before: history.steps.length, lines: steps.map(describeStep) };
}

/** Some of the steps, each at the time at which it happened among all. */
export function onlySteps(steps: readonly Step[], ids: ReadonlySet<number>): readonly Step[] {
  let waitedMs = 0;
  const kept: Step[] = [];
  for (const step of steps) {
    waitedMs += step.afterMs;
    if (!ids.has(step.id)) continue;
    kept.push({ ...step, afterMs: waitedMs });
    waitedMs = 0;
  }
  return kept;
}

function without(steps: readonly Step[], start: number, size: number): readonly Step[] {
  const left = steps.filter((_, place) => place < start || place >= start + size);
  return onlySteps(steps, new Set(left.map(({ id }) => id)));
}
