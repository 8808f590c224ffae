import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One call of `sf`, as the fake saw it. */
interface SfCallSeen {
  readonly args: readonly string[];
  /** Text of the files in the folder it ran in, by path; only in folders of its own. */
  readonly files: Readonly<Record<string, string>>;
}

export interface FakeSf {
  /** Environment whose PATH leads to the fake first. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * What a call answers on standard output, by the words it begins with; the longest match counts.
   * @param exitCode of those calls, 0 if not given
   */
  answer(words: string, json: unknown, exitCode?: number): void;
  readonly calls: readonly SfCallSeen[];
  close(): void;
}

/** The program that is found as `sf`. It records each call and answers what the test laid down. */
const PROGRAM = `#!/usr/bin/env node
const fs = require('node:fs');
const path = require('node:path');
const here = __dirname;
const args = process.argv.slice(2);
const files = {};
if (path.basename(process.cwd()).startsWith('mixmax-rts-')) {
  for (const entry of fs.readdirSync('.', { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile()) files[path.relative('.', file)] = fs.readFileSync(file, 'utf8');
  }
}
fs.appendFileSync(path.join(here, 'calls.jsonl'), JSON.stringify({ args, files }) + '\\n');
const answers = JSON.parse(fs.readFileSync(path.join(here, 'answers.json'), 'utf8'));
const asked = args.join(' ');
const [, answer] = Object.entries(answers)
  .filter(([words]) => asked.startsWith(words))
  .sort(([a], [b]) => b.length - a.length)[0] ?? [];
if (answer) process.stdout.write(JSON.stringify(answer.json));
process.exitCode = answer?.exitCode ?? 0;
`;

export function createFakeSf(): FakeSf {
  const folder = mkdtempSync(join(tmpdir(), 'fake-sf-'));
  const answers: Record<string, { json: unknown; exitCode: number }> = {};
  const log = join(folder, 'calls.jsonl');
  const writeAnswers = () => writeFileSync(join(folder, 'answers.json'), JSON.stringify(answers));
  writeFileSync(join(folder, 'sf'), PROGRAM);
  chmodSync(join(folder, 'sf'), 0o755);
  writeAnswers();
  return {
    env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    answer(words, json, exitCode = 0) {
      answers[words] = { json, exitCode };
      writeAnswers();
    },
    get calls() {
      if (!existsSync(log)) return [];
      const lines = readFileSync(log, 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line) as SfCallSeen);
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
