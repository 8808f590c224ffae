import type { Fault } from '../../../local/org/faults.ts';
import { type Random, seededRandom } from '../../../local/seeded-random.ts';
import { pick } from '../pick.ts';
import type { History } from '../plan.ts';
import { planDisturbance } from '../plan-disturbance.ts';
import { planRecordEdit } from '../plan-edit.ts';
import type { Action, Step } from '../steps.ts';
import { SELLERS } from './tell.ts';

type Planned = Omit<Step, 'id'>;

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 21, 8);
const DAY_MS = 24 * 60 * MINUTE_MS;
const API_REQUESTS = 15_000;

/** The history of a seed in which users log activities, and everything that matters to that goes wrong. */
export function planActivityHistory(seed: string): History {
  const random = seededRandom(`${seed}/activities`);
  const isPoor = random.next() < 0.06;
  const steps: Planned[] = firstSteps(random);
  const count = 8 + random.integer(12);
  for (let place = 0; place < count; place += 1) {
    steps.push({ afterMs: planPause(random), action: planAction(random, isPoor) });
  }
  return {
    seed,
    setting: {
      delays: pick(random, ['zero', 'zero', 'default', 'slow']),
      asyncExecutions: 250_000,
      ...(isPoor
        ? { apiRequests: 3_000, sharePercent: 10 + random.integer(5) }
        : { apiRequests: API_REQUESTS }),
      sweepEveryMs: MINUTE_MS,
      viewAll: random.next() < 0.8,
      viewAllData: random.next() < 0.4,
      patient: false,
      agedMs: 0,
      skewSeconds: random.next() < 0.85 ? 0 : random.integer(100) - 50,
      startMs: START_MS + random.integer(DAY_MS),
    },
    population: {
      Account: random.integer(3),
      Contact: 2 + random.integer(5),
      Lead: random.integer(4),
      Opportunity: random.integer(3),
    },
    users: SELLERS,
    steps: steps.map((step, id) => ({ id, ...step })),
  };
}

/** Deals and settings, while the first audit runs; what is told before its end waits. */
function firstSteps(random: Random): Planned[] {
  const steps: Planned[] = [
    { afterMs: random.integer(20_000), action: { do: 'deal', pick: random.next() } },
    { afterMs: random.integer(20_000), action: planLog(random) },
  ];
  if (random.next() < 0.6) {
    steps.push({ afterMs: 2 * MINUTE_MS, action: { do: 'role', pick: random.next() } });
  }
  if (random.next() < 0.4) {
    const action: Action = { do: 'conditions', on: true, pick: random.next() };
    steps.push({ afterMs: MINUTE_MS, action });
  }
  return [...steps, { afterMs: 2 * MINUTE_MS, action: planLog(random) }];
}

function planPause(random: Random): number {
  const kind = random.next();
  if (kind < 0.5) return random.integer(4_000);
  return kind < 0.95 ? random.integer(4 * MINUTE_MS) : random.integer(40 * MINUTE_MS);
}

function planAction(random: Random, isPoor: boolean): Action {
  const kind = random.next();
  if (isPoor && kind < 0.1) return { do: 'spend', calls: 1_000 + random.integer(2_000) };
  if (kind < 0.32) return planTelling(random);
  if (kind < 0.44) return planCalendar(random);
  if (kind < 0.58) return planPeople(random);
  if (kind < 0.65) return planAdmin(random);
  if (kind < 0.83) return planWritingTrouble(random);
  return kind < 0.9 ? planDisturbance(random, true) : planAccess(random);
}

function planLog(random: Random): Action {
  // One request in fifty is a large one; the rest are what a few users do in a minute.
  const isLarge = random.next() < 0.02;
  const count = isLarge ? 40 + random.integer(40) : 1 + random.integer(8);
  return { do: 'log', count, doubled: random.next() < 0.25 };
}

function planTelling(random: Random): Action {
  const kind = random.next();
  if (kind < 0.55) return planLog(random);
  if (kind < 0.67) return { do: 'log-twins' };
  if (kind < 0.88) return { do: 'log-edit', pick: random.next() };
  return { do: 'log-again', pick: random.next(), count: 1 + random.integer(5) };
}

function planCalendar(random: Random): Action {
  const kind = random.next();
  const share = random.next();
  const untold = random.next() < 0.3;
  if (kind < 0.45) return { do: 'meet', recurring: random.next() < 0.3 };
  if (kind < 0.7) return { do: 'meet-change', pick: share, untold };
  if (kind < 0.85) return { do: 'meet-cancel', pick: share, untold };
  return { do: 'snapshot', pick: share };
}

function planPeople(random: Random): Action {
  const share = random.next();
  const kind = random.next();
  if (kind < 0.3) return { do: 'meet-person', pick: share };
  if (kind < 0.45) return { do: 'readdress', pick: share };
  if (kind < 0.55) return { do: 'deal', pick: share };
  if (kind < 0.63) return { do: 'tidy', pick: share };
  return planRecordEdit(random);
}

function planAdmin(random: Random): Action {
  const share = random.next();
  const actions: readonly Action[] = [
    { do: 'role', pick: share },
    { do: 'role', pick: share },
    { do: 'exclusions', pick: share },
    { do: 'retry' },
    { do: 'conditions', on: random.next() < 0.7, pick: share },
    { do: 'sync' },
  ];
  return pick(random, actions);
}

/** What goes wrong where rows are written. */
function planWritingTrouble(random: Random): Action {
  const kind = random.next();
  if (kind < 0.4) {
    return {
      do: 'kill',
      function: 'activity',
      calls: 1 + random.integer(30),
      when: pick(random, ['before', 'after', 'after'] as const),
    };
  }
  if (kind < 0.48) {
    return { do: 'kill', function: 'admin', calls: 1 + random.integer(12), when: 'after' };
  }
  return { do: 'fault', fault: planFault(random), forMs: MINUTE_MS * (1 + random.integer(12)) };
}

function planFault(random: Random): Fault {
  const times = 1 + random.integer(3);
  const where = { times, path: pick(random, ['/composite', '/composite', '/query']) };
  const retryAfterSeconds = 1 + random.integer(200);
  const faults: readonly Fault[] = [
    { kind: 'answer-lost', ...where },
    { kind: 'answer-lost', ...where },
    { kind: 'answer-lost', ...where },
    { kind: 'truncated-body', ...where },
    { kind: 'reset', ...where },
    { kind: 'slow', ...where, delayMs: 1_000 + random.integer(90_000) },
    { kind: 'session-expired', ...where },
    { kind: 'request-limit', ...where },
    { kind: 'too-many-requests', ...where, retryAfterSeconds },
    { kind: 'server-error', ...where },
    { kind: 'unavailable', ...where, html: true },
    { kind: 'row-lock', ...where },
    { kind: 'rows-locked', times, object: pick(random, ['Task', 'Event']) },
  ];
  return pick(random, faults);
}

/** Rights and users that come and go. */
function planAccess(random: Random): Action {
  const share = random.next();
  const forMs = MINUTE_MS * (1 + random.integer(20));
  const actions: readonly Action[] = [
    { do: 'validation', forMs },
    { do: 'key-field', forMs },
    { do: 'freeze', forMs },
    { do: 'permission-set', forMs },
    { do: 'connect-user', pick: share },
    { do: 'connect-user', pick: share },
    { do: 'disconnect-user', pick: share },
    { do: 'freeze-user', pick: share, forMs },
  ];
  return pick(random, actions);
}
