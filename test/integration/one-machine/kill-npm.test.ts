import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { runScript } from '../../../scripts/demo/child.ts';
import { readLocalFile } from '../../../scripts/demo/local-file.ts';
import { OrgClient } from '../../../scripts/demo/org-client.ts';

const root = join(import.meta.dirname, '../../..');
const started: ChildProcess[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'rts-npm-'));

afterEach(() => {
  for (const child of started) {
    if (child.pid === undefined) continue;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Its group has ended.
    }
  }
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm start`, as a person types it; resolves with npm's own process when all is ready. */
async function npmStart(): Promise<ChildProcess> {
  const npm = spawn('npm', ['start', '--', '--data', dataDir], {
    cwd: root,
    env: { ...process.env, PORT: '0', ORG_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  started.push(npm);
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    for (const stream of [npm.stdout, npm.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        if (line.startsWith('ready')) resolve();
      });
    }
    npm.on('close', () => reject(new Error(said.join('\n'))));
  });
  return npm;
}

it('goes on when npm itself was killed and started again', async () => {
  const npm = await npmStart();
  const org = new OrgClient(readLocalFile(join(dataDir, 'local.json')));
  await org.create('Contact', { LastName: 'Before the kill' });
  npm.kill('SIGKILL');

  await npmStart();
  const local = readLocalFile(join(dataDir, 'local.json'));
  const contacts = await new OrgClient(local).query<{ Id: string }>(
    "SELECT Id FROM Contact WHERE LastName = 'Before the kill'",
  );
  expect(contacts).toHaveLength(1);
  await new OrgClient(local).idle();
  await expect
    .poll(
      async () => {
        const args = ['--local', join(dataDir, 'local.json')];
        return await runScript('scripts/demo/compare.ts', args).ended;
      },
      { timeout: 30_000 },
    )
    .toBe(0);
});
