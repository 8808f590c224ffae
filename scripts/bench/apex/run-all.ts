import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { type Journal, noJournal } from './journal.ts';
import type { RunResult, RunSpec } from './measure-run.ts';
import type { Run } from './summary.ts';

/** What a worker answers to a spec. */
export type WorkerAnswer =
  | { readonly result: RunResult }
  /** Text of the error that ended the run. */
  | { readonly error: string };

/**
 * Spreads runs over processes, each of which compiles a package once.
 * @param journal runs that it knows are not run again
 * @param onProgress told after each run how many are done
 * @throws Error with the text of the first run that failed, naming the run
 */
export async function runAll(
  specs: readonly RunSpec[],
  processes: number,
  onProgress: (done: number) => void,
  journal: Journal = noJournal,
): Promise<Run[]> {
  const results = new Map<RunSpec, RunResult>();
  for (const spec of specs) {
    const known = journal.resultOf(spec);
    if (known !== undefined) results.set(spec, known);
  }
  // Workers share the iterator: each takes the next run that nobody has.
  const waiting = specs.filter((spec) => !results.has(spec)).values();
  const workers = Array.from({ length: processes }, () => new Worker());
  const work = async (worker: Worker) => {
    for (const spec of waiting) {
      const result = await worker.run(spec);
      results.set(spec, result);
      journal.add({ spec, result });
      onProgress(results.size);
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    for (const worker of workers) worker.end();
  }
  return specs.flatMap((spec) => {
    const result = results.get(spec);
    return result === undefined ? [] : [{ spec, result }];
  });
}

/** Nearly all that a transaction makes is garbage when it ends: room for it spares a sixth of the time. */
const NODE_OPTIONS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

class Worker {
  readonly #process = fork(join(import.meta.dirname, 'worker-main.ts'), {
    execArgv: [...process.execArgv, ...NODE_OPTIONS],
  });
  readonly #ended = once(this.#process, 'exit').then(
    (): WorkerAnswer => ({ error: 'the process ended' }),
  );

  async run(spec: RunSpec): Promise<RunResult> {
    const answered = once(this.#process, 'message').then(([message]) => message as WorkerAnswer);
    this.#process.send(spec);
    const answer = await Promise.race([answered, this.#ended]);
    if ('error' in answer) throw new Error(`${JSON.stringify(spec)}: ${answer.error}`);
    return answer.result;
  }

  end(): void {
    this.#process.kill();
  }
}
