import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordId } from '#core/ids.ts';
import { BatchInsert } from './batch-insert.ts';

/** When the index moves entries on; smaller in tests. */
export interface EmailIndexSizes {
  /** Entries of the recent table before it becomes a run. */
  readonly recentEntries: number;
  /** Runs before they are folded into the main table. */
  readonly runs: number;
}

const SIZES: EmailIndexSizes = { recentEntries: 8_000, runs: 32 };
/** So many entries of one transaction are a batch by themselves. */
const BATCH_ENTRIES = 100;
/** A fold takes the runs' entries in this many steps, one for each transaction that writes records. */
const SLICES = 128;
/** Hashes are whole numbers below this: six bytes in a row. */
const HASHES = 2 ** 48;

/**
 * Which records have an e-mail address. Addresses come in no order, so an index over all of them is written in a
 * different place for each record: a page of 16 KiB each time. This one is written in order, in three steps: new
 * entries go to a small table (`recent`), those of a load as a sorted batch; full, it is copied to the end of `run` as one sorted run; and many runs are
 * folded into the main table slice by slice, so that several entries share each page that is written. Keys are hashes
 * of addresses: shorter, and spread evenly, so that equal slices of them hold about as many entries each. Hashes may
 * collide; a look-up compares the records' addresses.
 *
 * Measured with 1,000,000 records whose addresses come in no order, a transaction for each 500: see the decisions.
 *
 * Every method belongs inside the transaction that writes the records. Where a fold stands is stored with it, so that
 * a transaction that is rolled back loses no entry, and a second process or a restart goes on from there.
 */
export class EmailIndex {
  readonly #sql: ReturnType<typeof prepare>;
  readonly #sizes: EmailIndexSizes;
  /** About how many recent entries there are: a rolled back transaction is not taken off again. */
  #recent: number;
  /** Number of the last batch, or more: batch 0 takes what comes one by one. */
  #batch: number;

  constructor(database: DatabaseSync, sizes: EmailIndexSizes = SIZES) {
    this.#sql = prepare(database);
    this.#sizes = sizes;
    const recent = this.#sql.countRecent.get();
    this.#recent = Number(recent?.['n']);
    this.#batch = Number(recent?.['batch']);
  }

  /** A record's address was `before` and is `after`; null = it is found by none. */
  change(space: number, id: RecordId, before: string | null, after: string | null): void {
    if (before === after) return;
    if (before !== null) {
      const hash = emailHash(before);
      for (const remove of this.#sql.remove) remove.run(hash, space, id);
    }
    if (after !== null) {
      this.#sql.addRecent.run(emailHash(after), space, id);
      this.#recent += 1;
    }
  }

  /** Records that are new to the index have these addresses. */
  addAll(
    space: number,
    entries: readonly { readonly address: string; readonly id: RecordId }[],
  ): void {
    const hashed = entries.map(({ address, id }) => ({ hash: emailHash(address), id }));
    if (hashed.length >= BATCH_ENTRIES) {
      hashed.sort((left, right) => left.hash - right.hash);
      this.#batch += 1;
    }
    const batch = hashed.length >= BATCH_ENTRIES ? this.#batch : 0;
    this.#sql.addBatch.run(
      [batch, space],
      hashed.flatMap(({ hash, id }) => [hash, id]),
    );
    this.#recent += hashed.length;
  }

  /** Moves some entries on where there are many: called in every transaction that writes records. */
  tidy(): void {
    if (this.#recent > this.#sizes.recentEntries) this.#closeRun();
    else this.#fold();
  }

  #closeRun(): void {
    this.#sql.addRun.run();
    this.#sql.clearRecent.run();
    this.#recent = 0;
    this.#batch = 0;
    const { first, last } = this.#runs();
    if (last - first + 1 >= this.#sizes.runs) this.#sql.beginFold.run(last);
  }

  /** One step of the fold that is under way, if one is. */
  #fold(): void {
    const fold = this.#sql.fold.get();
    if (fold === undefined) return;
    const [through, slice] = [Number(fold['through']), Number(fold['slice'])];
    if (slice < SLICES) {
      const width = HASHES / SLICES;
      this.#sql.copySlice.run(through, slice * width, (slice + 1) * width);
      this.#sql.nextSlice.run();
      return;
    }
    const { first } = this.#runs();
    if (first > 0 && first <= through) this.#sql.removeRun.run(first);
    else this.#sql.endFold.run();
  }

  /** Numbers of the first and last run; 0 and -1 when there is none. */
  #runs(): { readonly first: number; readonly last: number } {
    const row = this.#sql.runs.get();
    return { first: Number(row?.['first'] ?? 0), last: Number(row?.['last'] ?? -1) };
  }

  /** Before the first `count` records of a cleared space are removed. */
  forget(space: number, count: number): void {
    for (const forget of this.#sql.forget) forget.run(space, count);
  }
}

/**
 * Selects `space, id` of the entries whose hash is parameter 1, each record once: an entry that is being folded lies in
 * two tables.
 */
export const ENTRIES_OF_HASH = `
  SELECT space, id FROM mirror_email WHERE hash = ?1
  UNION SELECT space, id FROM (${everyBatch()}) CROSS JOIN mirror_email_recent USING (batch) WHERE hash = ?1
  UNION SELECT space, id FROM (${everyRun()}) CROSS JOIN mirror_email_run USING (run) WHERE hash = ?1`;

/** The numbers of all runs: they follow one another without a hole. */
function everyRun(through = '(SELECT max(run) FROM mirror_email_run)'): string {
  return `WITH RECURSIVE numbers(run) AS (
      SELECT min(run) FROM mirror_email_run
      UNION ALL SELECT run + 1 FROM numbers WHERE run < ${through}
    ) SELECT run FROM numbers`;
}

/** The numbers of all batches, and perhaps of some that were rolled back. */
function everyBatch(): string {
  return `WITH RECURSIVE numbers(batch) AS (
      SELECT 0 UNION ALL SELECT batch + 1 FROM numbers
      WHERE batch < (SELECT max(batch) FROM mirror_email_recent)
    ) SELECT batch FROM numbers`;
}

/**
 * A hash of 48 bits of a normalized address: two FNV-1a sums of 32 bits from different beginnings, their bits mixed so
 * that also the upper ones depend on every character.
 */
export function emailHash(address: string): number {
  let low = 0x811c9dc5;
  let high = 0x2f0b4c47;
  for (let at = 0; at < address.length; at += 1) {
    const code = address.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x01000193);
  }
  return (mixed(high ^ address.length) >>> 16) * 2 ** 32 + mixed(low);
}

function mixed(sum: number): number {
  let bits = Math.imul(sum ^ (sum >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function prepare(database: DatabaseSync) {
  const sql = (text: string): StatementSync => database.prepare(text);
  const first = `SELECT email_hash(email), space, id FROM mirror_record
    WHERE space = ? AND email IS NOT NULL AND id IN
      (SELECT id FROM mirror_record WHERE space = ?1 ORDER BY id LIMIT ?)`;
  const entry = 'hash = ? AND space = ? AND id = ?';
  const inRuns = `run IN (${everyRun()})`;
  return {
    countRecent: sql(
      'SELECT count(*) AS n, coalesce(max(batch), 0) AS batch FROM mirror_email_recent',
    ),
    addRecent: sql(
      'INSERT OR IGNORE INTO mirror_email_recent (batch, hash, space, id) VALUES (0, ?, ?, ?)',
    ),
    addBatch: new BatchInsert(
      database,
      (values) =>
        `INSERT OR IGNORE INTO mirror_email_recent (batch, hash, space, id)
         SELECT ?, column1, ?, column2 FROM ${values}`,
      2,
    ),
    remove: [
      sql(`DELETE FROM mirror_email_recent WHERE ${entry} AND batch IN (${everyBatch()})`),
      sql(`DELETE FROM mirror_email WHERE ${entry}`),
      sql(`DELETE FROM mirror_email_run WHERE ${entry} AND ${inRuns}`),
    ],
    addRun: sql(
      `INSERT OR IGNORE INTO mirror_email_run
       SELECT (SELECT coalesce(max(run), 0) + 1 FROM mirror_email_run), hash, space, id
       FROM mirror_email_recent ORDER BY hash, space, id`,
    ),
    clearRecent: sql('DELETE FROM mirror_email_recent'),
    runs: sql(
      `SELECT (SELECT min(run) FROM mirror_email_run) AS first,
         (SELECT max(run) FROM mirror_email_run) AS last`,
    ),
    fold: sql('SELECT through, slice FROM mirror_email_fold'),
    beginFold: sql(
      `INSERT INTO mirror_email_fold (through, slice)
       SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM mirror_email_fold)`,
    ),
    copySlice: sql(
      `INSERT OR IGNORE INTO mirror_email
       SELECT hash, space, id FROM (${everyRun('?1')}) CROSS JOIN mirror_email_run USING (run)
       WHERE hash >= ?2 AND hash < ?3 ORDER BY hash, space, id`,
    ),
    nextSlice: sql('UPDATE mirror_email_fold SET slice = slice + 1'),
    removeRun: sql('DELETE FROM mirror_email_run WHERE run = ?'),
    endFold: sql('DELETE FROM mirror_email_fold'),
    forget: [
      sql(
        `DELETE FROM mirror_email_recent WHERE (batch, hash, space, id) IN
         (SELECT batch, found.* FROM (${first}) AS found CROSS JOIN (${everyBatch()}))`,
      ),
      sql(`DELETE FROM mirror_email WHERE (hash, space, id) IN (${first})`),
      sql(
        `DELETE FROM mirror_email_run WHERE (run, hash, space, id) IN
         (SELECT run, found.* FROM (${first}) AS found CROSS JOIN (${everyRun()}))`,
      ),
    ],
  };
}
