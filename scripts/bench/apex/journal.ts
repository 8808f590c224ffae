import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { UserError } from '../../one-machine/user-error.ts';
import type { RunResult, RunSpec } from './measure-run.ts';
import type { Run } from './summary.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Whatever a run depends on. */
const MEASURED = [
  'force-app/main',
  'force-app/site',
  'local',
  'scripts/bench/apex',
  'scripts/bench/naive-package',
];

/** Results of runs, one a line in a file, so that a bench that was stopped goes on where it was. */
export interface Journal {
  resultOf(spec: RunSpec): RunResult | undefined;
  add(run: Run): void;
}

/** For a bench that starts from nothing and keeps nothing. */
export const noJournal: Journal = { resultOf: () => undefined, add: () => {} };

/**
 * Opens or begins a journal. A line that a kill cut short counts as none.
 * @param source what was measured; `sourceHash()` but for tests
 * @throws UserError when the file was kept of other source, or is no journal
 */
export function openJournal(file: string, source: string): Journal {
  const head = JSON.stringify({ source });
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [found, ...lines] = text === '' ? [head] : wholeLines(text);
  if (found !== head) {
    throw new UserError(
      `--journal ${file}: this file holds no runs of the source as it is now. Name another file, or delete this one.`,
    );
  }
  writeFileSync(file, [head, ...lines, ''].join('\n'));
  const results = new Map(lines.map(parseLine));
  return {
    resultOf: (spec) => results.get(keyOf(spec)),
    add: ({ spec, result }) => appendFileSync(file, `${JSON.stringify({ spec, result })}\n`),
  };
}

/** Of all files that a run depends on: names and contents. */
export function sourceHash(): string {
  const hash = createHash('sha256').update(process.versions.node);
  for (const folder of MEASURED) {
    const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
      hash.update(path.slice(ROOT.length)).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

function parseLine(line: string): readonly [string, RunResult] {
  const { spec, result } = JSON.parse(line) as Run;
  return [keyOf(spec), result];
}

function keyOf({ subject, mode, queue, load, seed, packageFolders }: RunSpec): string {
  return JSON.stringify([subject, mode, queue, load, seed, packageFolders]);
}
