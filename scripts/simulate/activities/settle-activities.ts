import type { Watch } from '../watch.ts';
import type { World } from '../world.ts';
import { ActivityJudge } from './activity-judge.ts';
import { calendarFaults } from './calendar-faults.ts';
import { tellCalendar } from './perform-meeting.ts';
import { USERS } from './tell.ts';

const MINUTE_MS = 60_000;
/** A claim's ten minutes, the longest pause of the queue, and what was lost is found again after half an hour. */
const DONE_WITHIN_MS = 3 * 60 * MINUTE_MS;
/** Requests that were spent are counted for a day. */
const DONE_POOR_WITHIN_MS = 34 * 60 * MINUTE_MS;

/**
 * With all trouble over, everything is told that has no answer yet, calendars are told whole, what failed is tried once
 * more, and all of it comes to an end.
 */
export async function settleActivities(world: World, watch: Watch): Promise<void> {
  const { sender, book } = world.activities;
  if (book.entries.length === 0) return;
  await insist(world, watch, 'activities are told', () => sender.tellRest());
  await untilWritten(world, watch);
  await retryFailed(world, watch);
  for (const user of USERS) {
    await insist(world, watch, `the calendar of ${user} is told`, () => tellCalendar(world, user));
  }
  await untilWritten(world, watch);
  await retryFailed(world, watch);
  world.noteEdit();
}

/** When the mirror knows everybody, nobody is waited for who is there. @returns whether anything was written */
export async function recheckActivities(world: World, watch: Watch): Promise<boolean> {
  const { book, rows } = world.activities;
  if (book.entries.length === 0) return false;
  const before = rows.sent.length;
  await insist(world, watch, 'people are looked for', () => isTaken(world, '/unresolved'));
  await untilWritten(world, watch);
  await retryFailed(world, watch);
  world.noteEdit();
  return rows.sent.length > before;
}

async function retryFailed(world: World, watch: Watch): Promise<void> {
  const ids = world.activities.journal.idsIn('failed').slice(0, 500);
  if (ids.length === 0) return;
  await insist(world, watch, 'what failed is tried again', () =>
    isTaken(world, '/activities/retries', { ids }),
  );
  await untilWritten(world, watch);
}

async function isTaken(world: World, path: string, body?: object): Promise<boolean> {
  const answer = await world.api.ofOrg('POST', path, body).catch(() => undefined);
  return answer !== undefined && answer.status < 300;
}

/** Whoever asks asks again: in fair weather that helps. */
async function insist(
  world: World,
  watch: Watch,
  what: string,
  ask: () => Promise<boolean>,
): Promise<void> {
  const untilMs = world.scheduler.now() + DONE_WITHIN_MS;
  while (!(await world.running(ask()))) {
    if (world.scheduler.now() > untilMs) {
      watch.report('not-settled', [`${what}: never taken`]);
      return;
    }
    await world.scheduler.advance(MINUTE_MS);
  }
}

async function untilWritten(world: World, watch: Watch): Promise<void> {
  const { scheduler, activities, setting } = world;
  const isPoor = setting.sharePercent !== undefined;
  const untilMs = scheduler.now() + (isPoor ? DONE_POOR_WITHIN_MS : DONE_WITHIN_MS);
  const underWay = () => {
    const states = activities.journal.states();
    return (states.get('queued') ?? 0) + (states.get('writing') ?? 0);
  };
  while (underWay() > 0) {
    if (scheduler.now() > untilMs) {
      watch.report('not-settled', [`${underWay()} activities are still to be written`]);
      return;
    }
    await scheduler.advance(isPoor ? 10 * MINUTE_MS : MINUTE_MS);
  }
}

/** Everything that must hold of activities when all is over. */
export function judgeActivities(world: World, watch: Watch): void {
  const { book, rows, journal } = world.activities;
  for (const [state, count] of journal.states()) {
    for (let times = 0; times < count; times += 1) world.reached(`ended-${state}`);
  }
  if (book.entries.length === 0) return;
  const judge = new ActivityJudge(world);
  watch.report('activity-twice', judge.twice());
  watch.report('activity-lost', judge.lost());
  watch.report('activity-backwards', judge.backwards());
  watch.report('activity-wrong', [...judge.wrong(), ...judge.ended(), ...judge.waiting()]);
  watch.report('activity-wrong', calendarFaults(world));
  watch.report('over-quota', rows.breaches);
}
