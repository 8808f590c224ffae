import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { projectRoot } from '../project-root.ts';

/** What the plugin asks npm for; everything else is in its bundle. */
const DEPENDENCIES = ['@oclif/core', '@salesforce/core', '@salesforce/sf-plugins-core'];
const COMMANDS = 'scripts/cli/commands';

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Builds the plugin as `sf plugins link` and `sf plugins install` take it: one bundle for each command with chunks for
 * what they share, the package's source, and a manifest, so that the CLI starts without loading any command.
 *
 * @param outDir emptied first
 */
export async function bundlePlugin(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  await build({
    absWorkingDir: projectRoot,
    entryPoints: await commandFiles(),
    outbase: COMMANDS,
    outdir: join(outDir, 'lib/commands'),
    chunkNames: '../chunks/[hash]',
    splitting: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: DEPENDENCIES.flatMap((name) => [name, `${name}/*`]),
    legalComments: 'none',
    logLevel: 'silent',
  });
  await cp(join(projectRoot, 'force-app'), join(outDir, 'force-app'), { recursive: true });
  await cp(join(projectRoot, 'sfdx-project.json'), join(outDir, 'sfdx-project.json'));
  await cp(join(projectRoot, 'scripts/cli/README.md'), join(outDir, 'README.md'));
  await writeManifests(outDir);
}

async function commandFiles(): Promise<string[]> {
  const entries = await readdir(join(projectRoot, COMMANDS), { recursive: true });
  return entries.filter((name) => name.endsWith('.ts')).map((name) => join(COMMANDS, name));
}

async function writeManifests(outDir: string): Promise<void> {
  const text = await readFile(join(projectRoot, 'package.json'), 'utf8');
  const { version, license, dependencies } = JSON.parse(text) as Manifest;
  const own = {
    name: 'mixmax-rts-sf-plugin',
    version,
    description: 'Commands of Mixmax Real-Time Sync for the Salesforce CLI.',
    license,
    type: 'module',
    engines: { node: '>=22' },
    dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, dependencies[name]])),
    files: ['/lib', '/force-app', '/sfdx-project.json', '/oclif.manifest.json'],
    oclif: {
      commands: './lib/commands',
      bin: 'sf',
      topicSeparator: ' ',
      flexibleTaxonomy: true,
      topics: TOPICS,
    },
  };
  await writeFile(join(outDir, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  const plugin = new Plugin({ root: outDir, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const manifest = `${JSON.stringify(plugin.manifest, null, 2)}\n`;
  await writeFile(join(outDir, 'oclif.manifest.json'), manifest);
}

const topic = (description: string) => ({ description });

const TOPICS = {
  mixmax: {
    description: 'Commands of Mixmax.',
    subtopics: {
      rts: {
        description: 'Keep an org in step with Mixmax in real time.',
        subtopics: {
          audit: topic('Compare the mirror with the org, and mend it.'),
          conditions: topic('Choose the fields whose changes are sent.'),
          'dead-letters': topic('Look at messages that were given up, and send them again.'),
          fields: topic('Follow the fields of the org.'),
          keys: topic("Make, list and revoke the org's API keys."),
          token: topic('Change the token that the org signs its notices with.'),
          trigger: topic('Report custom objects.'),
        },
      },
    },
  },
};
