import process from 'node:process';
import { measureRun, type RunSpec } from './measure-run.ts';
import type { WorkerAnswer } from './run-all.ts';

// A parent that is killed cannot end its workers.
process.once('disconnect', () => process.exit(1));

/** Runs what its parent sends, one run after another. */
process.on('message', (spec: RunSpec) => {
  measureRun(spec)
    .then((result): WorkerAnswer => ({ result }))
    .catch((error: unknown): WorkerAnswer => {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    })
    .then((answer) => process.send?.(answer))
    .catch((error: unknown) => {
      throw error;
    });
});
