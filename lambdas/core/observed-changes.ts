const DAY_MS = 24 * 60 * 60_000;

/** Records of an object that carry about the same stamp: one save, or one piece of a larger one. */
export interface Burst {
  readonly atMs: number;
  readonly rows: number;
  /** How many bursts like it there were, seen and unseen. */
  readonly times: number;
}

/** What an org's own stamps tell of a stretch of time. */
export interface ObservedChanges {
  readonly fromMs: number;
  readonly toMs: number;
  /** By object, oldest first. */
  readonly bursts: ReadonlyMap<string, readonly Burst[]>;
}

/** Stamps, oldest first, as bursts: records of one second were saved together. */
export function burstsOf(stampsMs: readonly number[]): readonly Burst[] {
  const seconds = Map.groupBy(stampsMs, (stampMs) => Math.floor(stampMs / 1_000) * 1_000);
  return [...seconds].map(([atMs, { length: rows }]) => ({ atMs, rows, times: 1 }));
}

/**
 * A record shows its last change only. Of each earlier day so many changes are hidden behind later ones as if every
 * record were as likely to be changed as any other; where the same few are edited over and over, it is more. A single
 * save is then hidden whole, of a load only some rows are.
 *
 * @param records of the object
 */
export function withOverwritten(
  bursts: readonly Burst[],
  records: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Burst[] {
  const ageOf = ({ atMs }: Burst) => Math.floor((toMs - 1 - atMs) / DAY_MS);
  const byAge = Map.groupBy(bursts, ageOf);
  const shown: number[] = [];
  let share = 1;
  for (let age = 0; age <= Math.floor((toMs - 1 - fromMs) / DAY_MS); age += 1) {
    shown[age] = share;
    const changed = sumOfRows(byAge.get(age) ?? []) / share;
    share = Math.max(LEAST_SHOWN, share * (1 - Math.min(1, changed / Math.max(records, 1))));
  }
  return bursts.map((burst) => {
    const shownShare = shown[ageOf(burst)] ?? 1;
    const saved = Math.max(1, Math.round(burst.rows / shownShare));
    const times = 1 / (1 - (1 - shownShare) ** saved);
    return { ...burst, rows: burst.rows / shownShare / times, times: burst.times * times };
  });
}

/** Fewer than one shown change in five is no ground to tell the others by. */
const LEAST_SHOWN = 0.2;

/** Sums of rows by time: many windows are asked for. */
export class RowSums {
  readonly #timesMs: readonly number[];
  /** Rows before each time. */
  readonly #before: readonly number[];

  constructor(bursts: readonly Burst[]) {
    this.#timesMs = bursts.map(({ atMs }) => atMs);
    let sum = 0;
    this.#before = [0, ...bursts.map(({ rows, times }) => (sum += rows * times))];
  }

  between(fromMs: number, toMs: number): number {
    return (this.#before[this.#place(toMs)] ?? 0) - (this.#before[this.#place(fromMs)] ?? 0);
  }

  /** How many bursts lie before a time. */
  #place(timeMs: number): number {
    let low = 0;
    let high = this.#timesMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timesMs[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sumOfRows(bursts: readonly Burst[]): number {
  return bursts.reduce((sum, { rows, times }) => sum + rows * times, 0);
}
