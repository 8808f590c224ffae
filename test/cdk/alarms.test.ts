import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ALARMS } from '../../cdk/alarms.ts';
import { OWN_METRICS } from '../../cdk/own-metrics.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('every metric that is watched is one that the functions write', () => {
  const code = globSync('lambdas/**/*.ts', { cwd: ROOT }).map(read).join('\n');
  const written = new Set([...code.matchAll(/\.metric\(\s*'(\w+)'/g)].map(([, name]) => name));
  expect(Object.keys(OWN_METRICS).filter((name) => !written.has(name))).toEqual([]);
});

test('every alarm has its entry in the runbook: what it means, how to look, what to do, how to undo', () => {
  const runbook = read('docs/operations.md');
  for (const name of [...Object.keys(ALARMS), 'MirrorIsStale']) {
    const entry =
      new RegExp(`^### ${name}\\n([^]*?)(?=^##)`, 'm').exec(`${runbook}\n##`)?.[1] ?? '';
    for (const part of ['Means', 'Look', 'Do', 'Undo']) {
      expect(entry, `${name}: ${part}`).toMatch(new RegExp(`^- \\*\\*${part}\\.\\*\\* \\S`, 'm'));
    }
  }
});
