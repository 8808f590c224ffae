import type { ApiClient } from '../api-client.ts';
import type { SimulationScheduler } from '../traced-scheduler.ts';
import type { Entry, SenderBook } from './sender-book.ts';
import type { Told } from './told.ts';

export interface SenderOptions {
  readonly api: () => ApiClient;
  readonly scheduler: SimulationScheduler;
  readonly book: SenderBook;
  readonly reached: (what: string) => void;
}

interface Result {
  readonly outcome: string;
  readonly fault?: { readonly code: string };
}

const RETRY_MS = 45_000;
const MOST_TRIES = 6;
const PER_REQUEST = 500;

/** Mixmax: tells activities, and tells them again until it has an answer. */
export class Sender {
  readonly #options: SenderOptions;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Notes activities as new versions; `tell` sends them. */
  note(activities: readonly Told[]): readonly Entry[] {
    return activities.map((told) => this.#options.book.add(told));
  }

  /** Gives up after some tries; `tellRest` goes on. */
  async tell(entries: readonly Entry[]): Promise<void> {
    const { scheduler } = this.#options;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (await this.#tellOnce(entries)) return;
      await scheduler.pause(RETRY_MS, 'sender tries again');
    }
  }

  /** Everything that has no answer yet. @returns whether all have one now */
  async tellRest(): Promise<boolean> {
    const open = this.#options.book.entries.filter(
      ({ fate }) => fate === 'untold' || fate === 'lost',
    );
    let told = true;
    for (let start = 0; start < open.length; start += PER_REQUEST) {
      told = (await this.#tellOnce(open.slice(start, start + PER_REQUEST))) && told;
    }
    return told;
  }

  async #tellOnce(entries: readonly Entry[]): Promise<boolean> {
    const { api, reached } = this.#options;
    for (const entry of entries) if (entry.fate === 'untold') entry.fate = 'lost';
    const activities = entries.map(({ told }) => told);
    // The process died over it.
    const answer = await api()
      .ofOrg('POST', '/activities', { activities })
      .catch(() => undefined);
    if (answer?.status !== 202) {
      reached(answer === undefined ? 'api-activities-died' : `api-activities-${answer.status}`);
      return false;
    }
    const { results } = answer.body as { results: readonly Result[] };
    for (const [place, entry] of entries.entries()) this.#noteResult(entry, results[place]);
    return true;
  }

  #noteResult(entry: Entry, result: Result | undefined): void {
    if (result === undefined) throw new Error('An activity has no result.');
    this.#options.reached(`told-${result.outcome}`);
    if (result.outcome !== 'refused') entry.fate = 'taken';
    // What an earlier request may have brought in stays; what was never taken is not.
    else if (entry.fate !== 'taken') entry.fate = 'refused';
  }
}
