import { type BookedUsage, Books } from './books.ts';
import type { Habit } from './habits.ts';
import { LivedOrg } from './lived-org.ts';
import { CHANGED_FIELDS, OrgLife } from './org-life.ts';

/** A Sunday: what is observed begins on Monday. */
const START_MS = Date.UTC(2026, 10, 1);
const HOUR_MS = 60 * 60_000;

export interface EstimateTrial {
  readonly habit: string;
  readonly conditions: boolean;
  readonly estimated: BookedUsage;
  readonly booked: BookedUsage;
}

/**
 * An org lives some days by its habit; what the sync will cost is estimated; the package is installed, and after the
 * initial audit the org lives as many days more, of which it keeps books. A week holds every day of the week twice.
 */
export async function tryEstimate(
  habit: Habit,
  conditions: boolean,
  days: number,
): Promise<EstimateTrial> {
  const seed = `${habit.name} ${conditions}`;
  const lived = await LivedOrg.open(seed, START_MS);
  try {
    const life = new OrgLife(lived, habit, seed);
    life.fill();
    await lived.scheduler.advance(24 * HOUR_MS);
    for (let day = 0; day < days; day += 1) await life.liveDay();
    await lived.connect();
    const { perDay } = (await lived.api('GET', `/estimate?days=${days}`)) as {
      readonly perDay: Readonly<Record<'withConditions' | 'withoutConditions', BookedUsage>>;
    };
    await lived.install();
    if (conditions) await switchOn(lived);
    await lived.scheduler.advance(2 * HOUR_MS);
    const books = new Books(lived);
    for (let day = 0; day < days; day += 1) {
      await life.liveDay(() => books.readHour());
      await books.readDay();
    }
    const estimated = conditions ? perDay.withConditions : perDay.withoutConditions;
    return { habit: habit.name, conditions, estimated, booked: books.perDay() };
  } finally {
    await lived.close();
  }
}

/** Everything that people change is synced. */
async function switchOn(lived: LivedOrg): Promise<void> {
  await lived.scheduler.advance(HOUR_MS / 2);
  const objects = Object.entries(CHANGED_FIELDS).map(([object, field]) => [object, [field]]);
  await lived.api('PUT', '/conditions', { on: true, objects: Object.fromEntries(objects) });
}

/** The kind whose estimate is furthest from what was used, and by how many percent of that. */
export function furthestOff({ estimated, booked }: EstimateTrial): {
  readonly kind: keyof BookedUsage;
  readonly percent: number;
} {
  const kinds = ['apiCalls', 'bulkJobs', 'asyncApexExecutions', 'platformEvents'] as const;
  const errors = kinds.map((kind) => ({
    kind,
    percent: Math.round((Math.abs(estimated[kind] - booked[kind]) / booked[kind]) * 100),
  }));
  return errors.reduce((worst, one) => (one.percent > worst.percent ? one : worst));
}
