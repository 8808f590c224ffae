import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePlugin } from '../build/bundle-plugin.ts';
import { killGroup, runScript } from '../demo/child.ts';
import { projectRoot } from '../project-root.ts';

/** A receiver and a practice org of its own, as a newcomer starts them, not connected to each other. */
export interface PluginMachine {
  /** Of the receiver, no slash at the end. */
  readonly api: string;
  /** Of the org. */
  readonly org: string;
  /** 18 characters. */
  readonly orgId: string;
  readonly accessToken: string;
  readonly setupCode: string;
  /** Where the plugin lies, built just now. */
  readonly plugin: string;
  /** A request to the org with the administrator's session; the path begins with `/`. @throws Error when it refuses */
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** @param dataDir an absolute folder of its own */
export async function startPluginMachine(dataDir: string): Promise<PluginMachine> {
  // Below the project, whose packages the linked plugin finds.
  const plugin = join(projectRoot, 'dist/sf-plugin');
  await bundlePlugin(plugin);
  const child = runScript('scripts/start.ts', ['--fresh', '--data', dataDir], {
    PORT: '0',
    ORG_PORT: '0',
  });
  await child.line('ready');
  const local = JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as Omit<
    PluginMachine,
    'plugin' | 'ask' | 'close'
  >;
  return {
    ...local,
    plugin,
    async ask(method, path, body) {
      const response = await fetch(local.org + path, {
        method,
        headers: {
          authorization: `Bearer ${local.accessToken}`,
          'content-type': 'application/json',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`the org answered ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    async close() {
      if (child.process.exitCode !== null) return;
      const ended = once(child.process, 'close');
      killGroup(child, 'SIGTERM');
      await ended;
    },
  };
}
