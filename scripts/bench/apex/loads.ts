import type { Random } from '../../../local/seeded-random.ts';

/** What a platform trigger sees at most, and what a Bulk API chunk holds. */
const CHUNK = 200;
/** The Bulk API cuts a job into batches of this size; chunks of a batch share their statics. */
const BATCH = 10_000;
/** How long a chunk takes, milliseconds. */
const CHUNK_MS = 1_000;
const PARALLEL = 5;
/** Mean time between single saves, milliseconds: the pace of 300,000 a day. */
const BETWEEN_SAVES_MS = 288;

export type Row = Readonly<Record<string, unknown>>;

/** An org as a load uses it. Rows are Contacts: new ones, or changed ones where they have an `Id`. */
export interface LoadTarget {
  /**
   * Saves what the load is about to change, and lets it come to rest: nothing of that is measured.
   * @returns ids, 18 characters
   */
  prepare(rows: readonly Row[]): Promise<readonly string[]>;
  /** One save of a client: one transaction, whatever the number of rows. */
  saveTogether(rows: readonly Row[]): void;
  /** One chunk of a Bulk batch: a transaction with the statics of the batch. */
  saveChunk(batch: string, rows: readonly Row[]): void;
  /** Lets the org's time pass. */
  advance(ms: number): Promise<void>;
}

export type LoadName = keyof typeof LOADS;

export interface Load {
  readonly label: string;
  readonly rows: number;
  run(target: LoadTarget, random: Random): Promise<void>;
}

/** The loads, by name, in the order of the table. */
export const LOADS = {
  save: {
    label: '200 in one save',
    rows: CHUNK,
    run: async (target) => target.saveTogether(contacts(CHUNK)),
  },
  bulkSerial: {
    label: '10,000 by Bulk, serial',
    rows: 10_000,
    run: (target) => bulk(target, 10_000, 1),
  },
  updates: {
    label: '10,000 updates, serial',
    rows: 10_000,
    run: updates,
  },
  bulkParallel: {
    label: `10,000 by Bulk, ${PARALLEL} parallel`,
    rows: 10_000,
    run: (target) => bulk(target, 10_000, PARALLEL),
  },
  together: {
    label: '10,000 in one transaction',
    rows: 10_000,
    run: async (target) => target.saveTogether(contacts(10_000)),
  },
  bulkLarge: {
    label: `100,000 by Bulk, ${PARALLEL} parallel`,
    rows: 100_000,
    run: (target) => bulk(target, 100_000, PARALLEL),
  },
  singles: {
    label: '5,000 single saves',
    rows: 5_000,
    run: (target, random) => singleSaves(target, random, 5_000),
  },
} as const satisfies Readonly<Record<string, Load>>;

/** Jobs side by side, their chunks evenly shifted against each other. */
async function bulk(target: LoadTarget, rows: number, jobs: number): Promise<void> {
  const chunksPerJob = rows / CHUNK / jobs;
  for (let chunk = 0; chunk < chunksPerJob; chunk += 1) {
    const batch = Math.floor((chunk * CHUNK) / BATCH);
    for (let job = 0; job < jobs; job += 1) {
      target.saveChunk(`${job}/${batch}`, contacts(CHUNK));
      await target.advance(CHUNK_MS / jobs);
    }
  }
}

/** One synced field changes in every row, by Bulk. Inserts always count; these are what conditions are asked about. */
async function updates(target: LoadTarget): Promise<void> {
  const ids = await target.prepare(contacts(BATCH));
  for (let start = 0; start < ids.length; start += CHUNK) {
    const rows = ids.slice(start, start + CHUNK).map((Id) => ({ Id, Phone: '+1 415 555 0100' }));
    target.saveChunk('updates', rows);
    await target.advance(CHUNK_MS);
  }
}

/** Saves at random times, as many people working at once make them. */
async function singleSaves(target: LoadTarget, random: Random, count: number): Promise<void> {
  for (let save = 0; save < count; save += 1) {
    target.saveTogether(contacts(1));
    await target.advance(Math.round(-BETWEEN_SAVES_MS * Math.log(1 - random.next())));
  }
}

function contacts(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    LastName: `Doe ${index}`,
    Email: `doe${index}@example.com`,
    Phone: `+1 415 555 ${index}`,
  }));
}
