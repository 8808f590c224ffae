import { closeSync, openSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { UserError } from '../../one-machine/user-error.ts';
import { type BoundResult, judge } from './bounds.ts';
import { noJournal, openJournal, sourceHash } from './journal.ts';
import { LOADS, type LoadName } from './loads.ts';
import { planRuns } from './plan.ts';
import { runAll } from './run-all.ts';
import { type Cell, summarize } from './summary.ts';
import { linesOf, tablesOf } from './table.ts';

const DEFAULT_SEEDS = 100;
const MAX_PROCESSES = 8;

/**
 * `npm run bench -- apex [--seeds N] [--json FILE] [--journal FILE]`: what the package costs an org, beside a naive one.
 * A run with the journal of one that was stopped goes on where that was.
 * @throws UserError when a bound is missed, or for arguments that make no sense
 */
export async function benchApex(args: readonly string[]): Promise<void> {
  const { seeds, jsonFile, journalFile } = readArguments(args);
  // Opened first: a path that cannot be written is told now, not after some minutes.
  const json = jsonFile === undefined ? undefined : openForWriting(jsonFile);
  const journal = journalFile === undefined ? noJournal : openJournal(journalFile, sourceHash());
  const started = performance.now();
  const specs = planRuns(seeds, Object.keys(LOADS) as LoadName[]);
  const processes = Math.min(availableParallelism(), MAX_PROCESSES);
  process.stdout.write(`${machine()}; ${specs.length} runs in ${processes} processes\n`);
  const kept = specs.filter((spec) => journal.resultOf(spec) !== undefined).length;
  if (kept > 0) process.stdout.write(`${kept} of them are in the journal\n`);
  const cells = summarize(await runAll(specs, processes, progress(specs.length), journal));
  const bounds = judge(cells);
  const elapsedSeconds = Math.round((performance.now() - started) / 1000);
  tell(cells, bounds);
  process.stdout.write(`\n${elapsedSeconds} s in all\n`);
  if (json !== undefined) {
    const report = { modelled: true, machine: machine(), seeds, elapsedSeconds, bounds, cells };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
    closeSync(json);
  }
  const missed = bounds.filter(({ held }) => !held);
  if (missed.length > 0) throw new UserError(`${missed.length} of the bounds MISSED.`);
}

function tell(cells: readonly Cell[], bounds: readonly BoundResult[]): void {
  process.stdout.write(
    `\nModelled: the package's Apex in the practice org, on a virtual clock whose delays are assumptions.\n` +
      'Counts are medians over seeds, with the range in brackets.\n\n' +
      `${tablesOf(cells)}\n${linesOf(bounds)}\n`,
  );
}

interface Arguments {
  readonly seeds: number;
  readonly jsonFile: string | undefined;
  readonly journalFile: string | undefined;
}

function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const options = { seeds: text, json: text, journal: text };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const seeds = Number(values.seeds ?? DEFAULT_SEEDS);
    if (!Number.isSafeInteger(seeds) || seeds < 1) {
      throw new TypeError(`--seeds takes a whole number from 1, not ${values.seeds}.`);
    }
    return { seeds, jsonFile: values.json, journalFile: values.journal };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(
      `${error.message}\nnpm run bench -- apex [--seeds N] [--json FILE] [--journal FILE]`,
    );
  }
}

/** @throws UserError naming the file */
function openForWriting(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`--json ${file}: the file cannot be written (${code}).`);
  }
}

function machine(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.versions.node}`;
}

/** Rewrites one line on a terminal; elsewhere, a line for each tenth of the runs. */
function progress(total: number): (done: number) => void {
  if (process.stderr.isTTY) {
    return (done) =>
      void process.stderr.write(done === total ? '\r\x1b[K' : `\r${done} of ${total}`);
  }
  const tenth = Math.ceil(total / 10);
  return (done) => {
    if (done % tenth === 0) process.stderr.write(`${done} of ${total} runs\n`);
  };
}
