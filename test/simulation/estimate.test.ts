import { expect, it } from 'vitest';
import { HABITS } from '../../scripts/estimate/habits.ts';
import { furthestOff, tryEstimate } from '../../scripts/estimate/try-estimate.ts';

/** Two workdays after two workdays; `npm run bench -- estimate` tries weeks, and each org both ways. */
const CONDITIONS = [false, true, false];

it.each(HABITS.map((habit, place) => [habit.name, habit, CONDITIONS[place] === true] as const))(
  'the usage of the days that follow is told beforehand within 25 %%: %s',
  async (_, habit, conditions) => {
    const trial = await tryEstimate(habit, conditions, 2);
    expect(trial.booked.apiCalls).toBeGreaterThan(100);
    expect(furthestOff(trial).percent, JSON.stringify(trial)).toBeLessThanOrEqual(25);
  },
);
