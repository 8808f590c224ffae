import { seededRandom } from '../../local/seeded-random.ts';
import { ourRecords } from './activities/our-records.ts';
import { differences, feedFaults, untold } from './oracle.ts';
import { performSetting } from './perform-setting.ts';
import type { Watch } from './watch.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
/** The longest put-back of a message, a pass that waits, and what else goes on with all faults gone. */
const FAIR_WITHIN_MS = 40 * MINUTE_MS;
/** How long the package stays away from a gateway that refused it. */
const LONGEST_PAUSE_MS = 16 * MINUTE_MS;
const SETTLED_WITHIN_MS = 8 * 60 * MINUTE_MS;
/** Requests that were spent are counted for a day. */
const SETTLED_POOR_WITHIN_MS = 34 * 60 * MINUTE_MS;

/** What stays as it is when disturbances end. */
const LASTING: ReadonlySet<string> = new Set(['hidden-records', 'clock-skew']);

function clearFaults(world: World): void {
  for (const { id, fault } of world.org.faults.list()) {
    if (!LASTING.has(fault.kind)) world.clearFault(id);
  }
  world.channel.disarm();
}

/**
 * With every fault gone and nothing under way any more, the mirror must be what the org is: notices, and the gaps that
 * they tell of, have to bring it there. Asked only in histories in which every change is told.
 */
export async function waitForFairMirror(world: World, watch: Watch): Promise<void> {
  clearFaults(world);
  await waitUntilIdle(world);
  if (owesGap(world)) {
    // A pause of the package ends with the next event; what it dropped is told then.
    await world.scheduler.advance(LONGEST_PAUSE_MS);
    await performSetting(world, { do: 'ping' }, seededRandom('look'));
    await waitUntilIdle(world);
  }
  if (!isAtRest(world) || world.claims.phase !== 'active') {
    world.reached('look-given-up');
    return;
  }
  if (world.sight.blind) return;
  world.reached('look');
  watch.report('not-live', differences(world.view, world.claims, untold(world.view)));
}

async function waitUntilIdle(world: World): Promise<void> {
  const { scheduler } = world;
  const untilMs = scheduler.now() + FAIR_WITHIN_MS;
  do await scheduler.advance(MINUTE_MS / 2);
  while (!isAtRest(world) && scheduler.now() < untilMs);
}

/** The package holds a gap that it has not told of yet. */
function owesGap({ org }: World): boolean {
  const plan = org.soql.plan('SELECT Id FROM Mixmax_State__c WHERE Gap_Since__c != null');
  return org.soql.count(plan, { nowMs: org.clock.now(), userId: org.orgId }) > 0;
}

function isAtRest({ idle, mirror, org }: World): boolean {
  return idle && mirror.runningPasses(org.orgId) === 0;
}

/** Everything that is so for a while only is over. */
export async function endTrouble(world: World): Promise<void> {
  const { scheduler, setting } = world;
  clearFaults(world);
  await scheduler.advance(Math.max(0, world.spellsUntilMs - scheduler.now()) + MINUTE_MS);
  if (setting.sharePercent !== undefined) await raiseShare(world);
}

/** Lets the receiver prove everything up to the last edit, in fair weather. */
export async function settle(world: World, watch: Watch, patient: boolean): Promise<void> {
  const { scheduler, sight, setting, org } = world;
  const isPoor = setting.sharePercent !== undefined;
  const untilMs = scheduler.now() + (isPoor ? SETTLED_POOR_WITHIN_MS : SETTLED_WITHIN_MS);
  // A change of visibility has no stamp: an audit is what finds it.
  const needsAudit = sight.unproven.size > 0 || sight.blind;
  const provenFromMs = needsAudit ? org.clock.now() : world.lastEditMs;
  if (needsAudit) {
    await performSetting(world, { do: 'audit' }, seededRandom('settle'));
  } else if (!patient) {
    // Stamps count whole seconds, and getUpdated whole minutes.
    await scheduler.advance(3 * MINUTE_MS);
    await performSetting(world, { do: 'sync' }, seededRandom('settle'));
  }
  while (!isProven(world, provenFromMs + 1_000) && watch.violation === undefined) {
    if (scheduler.now() >= untilMs) {
      watch.report('not-settled', [standstill(world)]);
      return;
    }
    await scheduler.advance(5 * MINUTE_MS);
  }
}

/** What an admin does who reads that work waits. The process may die over it; an admin tries again. */
async function raiseShare(world: World): Promise<void> {
  const body = { sharePercent: MOST_PERCENT };
  world.quota.sharePercent = MOST_PERCENT;
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = await world
      .running(world.api.ofOrg('PUT', '/limits', body))
      .catch(() => undefined);
    if (answer?.status === 200) return;
  }
  throw new Error('Our share of the requests cannot be raised.');
}

const MOST_PERCENT = 90;

function isProven(world: World, throughMs: number): boolean {
  const { claims } = world;
  if (claims.phase !== 'active' || !isAtRest(world)) return false;
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

/** Events move their people's last activity when their time comes, and nobody stamps that. */
function rolledUp(name: string): boolean {
  return name === 'LastActivityDate';
}

/** Everything that must hold when all is over. */
export function judgeEnd(world: World, watch: Watch): void {
  const { claims, mirror } = world;
  world.sight.blind = false;
  const { view } = world;
  watch.lookAgain();
  const own = new Set(ourRecords(world.org).map(({ id }) => id));
  watch.report('differs', differences(view, claims, own.size > 0 ? rolledUp : undefined));
  watch.report('feed', feedFaults(view, claims, own));
  watch.report('dead-letter', mirror.deadLetters());
}
