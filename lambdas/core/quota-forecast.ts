import { HOUR_MS, type HourlyUse, QUOTA_WINDOW_MS } from './quota.ts';

/** Where our use of the rolling day goes, if we go on as in the last hours. */
export interface QuotaForecast {
  /** Our calls of the 24 hours that end a day from now. */
  readonly inOneDay: number;
  /** The most that our calls of any 24 hours until then come to. */
  readonly peak: number;
  /** When our cap is reached, ms; absent if it is not, or is already. */
  readonly capReachedAtMs?: number;
  /** When all use of the org comes to where spending pauses, others going on as they do; absent if it does not. */
  readonly pauseReachedAtMs?: number;
}

export interface ForecastFacts {
  /** Our calls by hour, of the last day at least. */
  readonly uses: readonly HourlyUse[];
  readonly nowMs: number;
  /** How many calls a day are ours. */
  readonly cap: number;
  /** Calls of others that count now. */
  readonly others: number;
  /** From how many calls of all on spending pauses. */
  readonly pauseAt: number;
}

/** The pace is that of so many hours: a single one says little, a day hides what has just begun. */
const PACE_HOURS = 3;
const DAY_HOURS = QUOTA_WINDOW_MS / HOUR_MS;

/**
 * Hour by hour: what was called a day ago leaves the window, what is called at the present pace enters it. Others' calls
 * are known as one sum only, and taken to stay what they are.
 */
export function forecastQuota(facts: ForecastFacts): QuotaForecast {
  const { nowMs, cap, others, pauseAt } = facts;
  const thisHour = Math.floor(nowMs / HOUR_MS);
  const byHour = callsByHour(facts.uses);
  const pace = paceOf(byHour, nowMs);
  let used = sumOf(byHour, thisHour - DAY_HOURS, thisHour);
  let peak = used;
  let capReachedAtMs: number | undefined;
  let pauseReachedAtMs: number | undefined;
  const [wasCapped, wasPaused] = [used >= cap, used + others >= pauseAt];
  for (let hour = 1; hour <= DAY_HOURS; hour += 1) {
    used += pace - (byHour.get(thisHour - DAY_HOURS + hour - 1) ?? 0);
    peak = Math.max(peak, used);
    if (used >= cap) capReachedAtMs ??= nowMs + hour * HOUR_MS;
    if (used + others >= pauseAt) pauseReachedAtMs ??= nowMs + hour * HOUR_MS;
  }
  return {
    inOneDay: Math.round(used),
    peak: Math.round(peak),
    ...(!wasCapped && capReachedAtMs !== undefined && { capReachedAtMs }),
    ...(!wasPaused && pauseReachedAtMs !== undefined && { pauseReachedAtMs }),
  };
}

function callsByHour(uses: readonly HourlyUse[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { hourMs, calls } of uses) {
    const hour = Math.floor(hourMs / HOUR_MS);
    sums.set(hour, (sums.get(hour) ?? 0) + calls);
  }
  return sums;
}

/** Calls an hour, of the last whole hours and the present one. */
function paceOf(byHour: ReadonlyMap<number, number>, nowMs: number): number {
  const thisHour = Math.floor(nowMs / HOUR_MS);
  const passed = PACE_HOURS + (nowMs % HOUR_MS) / HOUR_MS;
  return sumOf(byHour, thisHour - PACE_HOURS, thisHour) / passed;
}

function sumOf(byHour: ReadonlyMap<number, number>, first: number, last: number): number {
  let sum = 0;
  for (let hour = first; hour <= last; hour += 1) sum += byHour.get(hour) ?? 0;
  return sum;
}
