import type { Violation } from './oracle.ts';
import { runHistory } from './run-history.ts';
import { mutantNamed, type Scenario } from './scenarios.ts';
import { onlySteps } from './shrink.ts';

export interface ReplayOptions {
  readonly scenario: Scenario;
  readonly seed: string;
  /** Ids of the steps to keep; all of them when left out. */
  readonly steps?: readonly number[];
  readonly mutant?: string;
  /** Every task, message and log line, not only steps, warnings and what went wrong. */
  readonly verbose: boolean;
  readonly print: (line: string) => void;
}

const WORTH_PRINTING = /^(\d+: |VIOLATION|killed|warn|error|info PassFinished|info SyncDecided)/;

/** Lives through a seed again and tells what happens. */
export async function replaySeed(options: ReplayOptions): Promise<Violation | undefined> {
  const { scenario } = options;
  const history = scenario.plan(options.seed);
  const { steps: ids, mutant, verbose, print } = options;
  const steps = ids === undefined ? history.steps : onlySteps(history.steps, new Set(ids));
  const { violation, traceHash } = await runHistory(
    { ...history, steps },
    {
      ...(mutant !== undefined && { sabotage: mutantNamed(scenario, mutant).sabotage }),
      onNote: (atMs, text) => {
        if (verbose || WORTH_PRINTING.test(text)) print(`${new Date(atMs).toISOString()} ${text}`);
      },
    },
  );
  print(`trace ${traceHash}`);
  return violation;
}
