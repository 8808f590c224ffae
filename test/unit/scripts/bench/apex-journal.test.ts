import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../../../scripts/bench/apex/journal.ts';
import type { RunResult, RunSpec } from '../../../../scripts/bench/apex/measure-run.ts';
import { runAll } from '../../../../scripts/bench/apex/run-all.ts';
import { UserError } from '../../../../scripts/one-machine/user-error.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const NOTHING = { soql: 0, dml: 0, statements: 0 };
const RESULT: RunResult = {
  executions: 1,
  events: 1,
  callouts: 1,
  save: NOTHING,
  background: NOTHING,
  worst: { soql: 0, dmlPerTriggerRun: 1, soqlAfterFirstChunk: 0 },
  latencies: [[2_500, 200]],
  waits: [[2_000, 1]],
};

function specOf(seed: number): RunSpec {
  return { subject: 'package', mode: 'economy', queue: 'default', load: 'save', seed };
}

function journalFile(): string {
  return join(temporaryFolder(), 'journal');
}

test('a run that is in the journal is not run again', async () => {
  const file = journalFile();
  openJournal(file, 'source').add({ spec: specOf(1), result: RESULT });

  // No process is there to run anything.
  const runs = await runAll([specOf(1)], 0, () => {}, openJournal(file, 'source'));
  expect(runs).toEqual([{ spec: specOf(1), result: RESULT }]);
  expect(openJournal(file, 'source').resultOf(specOf(2))).toBeUndefined();
});

test('what a worker measures is in the journal at once', async () => {
  const file = journalFile();
  const spec: RunSpec = { ...specOf(1), subject: 'naive', mode: 'immediate', queue: 'zero' };
  const [run] = await runAll([spec], 1, () => {}, openJournal(file, 'source'));
  expect(run?.result.executions).toBe(1);
  expect(openJournal(file, 'source').resultOf(spec)).toEqual(run?.result);
});

test('a line that a kill cut short counts as none, and the next one is whole', () => {
  const file = journalFile();
  openJournal(file, 'source').add({ spec: specOf(1), result: RESULT });
  writeFileSync(file, `${readFileSync(file, 'utf8')}{"spec":{"subj`);

  const journal = openJournal(file, 'source');
  journal.add({ spec: specOf(2), result: RESULT });
  const again = openJournal(file, 'source');
  expect([1, 2, 3].map((seed) => again.resultOf(specOf(seed)))).toEqual([
    RESULT,
    RESULT,
    undefined,
  ]);
});

test('runs of other source are refused by the name of the file, and left alone', () => {
  const file = journalFile();
  openJournal(file, 'before').add({ spec: specOf(1), result: RESULT });
  const before = readFileSync(file, 'utf8');
  expect(() => openJournal(file, 'after')).toThrow(UserError);
  expect(() => openJournal(file, 'after')).toThrow(file);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test.each([['Name,Email\nAda,ada@example.com\n'], ['one line']])(
  'any other file is refused too, and left alone',
  (text) => {
    const file = journalFile();
    writeFileSync(file, text);
    expect(() => openJournal(file, 'source')).toThrow(UserError);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);
