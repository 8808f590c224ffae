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
  /** The HTTP API below `/v1/orgs/{orgId}`, with the machine's key. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose form is tested elsewhere.
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startPageMachine(...options: readonly string[]): Promise<PageMachine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rts-page-'));
  const child: Child = runScript(
    'scripts/start.ts',
    ['--data', dataDir, '--no-activities', ...options],
    {
      PORT: '0',
      ORG_PORT: '0',
    },
  );
  await child.line('ready');
  const local = readLocalFile(join(dataDir, 'local.json'));
  return {
    local,
    org: new OrgClient(local),
    receiver: new ReceiverClient(local),
    dataDir,
    call: (method, path, body) => callApi(local, method, path, body),
    output: () => child.output(),
    stop: async () => {
      killGroup(child, 'SIGTERM');
      await child.ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function callApi(local: LocalFile, method: string, path: string, body: unknown) {
  const response = await fetch(`${local.api}/v1/orgs/${local.orgId}${path}`, {
    method,
    headers: { authorization: `Bearer ${local.apiKey}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
