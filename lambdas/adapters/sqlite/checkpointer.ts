import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** SQLite's modes: `PASSIVE` holds up nobody, `FULL` lets no other connection write until it is done. */
export type CheckpointRequest = 'PASSIVE' | 'FULL' | 'close';

/** What SQLite says of a checkpoint, in pages: how many the log has, and how many of them the file has by now. */
export interface CheckpointAnswer {
  readonly log: number;
  readonly checkpointed: number;
}

/** When the log is folded; smaller in tests. In characters of records' text, which is most of what the log holds. */
export interface CheckpointSizes {
  /** So much is written before folding begins. */
  readonly begin: number;
  /** So much is left when writers are made to wait for the rest. */
  readonly rest: number;
  /** Writers also wait while there is more than this, where the disk is slower than they are. */
  readonly most: number;
}

const MIB = 1_024 * 1_024;
/** The log is two to three times as long as the records' text: indexes, the feed, pages written twice. */
const SIZES: CheckpointSizes = { begin: 8 * MIB, rest: 1 * MIB, most: 24 * MIB };
/** Rounds with writers going on; each leaves less than the one before, as folding is faster than writing. */
const MAX_ROUNDS = 4;
/** The thread does nothing but call SQLite. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 };

/**
 * Folds SQLite's write-ahead log back into its file (a checkpoint) on another thread. SQLite would do it inside the
 * commit that makes the log too long: that takes a quarter of an import's processor time, waits for the disk twice,
 * and answers nobody meanwhile.
 *
 * The log starts over only when all of it was folded at a moment when nobody writes. With an import going on there is
 * no such moment, so one is made: for the last rounds `room` lets the mirror's writers wait, which leaves the event loop
 * to everybody else, and the very last, of what others wrote during the one before, holds up every write for some
 * milliseconds.
 *
 * Folding that fails loses nothing, the log keeps it all: SQLite's own checkpoint at a longer log remains behind this
 * one and fails where somebody hears it.
 */
export class Checkpointer {
  readonly #file: string;
  readonly #sizes: CheckpointSizes;
  #thread: Worker | undefined;
  #written = 0;
  #folding: Promise<void> | undefined;
  #rest: Promise<void> | undefined;

  /** @param file the database, which is in WAL mode; not `:memory:` */
  constructor(file: string, sizes: CheckpointSizes = SIZES) {
    this.#file = file;
    this.#sizes = sizes;
  }

  /** Resolves when more may be written: nearly always at once. */
  async room(): Promise<void> {
    if (this.#written > this.#sizes.most) await this.#folding;
    await this.#rest;
  }

  /** So many characters were committed. */
  wrote(characters: number): void {
    this.#written += characters;
    if (this.#written < this.#sizes.begin || this.#folding !== undefined) return;
    this.#folding = this.#foldAll().finally(() => {
      this.#folding = undefined;
    });
  }

  /** Ends the thread. Before the database is closed: the last to close it removes the log. */
  async close(): Promise<void> {
    await this.#folding;
    const thread = this.#thread;
    if (thread === undefined) return;
    this.#thread = undefined;
    const ended = once(thread, 'exit');
    thread.postMessage('close' satisfies CheckpointRequest);
    await ended;
  }

  async #foldAll(): Promise<void> {
    for (let round = 1; round <= MAX_ROUNDS && this.#written > this.#sizes.rest; round += 1) {
      const before = this.#written;
      if (!(await this.#fold('PASSIVE'))) break;
      this.#written -= before;
    }
    this.#rest = this.#foldRest();
    await this.#rest;
    this.#rest = undefined;
    this.#written = 0;
  }

  async #foldRest(): Promise<void> {
    await this.#fold('PASSIVE');
    await this.#fold('FULL');
  }

  /** Whether all that the log held when it began is in the file now: not where somebody reads an older state. */
  async #fold(mode: 'PASSIVE' | 'FULL'): Promise<boolean> {
    this.#thread ??= this.#startThread();
    const thread = this.#thread;
    thread.ref();
    try {
      const answered = once(thread, 'message');
      thread.postMessage(mode satisfies CheckpointRequest);
      const [{ log, checkpointed }] = (await answered) as [CheckpointAnswer];
      return checkpointed === log;
    } catch {
      return false;
    } finally {
      thread.unref();
    }
  }

  #startThread(): Worker {
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: this.#file,
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
    });
    thread.once('error', () => {
      this.#thread = undefined;
    });
    return thread;
  }
}
