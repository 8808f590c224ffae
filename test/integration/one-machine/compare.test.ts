import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, killGroup, runScript } from '../../../scripts/demo/child.ts';
import { readLocalFile } from '../../../scripts/demo/local-file.ts';
import { ReceiverClient } from '../../../scripts/demo/receiver-client.ts';
import { spoilOneValue } from '../../../scripts/demo/spoil.ts';
import { until } from '../../../scripts/demo/story.ts';

let dataDir: string;
let machine: Child;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rts-compare-'));
  machine = runScript('scripts/start.ts', ['--data', dataDir, '--no-activities'], {
    PORT: '0',
    ORG_PORT: '0',
  });
  await machine.line('ready');
  const receiver = new ReceiverClient(readLocalFile(join(dataDir, 'local.json')));
  await until('The initial audit', 60_000, async () =>
    (await receiver.status()).state === 'active' ? true : undefined,
  );
});

afterAll(async () => {
  killGroup(machine, 'SIGKILL');
  await machine.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

async function compare(): Promise<{ code: number | null; output: string }> {
  const local = join(dataDir, 'local.json');
  const comparison = runScript('scripts/demo/compare.ts', ['--local', local]);
  return { code: await comparison.ended, output: comparison.output() };
}

it('finds nothing in an untouched mirror and the one value that was spoiled', async () => {
  expect(await compare()).toMatchObject({ code: 0 });
  const [object, id] = spoilOneValue(dataDir).split(' ');
  const { code, output } = await compare();
  expect(code).toBe(1);
  expect(output).toContain(`${object} ${id}: Name`);
  expect(output.match(/: Name/g)).toHaveLength(1);
});
