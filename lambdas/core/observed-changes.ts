const DAY_MS = 24 * 60 * 60_000;

/** Records of an object that carry about the same stamp: one save, or one piece of a larger one. */
export interface Burst {
  readonly atMs: number;
  /** May be a fraction: sampled, and corrected for records that were changed again since. */
  readonly rows: number;
  /** How many saves of up to 200 records they stand for. */
  readonly saves: number;
}

/** What an org's own stamps tell of a stretch of time. */
export interface ObservedChanges {
  readonly fromMs: number;
  readonly toMs: number;
  /** By object, oldest first. */
  readonly bursts: ReadonlyMap<string, readonly Burst[]>;
}

/** Records of a trigger run. */
const ROWS_PER_SAVE = 200;

/** Stamps, oldest first, as bursts: records of one second were saved together. */
export function burstsOf(stampsMs: readonly number[]): readonly Burst[] {
  const seconds = Map.groupBy(stampsMs, (stampMs) => Math.floor(stampMs / 1_000) * 1_000);
  return [...seconds].map(([atMs, { length: rows }]) => ({
    atMs,
    rows,
    saves: Math.ceil(rows / ROWS_PER_SAVE),
  }));
}

/**
 * A record shows its last change only. Of each earlier day so many changes are hidden behind later ones as if every
 * record were as likely to be changed as any other; where the same few are edited over and over, it is more.
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
    const times = 1 / (shown[ageOf(burst)] ?? 1);
    return { ...burst, rows: burst.rows * times, saves: burst.saves * times };
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
    this.#before = [0, ...bursts.map(({ rows }) => (sum += rows))];
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

export function sumOfRows(bursts: readonly Burst[]): number {
  return bursts.reduce((sum, { rows }) => sum + rows, 0);
}
