import { parentPort, workerData } from 'node:worker_threads';
import { judgeSeed, type Verdict } from './judge-seed.ts';
import { mutantNamed, SCENARIOS, type ScenarioName } from './scenarios.ts';
import { sealThread } from './seal.ts';
import { type Shrunk, shrink } from './shrink.ts';

/** A thread that runs seeds, one after the other, sealed off from real time and network. */
export type SeedRequest =
  | { readonly kind: 'judge'; readonly seed: string; readonly mutant?: string }
  | { readonly kind: 'shrink'; readonly seed: string; readonly mutant?: string };

export type SeedAnswer =
  | { readonly kind: 'judged'; readonly verdict: Verdict }
  | { readonly kind: 'shrunk'; readonly shrunk: Shrunk };

const scenario = SCENARIOS[workerData as ScenarioName];

async function answer({ kind, seed, mutant }: SeedRequest): Promise<SeedAnswer> {
  const sabotage = mutant === undefined ? undefined : mutantNamed(scenario, mutant).sabotage;
  if (kind === 'judge')
    return { kind: 'judged', verdict: await judgeSeed(scenario, seed, sabotage) };
  return { kind: 'shrunk', shrunk: await shrink(scenario, seed, sabotage) };
}

const port = parentPort;
if (port === null) throw new Error('This file runs in a worker thread only.');
sealThread();
port.on('message', (request: SeedRequest) => {
  answer(request).then(
    (told) => port.postMessage(told),
    (error: unknown) => {
      // Ends the thread with the reason; whoever started it is told.
      queueMicrotask(() => {
        throw error;
      });
    },
  );
});
