import { HABITS } from '../estimate/habits.ts';
import { furthestOff, tryEstimate } from '../estimate/try-estimate.ts';
import { UserError } from '../one-machine/user-error.ts';

const DAYS = 7;
/** An estimate that is further off than this is none. */
const BOUND_PERCENT = 25;

/**
 * Estimates what the sync will cost three practice orgs of different habits, with and without Sync Conditions, and
 * compares that with what each org's own books say of the week that follows. Takes minutes.
 */
export async function benchEstimate(): Promise<void> {
  let worst = 0;
  for (const habit of HABITS) {
    for (const conditions of [false, true]) {
      const trial = await tryEstimate(habit, conditions, DAYS);
      const { estimated, booked } = trial;
      console.log(`${habit.name}, conditions ${conditions ? 'on' : 'off'}, per day`);
      for (const name of [
        'apiCalls',
        'bulkJobs',
        'asyncApexExecutions',
        'platformEvents',
      ] as const) {
        console.log(`  ${name}: estimated ${estimated[name]}, used ${booked[name]}`);
      }
      const { percent } = furthestOff(trial);
      console.log(`  furthest off: ${percent} % (bound ${BOUND_PERCENT} %)`);
      worst = Math.max(worst, percent);
    }
  }
  if (worst > BOUND_PERCENT) throw new UserError(`An estimate was ${worst} % off.`);
}
