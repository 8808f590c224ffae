import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Child, killGroup, runScript } from '../../../scripts/demo/child.ts';
import { type LocalFile, readLocalFile } from '../../../scripts/demo/local-file.ts';
import { OrgClient } from '../../../scripts/demo/org-client.ts';
import { ReceiverClient } from '../../../scripts/demo/receiver-client.ts';
import { sampleDay } from '../../../scripts/demo/sample-day.ts';
import { until } from '../../../scripts/demo/story.ts';

let dataDir: string;
let machine: Child;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'rts-day-'));
});

afterEach(async () => {
  killGroup(machine, 'SIGKILL');
  await machine.ended;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<LocalFile> {
  machine = runScript('scripts/start.ts', ['--data', dataDir], { PORT: '0', ORG_PORT: '0' });
  await machine.line('ready');
  return readLocalFile(join(dataDir, 'local.json'));
}

const file = () => join(dataDir, 'sample-day.json');
const progress = (): { nowMs: number; sent: number } => JSON.parse(readFileSync(file(), 'utf8'));

it('plays a day of activities into the org, and goes on with it at the next start', {
  timeout: 300_000,
}, async () => {
  let local = await start();
  await until(
    'Tasks in the org',
    90_000,
    async () => (await tasks(local)).length >= 3 || undefined,
  );
  killGroup(machine, 'SIGTERM');
  expect(await machine.ended).toBe(0);

  const { nowMs, sent } = progress();
  const day = sampleDay(nowMs);
  expect(sent).toBeLessThan(day.length);
  // The last one before is sent twice, as after a kill; most of the rest is left out, because it takes its time.
  const next = day.length - 4;
  writeFileSync(file(), JSON.stringify({ nowMs, sent: next }));
  local = await start();
  const receiver = new ReceiverClient(local);
  await until('the end of the day', 90_000, async () =>
    progress().sent === day.length ? true : undefined,
  );
  await until('what was sent', 60_000, async () => {
    const { activities } = (await receiver.ask('GET', '/activities?state=written&limit=200')) as {
      activities: readonly { senderId: string }[];
    };
    const ids = new Set(activities.map(({ senderId }) => senderId));
    return day.slice(next).every(({ id }) => ids.has(String(id))) ? true : undefined;
  });
  const written = await tasks(local);
  expect(new Set(written.map(({ OwnerId }) => OwnerId)).size).toBeGreaterThan(1);
  expect(machine.output()).not.toContain('sample day');
});

function tasks(local: LocalFile): Promise<readonly { OwnerId: string }[]> {
  return new OrgClient(local).query('SELECT OwnerId FROM Task WHERE Mixmax_Activity_Id__c != null');
}
