import { seededRandom } from '../../local/seeded-random.ts';
import { isActivityAction } from './activities/activity-actions.ts';
import { performActivity } from './activities/perform-activity.ts';
import {
  judgeActivities,
  recheckActivities,
  settleActivities,
} from './activities/settle-activities.ts';
import type { Violation } from './oracle.ts';
import {
  assignSyncPermissions,
  createUser,
  grantViewAll,
  isAccessChange,
  performAccess,
} from './perform-access.ts';
import { isDisturbance, performDisturbance } from './perform-disturbance.ts';
import { performEdit } from './perform-edit.ts';
import { isSettingChange, performSetting } from './perform-setting.ts';
import type { History } from './plan.ts';
import { withClock } from './seal.ts';
import { endTrouble, judgeEnd, settle, waitForFairMirror } from './settle.ts';
import { CRM_OBJECTS, describeStep, type Step } from './steps.ts';
import { Trace } from './trace.ts';
import { Watch } from './watch.ts';
import { type Sabotage, World } from './world.ts';

export interface RunOptions {
  readonly sabotage?: Sabotage;
  /** Told of everything as it happens. */
  readonly onNote?: (atMs: number, text: string) => void;
}

export interface RunResult {
  /** The first promise that was broken; undefined when all held. */
  readonly violation: Violation | undefined;
  readonly traceHash: string;
  /** How often each fault, operation and mode came up. */
  readonly reached: ReadonlyMap<string, number>;
}

/** Lives through a history from connecting the org to the last check; the same history gives the same run. */
export async function runHistory(history: History, options: RunOptions = {}): Promise<RunResult> {
  const { seed, setting } = history;
  const reached = new Map<string, number>();
  const onReached = (what: string) => void reached.set(what, (reached.get(what) ?? 0) + 1);
  const trace = new Trace(options.onNote);
  const sabotage = options.sabotage ?? ((ports) => ports);
  const world = await World.open({ seed, setting, trace, sabotage, onReached });
  try {
    const watch = new Watch(world);
    await withClock(world.scheduler, () => live(world, watch, history));
    watch.finish();
    for (const [what, times] of world.reach.counts()) reached.set(what, times);
    return { violation: watch.violation, traceHash: trace.digest(), reached };
  } finally {
    world.close();
  }
}

/** Ends at the first broken promise. */
async function live(world: World, watch: Watch, history: History): Promise<void> {
  const { seed, setting, steps } = history;
  await begin(world, history);
  for (const step of steps) {
    await world.scheduler.advance(step.afterMs);
    world.trace.note(world.scheduler.now(), describeStep(step));
    await perform(world, watch, step, seed);
    if (watch.violation !== undefined) return;
  }
  await settleAll(world, watch, setting.patient);
}

/** Activities come to their end first: what is written of them is to be in the mirror, too. */
async function settleAll(world: World, watch: Watch, patient: boolean): Promise<void> {
  await endTrouble(world);
  await settleActivities(world, watch);
  await settle(world, watch, patient);
  if (await recheckActivities(world, watch)) await settle(world, watch, false);
  if (watch.violation !== undefined) return;
  judgeActivities(world, watch);
  judgeEnd(world, watch);
}

/** An org with records in it is connected. */
async function begin(
  world: World,
  { seed, setting, population, users = [] }: History,
): Promise<void> {
  assignSyncPermissions(world);
  for (const username of users) createUser(world, username);
  grantViewAll(world, setting.viewAll);
  for (const object of CRM_OBJECTS) {
    const count = population[object] ?? 0;
    const random = seededRandom(`${seed}/population-${object}`);
    if (count > 0) await performEdit(world, { do: 'insert', object, count, pick: 0 }, random);
  }
  if (setting.agedMs !== undefined) {
    await world.scheduler.advance(setting.agedMs);
    world.reached('old-records');
  }
  const status = await world.running(world.connect());
  if (status !== 201) throw new Error(`Connecting the org answered ${status}.`);
  const { sharePercent } = setting;
  if (sharePercent === undefined) return;
  const limited = await world.running(world.api.ofOrg('PUT', '/limits', { sharePercent }));
  if (limited.status !== 200) throw new Error(`Our share of requests answered ${limited.status}.`);
}

async function perform(world: World, watch: Watch, step: Step, seed: string): Promise<void> {
  const { action, id } = step;
  const random = seededRandom(`${seed}/step-${id}`);
  if (isActivityAction(action)) return await performActivity(world, action, random);
  if (action.do === 'look') return await waitForFairMirror(world, watch);
  if (isDisturbance(action)) return performDisturbance(world, action);
  if (isAccessChange(action)) return performAccess(world, action);
  if (isSettingChange(action)) return await performSetting(world, action, random);
  return await performEdit(world, action, random);
}
