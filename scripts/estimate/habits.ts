import type { Random } from '../../local/seeded-random.ts';

/** One thing somebody does in an org. */
export type Deed =
  /** A record is created or changed by hand, or by an integration that saves one at a time. */
  | { readonly kind: 'save'; readonly object: SavedObject; readonly create: boolean }
  /** Rows are updated by Bulk API. */
  | { readonly kind: 'import'; readonly object: SavedObject; readonly rows: number };

export type SavedObject = 'Account' | 'Contact' | 'Lead' | 'Opportunity' | 'Task';

interface TimedDeed {
  /** Since the day began, UTC, ms. */
  readonly atMs: number;
  readonly deed: Deed;
}

/** How the people and programs of an org behave on a day; 0 = Sunday. */
export interface Habit {
  readonly name: string;
  dayOf(weekday: number, random: Random): readonly TimedDeed[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OBJECTS: readonly SavedObject[] = ['Contact', 'Task', 'Opportunity', 'Lead', 'Account'];

function singleSave(random: Random): Deed {
  const object = OBJECTS[random.integer(OBJECTS.length)] ?? 'Contact';
  return { kind: 'save', object, create: random.next() < 0.3 };
}

/** Saves at random moments of a stretch of the day. */
function saves(random: Random, count: number, fromHour: number, toHour: number): TimedDeed[] {
  const stretchMs = (toHour - fromHour) * HOUR_MS;
  return Array.from({ length: count }, () => ({
    atMs: fromHour * HOUR_MS + random.integer(stretchMs),
    deed: singleSave(random),
  }));
}

const isWorkday = (weekday: number) => weekday >= 1 && weekday <= 5;

/** Some dozens of saves on workdays between nine and five; nights and weekends are silent. */
const quietOffice: Habit = {
  name: 'quiet office',
  dayOf: (weekday, random) =>
    isWorkday(weekday) ? saves(random, 30 + random.integer(15), 9, 17) : [],
};

/** Every night hundreds of rows come by Bulk API, a smaller load follows at noon; few people type. */
const busyImports: Habit = {
  name: 'imports by Bulk API',
  dayOf: (weekday, random) => [
    { atMs: 2 * HOUR_MS, deed: { kind: 'import', object: 'Contact', rows: 400 } },
    { atMs: 2 * HOUR_MS + 20 * MINUTE_MS, deed: { kind: 'import', object: 'Lead', rows: 300 } },
    { atMs: 12 * HOUR_MS, deed: { kind: 'import', object: 'Account', rows: 100 } },
    ...(isWorkday(weekday) ? saves(random, 10, 9, 17) : []),
  ],
};

/** An integration saves record by record around the clock. */
const manySaves: Habit = {
  name: 'many single saves',
  dayOf: (_, random) => saves(random, 160, 0, 24),
};

export const HABITS: readonly Habit[] = [quietOffice, busyImports, manySaves];
