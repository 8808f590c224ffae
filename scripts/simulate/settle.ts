import { seededRandom } from '../../local/seeded-random.ts';
import { differences, feedFaults, untold } from './oracle.ts';
import { performSetting } from './perform-setting.ts';
import type { Watch } from './watch.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
/** Apex's longest pause, the longest put-back of a message, and what else is waited for with all faults gone. */
const FAIR_WITHIN_MS = 40 * MINUTE_MS;
const SETTLED_WITHIN_MS = 8 * 60 * MINUTE_MS;

/** Ends what disturbs, except that hidden records stay hidden. */
function clearFaults(world: World): void {
  for (const { id, fault } of world.org.faults.list()) {
    if (fault.kind !== 'hidden-records') world.clearFault(id);
  }
  world.channel.disarm();
}

/**
 * With every fault gone and nothing under way any more, the mirror must be what the org is: notices alone have to bring
 * it there. Asked only in histories in which every change was told.
 */
export async function waitForFairMirror(world: World, watch: Watch): Promise<void> {
  const { scheduler } = world;
  clearFaults(world);
  const untilMs = scheduler.now() + FAIR_WITHIN_MS;
  while (!world.idle && scheduler.now() < untilMs) await scheduler.advance(MINUTE_MS / 2);
  if (!world.idle || world.claims.phase !== 'active') {
    world.reached('look-given-up');
    return;
  }
  world.reached('look');
  watch.report('not-live', differences(world.view, world.claims, untold(world.view)));
}

/** Lets the receiver prove everything up to the last edit, in fair weather. */
export async function settle(world: World, watch: Watch): Promise<void> {
  const { scheduler, sight } = world;
  clearFaults(world);
  await scheduler.advance(Math.max(0, world.spellsUntilMs - scheduler.now()) + MINUTE_MS);
  const untilMs = scheduler.now() + SETTLED_WITHIN_MS;
  // A change of visibility has no stamp: an audit is what finds it.
  const provenFromMs = sight.unproven.size > 0 ? scheduler.now() : world.lastEditMs;
  if (sight.unproven.size > 0) {
    await performSetting(world, { do: 'audit' }, seededRandom('settle'));
  }
  while (!isProven(world, provenFromMs + 1_000) && watch.violation === undefined) {
    if (scheduler.now() >= untilMs) {
      watch.report('not-settled', [standstill(world)]);
      return;
    }
    await scheduler.advance(5 * MINUTE_MS);
  }
}

function isProven(world: World, throughMs: number): boolean {
  const { claims, mirror, org } = world;
  if (claims.phase !== 'active' || !world.idle || mirror.runningPasses(org.orgId) > 0) return false;
  return Object.values(claims.objects).every(
    ({ completeThroughMs = 0, gapSinceMs }) =>
      completeThroughMs >= throughMs && gapSinceMs === undefined,
  );
}

function standstill({ claims, mirror, org }: World): string {
  const objects = Object.entries(claims.objects).map(
    ([object, { completeThroughMs = 0, gapSinceMs }]) =>
      `${object} through ${new Date(completeThroughMs).toISOString()}${gapSinceMs === undefined ? '' : ' with a gap'}`,
  );
  const { phase, mode } = claims;
  const waiting = `${mirror.queued()} messages, ${mirror.runningPasses(org.orgId)} passes`;
  return `${phase}, ${mode.name}, ${waiting}; ${objects.join(', ')}`;
}

/** Everything that must hold when all is over. */
export function judgeEnd(world: World, watch: Watch): void {
  const { view, claims, mirror } = world;
  watch.lookAgain();
  watch.report('differs', differences(view, claims));
  watch.report('feed', feedFaults(view, claims));
  watch.report('dead-letter', mirror.deadLetters());
}
