import type { Random } from '../../local/seeded-random.ts';
import { seededRandom } from '../../local/seeded-random.ts';
import { pick } from './pick.ts';
import { planDisturbance } from './plan-disturbance.ts';
import { type Action, CRM_OBJECTS, type CrmObject, MERGEABLE, type Step } from './steps.ts';
import type { Setting } from './world.ts';

export interface History {
  readonly seed: string;
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

/** `fair`: trouble, but no change is kept from the receiver for good, so that it can be asked for the truth on the way. */
type Weather = 'calm' | 'fair' | 'foul';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 21, 8);
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The history of a seed: what kind of org, and what happens to it for some hours. */
export function planHistory(seed: string): History {
  const random = seededRandom(`${seed}/plan`);
  const weather: Weather = pick(random, ['calm', 'fair', 'fair', 'foul', 'foul', 'foul', 'foul']);
  const setting = planSetting(random, weather);
  const steps: Step[] = [...firstSteps(random)];
  if (random.next() < 0.5) steps.push(withConditions(random, steps.length));
  const count = 6 + random.integer(14);
  for (let place = 0; place < count; place += 1) {
    const step = planStep(random, weather, setting);
    steps.push({ id: steps.length, ...step });
  }
  return { seed, setting, steps };
}

function planSetting(random: Random, weather: Weather): Setting {
  const scarce = weather === 'foul' && random.next() < 0.3;
  return {
    delays: pick(random, ['zero', 'default', 'default', 'slow']),
    asyncExecutions: scarce ? 30 + random.integer(120) : 250_000,
    sweepEveryMs: MINUTE_MS * (1 + random.integer(4)),
    viewAll: random.next() < 0.75,
    patient: random.next() < 0.3,
    startMs: START_MS + random.integer(DAY_MS),
  };
}

/** Something to work with, partly there before the org is audited. */
function firstSteps(random: Random): readonly Step[] {
  const objects: readonly CrmObject[] = [
    'Account',
    'Contact',
    'Lead',
    'Opportunity',
    'Task',
    'Event',
  ];
  return objects.map((object, id) => ({
    id,
    afterMs: random.integer(30_000),
    action: { do: 'insert', object, count: 2 + random.integer(6), pick: random.next() },
  }));
}

/** From then on notices carry values, where the Sync User sees everything. */
function withConditions(random: Random, id: number): Step {
  return {
    id,
    afterMs: MINUTE_MS + random.integer(5 * MINUTE_MS),
    action: { do: 'conditions', on: true, pick: random.next() },
  };
}

function planStep(random: Random, weather: Weather, setting: Setting): Omit<Step, 'id'> {
  const afterMs = planPause(random);
  const kind = random.next();
  if (weather !== 'calm' && kind < 0.3) {
    return { afterMs, action: planDisturbance(random, weather === 'foul') };
  }
  if (weather === 'foul' && kind < 0.45) return { afterMs, action: planTrouble(random, setting) };
  if (weather !== 'foul' && kind < 0.4) return { afterMs, action: { do: 'look' } };
  if (kind < 0.5) return { afterMs, action: planRequest(random) };
  return { afterMs, action: planEdit(random) };
}

/** Mostly busy; now and then so quiet that interval sync begins. */
function planPause(random: Random): number {
  const kind = random.next();
  if (kind < 0.35) return random.integer(3_000);
  if (kind < 0.93) return Math.round(-2 * MINUTE_MS * Math.log(1 - random.next()));
  return MINUTE_MS * (30 + random.integer(30));
}

function planEdit(random: Random): Action {
  const object = pick(random, CRM_OBJECTS);
  const share = random.next();
  const count = 1 + random.integer(4);
  const kind = random.next();
  if (kind < 0.18) return { do: 'insert', object, count, pick: share };
  if (kind < 0.42) return { do: 'update', object, count, pick: share };
  if (kind < 0.54) return { do: 'delete', object, pick: share };
  if (kind < 0.62) return { do: 'undelete', object, pick: share };
  if (kind < 0.7) return { do: 'merge', object: pick(random, MERGEABLE), pick: share };
  if (kind < 0.75) return { do: 'convert', pick: share };
  if (kind < 0.83) {
    const apartMs = random.integer(1_500);
    return { do: 'twice', object, pick: share, apartMs, overtaken: random.next() < 0.5 };
  }
  if (kind < 0.89) {
    return { do: 'late', object, pick: share, delayMs: 1_000 + random.integer(590_000) };
  }
  if (kind < 0.92) return { do: 'locked', object, pick: share };
  const operation = pick(random, ['insert', 'update', 'update', 'delete'] as const);
  return { do: 'bulk', operation, object, count: 3 + random.integer(15), pick: share };
}

/** What an admin or an operator asks for. */
function planRequest(random: Random): Action {
  const kind = random.next();
  if (kind < 0.35) return { do: 'conditions', on: random.next() < 0.7, pick: random.next() };
  if (kind < 0.5) return { do: 'ping' };
  if (kind < 0.6) return { do: 'audit' };
  if (kind < 0.7) return { do: 'sync' };
  return { do: 'drift', pick: random.next() };
}

/** Changes that nobody tells of, and settings that keep the package from telling. */
function planTrouble(random: Random, { viewAll }: Setting): Action {
  const object = pick(random, CRM_OBJECTS);
  const share = random.next();
  const forMs = MINUTE_MS * (1 + random.integer(40));
  const kind = random.next();
  if (kind < 0.3) return { do: 'silent', object, pick: share };
  if (kind < 0.45) return { do: 'purge', object, pick: share };
  if (kind < 0.6) return { do: 'disable', forMs };
  if (kind < 0.7) return { do: 'wrong-token', forMs };
  // With View All nothing is hidden from the Sync User.
  if (viewAll) return { do: 'view-all', granted: random.next() < 0.5 };
  return kind < 0.92 ? { do: 'hide', object, pick: share } : { do: 'show' };
}
