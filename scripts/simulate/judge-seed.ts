import type { Violation } from './oracle.ts';
import { type RunResult, runHistory } from './run-history.ts';
import type { Scenario } from './scenarios.ts';
import type { Sabotage } from './world.ts';

/** What a seed came to, as one thread tells another. */
export interface Verdict {
  readonly seed: string;
  readonly violation?: Broken;
  /** How often each fault, operation and mode came up. */
  readonly reached: readonly (readonly [what: string, times: number])[];
  /** Of this thread, for this seed. */
  readonly cpuMs: number;
}

export type Broken = Omit<Violation, 'kind'> & {
  readonly kind: Violation['kind'] | 'not-deterministic' | 'crash';
};

/** Every so many seeds one runs twice. */
const TWICE_EVERY = 20;

/** Runs a seed, one in twenty twice: then both runs must be the same in every task, message and answer. */
export async function judgeSeed(
  scenario: Scenario,
  seed: string,
  sabotage?: Sabotage,
): Promise<Verdict> {
  const before = process.threadCpuUsage();
  const { violation, reached } = await judge(scenario, seed, sabotage);
  const { user, system } = process.threadCpuUsage(before);
  const cpuMs = (user + system) / 1_000;
  const verdict = { seed, reached: [...reached], cpuMs };
  return violation === undefined ? verdict : { ...verdict, violation };
}

async function judge(
  { plan }: Scenario,
  seed: string,
  sabotage: Sabotage | undefined,
): Promise<Pick<RunResult, 'reached'> & { violation: Broken | undefined }> {
  const history = plan(seed);
  const options = sabotage === undefined ? {} : { sabotage };
  try {
    const first = await runHistory(history, options);
    if (Number(seed) % TWICE_EVERY !== 0 || sabotage !== undefined) return first;
    const second = await runHistory(history, options);
    if (second.traceHash === first.traceHash) return first;
    const detail = `two runs differ: ${first.traceHash} and ${second.traceHash}`;
    return { ...first, violation: { kind: 'not-deterministic', atMs: 0, detail } };
  } catch (error) {
    return { violation: crash(error), reached: new Map() };
  }
}

/** The simulation itself failed, or something threw where nothing may. */
export function crash(error: unknown): Broken {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'crash', atMs: 0, detail };
}
