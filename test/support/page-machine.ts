import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, killGroup, runScript } from '../../scripts/demo/child.ts';
import { type LocalFile, readLocalFile } from '../../scripts/demo/local-file.ts';
import { OrgClient } from '../../scripts/demo/org-client.ts';
import { ReceiverClient } from '../../scripts/demo/receiver-client.ts';

/** `npm start` in a folder of its own: the page's tests run against its processes. */
export interface PageMachine {
  readonly local: LocalFile;
  readonly org: OrgClient;
  readonly receiver: ReceiverClient;
  readonly dataDir: string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startPageMachine(...options: readonly string[]): Promise<PageMachine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rts-page-'));
  const child: Child = runScript('scripts/start.ts', ['--data', dataDir, ...options], {
    PORT: '0',
    ORG_PORT: '0',
  });
  await child.line('ready');
  const local = readLocalFile(join(dataDir, 'local.json'));
  return {
    local,
    org: new OrgClient(local),
    receiver: new ReceiverClient(local),
    dataDir,
    output: () => child.output(),
    stop: async () => {
      killGroup(child, 'SIGTERM');
      await child.ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
