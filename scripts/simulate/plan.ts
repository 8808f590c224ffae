import type { Fault } from '../../local/org/faults.ts';
import type { Random } from '../../local/seeded-random.ts';
import { seededRandom } from '../../local/seeded-random.ts';
import { pick } from './pick.ts';
import { planDisturbance, planEarlyTrouble } from './plan-disturbance.ts';
import { planEdit, planFlurry, planUntold } from './plan-edit.ts';
import { planMeeting } from './plan-meeting.ts';
import {
  type Action,
  CRM_OBJECTS,
  type CrmObject,
  type Planned,
  type Step,
  type Weather,
} from './steps.ts';
import type { Setting } from './world.ts';

export interface History {
  readonly seed: string;
  readonly setting: Setting;
  /** Records that are there before the org is connected. */
  readonly population: Readonly<Partial<Record<CrmObject, number>>>;
  /** Users, by name, who are there besides the org's first ones. */
  readonly users?: readonly string[];
  readonly steps: readonly Step[];
}

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 21, 8);
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A Developer Edition org's. */
const API_REQUESTS = 15_000;
const ASYNC_EXECUTIONS = 250_000;

/** The history of a seed: what kind of org, and what happens to it for some hours. */
export function planHistory(seed: string): History {
  const random = seededRandom(`${seed}/plan`);
  const meeting = planMeeting(seededRandom(`${seed}/meeting`));
  const weather = meeting?.weather ?? planWeather(random);
  const setting = { ...planSetting(random, weather), ...meeting?.setting };
  const planned = [...firstSteps(random, weather), ...(meeting?.steps ?? [])];
  const count = meeting === undefined ? 6 + random.integer(14) : random.integer(8);
  for (let place = 0; place < count; place += 1) {
    planned.push(...planSteps(random, weather, setting));
  }
  const steps = planned.map((step, id) => ({ id, ...step }));
  return { seed, setting, population: planPopulation(random), steps };
}

function planWeather(random: Random): Weather {
  return pick(random, ['calm', 'fair', 'fair', 'foul', 'foul', 'foul', 'foul']);
}

function planSetting(random: Random, weather: Weather): Setting {
  const foul = weather === 'foul';
  const isBusy = foul && random.next() < 0.3;
  const isPoor = foul && random.next() < 0.12;
  return {
    delays: pick(random, ['zero', 'zero', 'default', 'default', 'slow']),
    asyncExecutions: isBusy ? 12 + random.integer(60) : ASYNC_EXECUTIONS,
    ...(isPoor
      ? { apiRequests: 3_000 + random.integer(1_000), sharePercent: 10 + random.integer(16) }
      : { apiRequests: API_REQUESTS }),
    sweepEveryMs: MINUTE_MS * (1 + random.integer(4)),
    viewAll: random.next() < 0.7,
    viewAllData: random.next() < 0.4,
    patient: random.next() < 0.3,
    skewSeconds: planSkew(random, foul),
    startMs: START_MS + random.integer(DAY_MS),
  };
}

/** The gateway refuses signatures that are off by five minutes; in fair weather notices wait four minutes on their way. */
function planSkew(random: Random, foul: boolean): number {
  if (random.next() < 0.75) return 0;
  const mostSeconds = foul ? 200 : 50;
  return random.integer(2 * mostSeconds) - mostSeconds;
}

function planPopulation(random: Random): History['population'] {
  const counts = CRM_OBJECTS.filter((object) => object !== 'User').map(
    (object): [CrmObject, number] => [object, random.integer(6)],
  );
  return Object.fromEntries(counts);
}

/** While the first audit runs: records, trouble, and in most orgs conditions, so that notices carry values. */
function firstSteps(random: Random, weather: Weather): readonly Planned[] {
  const steps: Planned[] = [];
  if (weather === 'foul' && random.next() < 0.6) {
    steps.push({ afterMs: random.integer(15_000), action: planEarlyTrouble(random) });
  }
  for (let place = 0; place < 4; place += 1) {
    const object = pick(random, CRM_OBJECTS);
    const action: Action = {
      do: 'insert',
      object,
      count: 1 + random.integer(4),
      pick: random.next(),
    };
    steps.push({ afterMs: random.integer(30_000), action });
  }
  if (random.next() < 0.65) {
    const action: Action = { do: 'conditions', on: true, pick: random.next() };
    steps.push({ afterMs: MINUTE_MS + random.integer(5 * MINUTE_MS), action });
  }
  return steps;
}

function planSteps(random: Random, weather: Weather, setting: Setting): readonly Planned[] {
  const afterMs = planPause(random);
  const kind = random.next();
  if (weather !== 'calm' && kind < 0.3) {
    return [{ afterMs, action: planDisturbance(random, weather === 'foul') }];
  }
  if (weather === 'foul' && kind < 0.33) return planSilence(random);
  if (weather === 'foul' && kind < 0.5) return [{ afterMs, action: planTrouble(random, setting) }];
  if (weather !== 'foul' && kind < 0.4) return [{ afterMs, action: { do: 'look' } }];
  if (kind < 0.57) return [{ afterMs, action: planRequest(random) }];
  if (kind < 0.63) return seenAtOnce(random, weather, { afterMs, action: planFlurry(random) });
  return [{ afterMs, action: planEdit(random) }];
}

/** What the next light check would heal has to be looked at before it. */
function seenAtOnce(random: Random, weather: Weather, step: Planned): readonly Planned[] {
  if (weather === 'foul' || random.next() < 0.3) return [step];
  return [step, { afterMs: random.integer(30_000), action: { do: 'look' } }];
}

/** Nothing of what Apex sends arrives until long after sync is by interval; in some, something is saved meanwhile. */
function planSilence(random: Random): readonly Planned[] {
  const forMs = MINUTE_MS * (20 + random.integer(80));
  const fault: Fault = { kind: pick(random, ['callout-swallowed', 'callout-refused'] as const) };
  const quietMs = MINUTE_MS * (35 + random.integer(40));
  const edits = Array.from({ length: random.integer(3) }, () => ({
    afterMs: MINUTE_MS * (6 + random.integer(6)),
    action: planEdit(random),
  }));
  return [
    { afterMs: 0, action: { do: 'fault', fault, forMs } },
    ...edits,
    { afterMs: quietMs, action: { do: 'ping' } },
    { afterMs: quietMs, action: planEdit(random) },
  ];
}

/** Mostly busy; now and then so quiet that interval sync begins. */
function planPause(random: Random): number {
  const kind = random.next();
  if (kind < 0.35) return random.integer(3_000);
  if (kind < 0.93) return Math.round(-2 * MINUTE_MS * Math.log(1 - random.next()));
  return MINUTE_MS * (30 + random.integer(30));
}

/** What an admin or an operator asks for. */
function planRequest(random: Random): Action {
  const share = random.next();
  const actions: readonly Action[] = [
    { do: 'conditions', on: random.next() < 0.7, pick: share },
    { do: 'conditions', on: true, pick: share },
    { do: 'ping' },
    { do: 'audit' },
    { do: 'sync' },
    { do: 'drift', pick: share },
    { do: 'drift', pick: share },
    { do: 'rotate-token' },
    { do: 'refresh-fields' },
    { do: 'declare', object: pick(random, CRM_OBJECTS), pick: share },
    { do: 'sweep-often', minutes: 15 + random.integer(60) },
  ];
  return pick(random, actions);
}

/** Changes that nobody tells of, settings that keep the package from telling, permissions that come and go. */
function planTrouble(random: Random, setting: Setting): Action {
  const object = pick(random, CRM_OBJECTS);
  const share = random.next();
  const forMs = MINUTE_MS * (1 + random.integer(40));
  if (setting.sharePercent !== undefined && random.next() < 0.3) {
    return { do: 'spend', calls: Math.round(setting.apiRequests * (0.2 + random.next() * 0.8)) };
  }
  const kind = random.next();
  if (kind < 0.3) return planUntold(random);
  const fieldAccess: Action = {
    do: 'field-access',
    object,
    pick: share,
    readable: random.next() < 0.4,
  };
  const viewAll: Action = {
    do: 'view-all',
    granted: random.next() < (setting.viewAll ? 0.3 : 0.5),
  };
  // With View All nothing is hidden from the Sync User.
  const hide: Action = { do: 'hide', object, pick: share };
  const unshared: readonly Action[] = [hide, hide, hide, { do: 'show' }, { do: 'show' }];
  const actions: readonly Action[] = [
    { do: 'disable', forMs },
    { do: 'disable', forMs },
    { do: 'switched-off', forMs },
    { do: 'wrong-token', forMs },
    { do: 'freeze', forMs },
    { do: 'permission-set', forMs },
    // Who may see all data sees all fields.
    ...(setting.viewAllData ? [] : Array.from({ length: 4 }, () => fieldAccess)),
    viewAll,
    ...(setting.viewAll ? [] : unshared),
  ];
  return pick(random, actions);
}
