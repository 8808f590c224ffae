import { Worker } from 'node:worker_threads';
import { crash, type Verdict } from './judge-seed.ts';
import type { ScenarioName } from './scenarios.ts';
import type { SeedAnswer, SeedRequest } from './seed-worker.ts';
import type { Shrunk } from './shrink.ts';

export interface RunSeedsOptions {
  readonly seeds: Iterable<string>;
  readonly threads: SeedThreads;
  /** Runs with a rule broken on purpose. */
  readonly mutant?: string;
  /** Told of each seed as it ends; true ends the whole run. */
  readonly onVerdict?: (verdict: Verdict) => boolean;
}

export type SeedThreads = readonly SeedThread[];

/** Runs seeds on several threads, in no order. */
export async function runSeeds(options: RunSeedsOptions): Promise<readonly Verdict[]> {
  const left = options.seeds[Symbol.iterator]();
  const verdicts: Verdict[] = [];
  let over = false;
  const drain = async (thread: SeedThread) => {
    for (let next = left.next(); !over && next.done !== true; next = left.next()) {
      const verdict = await thread.judge(next.value, options.mutant);
      verdicts.push(verdict);
      over ||= options.onVerdict?.(verdict) === true;
    }
  };
  await Promise.all(options.threads.map(drain));
  return verdicts;
}

/**
 * Starts threads for some work, and ends them after it. Each needs a core and about 300 MB, and compiles the package
 * once: keep them for as much work as there is.
 */
export async function withThreads<T>(
  count: number,
  scenario: ScenarioName,
  work: (threads: SeedThreads) => Promise<T>,
): Promise<T> {
  const threads = startThreads(count, scenario);
  try {
    return await work(threads);
  } finally {
    await endThreads(threads);
  }
}

export function startThreads(count: number, scenario: ScenarioName): SeedThreads {
  return Array.from({ length: count }, () => new SeedThread(scenario));
}

export async function endThreads(threads: SeedThreads): Promise<void> {
  await Promise.all(threads.map((thread) => thread.close()));
}

/** One sealed thread; it does one thing at a time. */
class SeedThread {
  readonly #worker: Worker;

  constructor(scenario: ScenarioName) {
    this.#worker = new Worker(new URL('./seed-worker.ts', import.meta.url), {
      workerData: scenario,
      // A seed makes much that is forgotten at once: a larger nursery saves a tenth of its time.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
  }

  async judge(seed: string, mutant?: string): Promise<Verdict> {
    try {
      const answer = await this.#ask({
        kind: 'judge',
        seed,
        ...(mutant !== undefined && { mutant }),
      });
      if (answer.kind === 'judged') return answer.verdict;
      throw new Error('The thread answered another question.');
    } catch (error) {
      return { seed, violation: crash(error), reached: [], cpuMs: 0 };
    }
  }

  async shrink(seed: string, mutant?: string): Promise<Shrunk> {
    const answer = await this.#ask({
      kind: 'shrink',
      seed,
      ...(mutant !== undefined && { mutant }),
    });
    if (answer.kind === 'shrunk') return answer.shrunk;
    throw new Error('The thread answered another question.');
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: SeedRequest): Promise<SeedAnswer> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        worker.removeAllListeners('message');
        worker.removeAllListeners('error');
        settle();
      };
      worker.on('message', (answer: SeedAnswer) => end(() => resolve(answer)));
      worker.on('error', (error: unknown) => end(() => reject(error)));
      worker.postMessage(request);
    });
  }
}
