import type { Random } from '../../local/seeded-random.ts';
import { pick } from './pick.ts';
import { type Action, CRM_OBJECTS, type CrmObject, type Planned, type Weather } from './steps.ts';
import type { Setting } from './world.ts';

/** Circumstances that a rule needs and that chance alone seldom brings together. */
export interface Meeting {
  readonly weather: Weather;
  readonly setting: Partial<Setting>;
  /** Before the ordinary steps, of which there are fewer. */
  readonly steps: readonly Planned[];
}

const MINUTE_MS = 60_000;
/** Of all seeds. */
const SHARE = 0.2;
/** What a dead process had in hand was given to another by then. */
const AFTER_REDELIVERY_MS = 8 * MINUTE_MS;
/** Every notice carries values, read as soon as its record was saved. */
const PROMPT_VALUES: Partial<Setting> = { delays: 'zero', viewAll: true, skewSeconds: 0 };

/** A meeting for a share of the seeds, from a stream of its own: the other seeds are what they were without it. */
export function planMeeting(random: Random): Meeting | undefined {
  if (random.next() >= SHARE) return undefined;
  return pick(random, [overtakenNotices, diedBeforeAnnouncing, oldRecordsCutShort])(random);
}

/** R1: an older state of a record arrives after the newer one, from the same second or the one before. */
function overtakenNotices(random: Random): Meeting {
  const flurry = (object: CrmObject): Action => ({
    do: 'flurry',
    object,
    pick: random.next(),
    saves: 2,
    apartMs: random.next() < 0.6 ? 100 + random.integer(600) : 1_100 + random.integer(2_000),
    overtaken: true,
  });
  const steps = times(3 + random.integer(3), () => [
    { afterMs: random.integer(MINUTE_MS), action: flurry(pick(random, CRM_OBJECTS)) },
    { afterMs: random.integer(5_000), action: { do: 'look' } as const },
  ]);
  return {
    weather: 'fair',
    setting: PROMPT_VALUES,
    steps: [conditionsOn(random), ...steps.flat()],
  };
}

/** R15: a process dies between writing a record and announcing it. */
function diedBeforeAnnouncing(random: Random): Meeting {
  const insert = (): Action => ({
    do: 'insert',
    object: pick(random, CRM_OBJECTS),
    count: 1 + random.integer(3),
    pick: 0,
  });
  const steps = times(3, () => [
    // Begins a process, where there is none, and ends before another is begun for what the dead one left.
    { afterMs: AFTER_REDELIVERY_MS, action: insert() },
    { afterMs: 10_000, action: killAtWrite(random) },
    { afterMs: random.integer(300), action: insert() },
  ]);
  return {
    weather: 'fair',
    setting: PROMPT_VALUES,
    steps: [conditionsOn(random), ...steps.flat()],
  };
}

/** A worker reads the org's state, writes, announces: a few calls after it was given a notice. */
function killAtWrite(random: Random): Action {
  const when = pick(random, ['before', 'after'] as const);
  return { do: 'kill', function: 'worker', calls: 2 + random.integer(2), when };
}

/** R11: only Bulk jobs ever read records that were there long before the org was connected. */
function oldRecordsCutShort(random: Random): Meeting {
  const fault = { kind: 'bulk-short-page', rows: 1, times: 1 + random.integer(3) } as const;
  const action: Action = { do: 'fault', fault, forMs: 10 * MINUTE_MS };
  const agedMs = MINUTE_MS * (15 + random.integer(60));
  return { weather: 'foul', setting: { agedMs }, steps: [{ afterMs: 0, action }] };
}

function conditionsOn(random: Random): Planned {
  const action: Action = { do: 'conditions', on: true, pick: random.next() };
  return { afterMs: 3 * MINUTE_MS, action };
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}
