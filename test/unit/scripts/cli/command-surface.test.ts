import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundlePlugin } from '../../../../scripts/build/bundle-plugin.ts';
import { projectRoot } from '../../../../scripts/project-root.ts';

interface Command {
  readonly id: string;
  readonly summary?: string;
  readonly examples?: readonly unknown[];
  readonly flags: Readonly<Record<string, Flag>>;
}

interface Flag {
  readonly char?: string;
  readonly description?: string;
  readonly env?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly summary?: string;
  readonly type: string;
}

let folder: string;
let commands: readonly Command[];

beforeAll(async () => {
  // Below the project, whose packages the commands import.
  await mkdir(join(projectRoot, 'dist'), { recursive: true });
  folder = await mkdtemp(join(projectRoot, 'dist/sf-plugin-'));
  await bundlePlugin(folder);
  const text = await readFile(join(folder, 'oclif.manifest.json'), 'utf8');
  const manifest = JSON.parse(text) as { commands: Readonly<Record<string, Command>> };
  commands = Object.values(manifest.commands).toSorted((a, b) => (a.id < b.id ? -1 : 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One line a command, one a flag; `*` must be given, `+` may be given more than once. */
function surface(): string {
  const lines = commands.flatMap(({ id, flags }) => [
    id.replaceAll(':', ' '),
    ...Object.entries(flags)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { char, env, multiple, required, type }]) => {
        const marks = `${required === true ? '*' : ''}${multiple === true ? '+' : ''}`;
        const value = type === 'option' ? ' VALUE' : '';
        const short = char === undefined ? '' : `, -${char}`;
        return `  --${name}${short}${value}${marks}${env === undefined ? '' : ` (${env})`}`;
      }),
  ]);
  return `${lines.join('\n')}\n`;
}

test('the commands and their flags are those that people and scripts rely on', async () => {
  await expect(surface()).toMatchFileSnapshot('command-surface.txt');
});

test('every command says what it does, shows an example, and answers JSON', () => {
  for (const { id, summary, examples, flags } of commands) {
    expect(summary, id).toMatch(/^[A-Z].*\.$/);
    expect(examples?.length, id).toBeGreaterThan(0);
    expect(flags['json'], id).toBeDefined();
    for (const [name, flag] of Object.entries(flags))
      expect(flag.summary ?? flag.description, name).toBeDefined();
  }
});

test('the plugin carries the package that it deploys', async () => {
  const settings =
    'force-app/main/default/objects/Mixmax_Settings__c/Mixmax_Settings__c.object-meta.xml';
  const text = await readFile(join(folder, settings), 'utf8');
  expect(text).toBe(await readFile(join(projectRoot, settings), 'utf8'));
});
