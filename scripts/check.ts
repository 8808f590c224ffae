import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { apexChecks } from './check/apex-checks.ts';
import { type Check, command, installed } from './check/check.ts';
import { conversionFaults } from './check/conversion.ts';
import { deployFaults } from './check/deploy-rules.ts';
import { readPackage } from './check/package-source.ts';
import { projectRoot as root } from './project-root.ts';

const source = join(root, 'force-app');

/**
 * Every static check, each told by name, all of them run even when one fails: `npm run check`.
 * Exit code 1 when any failed.
 */
const checks: readonly Check[] = [
  {
    name: 'lint and format',
    run: () => command(installed('biome'), ['ci', '--colors=off', '--max-diagnostics=50']),
  },
  { name: 'types', run: () => command(installed('tsc'), ['--noEmit', '-p', '.']) },
  {
    name: 'types of the page',
    run: () => command(installed('tsc'), ['--noEmit', '-p', 'lambdas/admin/web']),
  },
  { name: 'nothing unused', run: () => command(installed('knip'), ['--no-progress']) },
  { name: 'the practice org knows no product', run: async () => strangersIn('local/org') },
  { name: 'dependencies are pinned', run: async () => loosePins() },
  {
    name: 'the package would deploy',
    run: async () => deployFaults(readPackage(source), apiVersion()),
  },
  { name: 'the package converts', run: () => conversionFaults(source, apiVersion()) },
  ...apexChecks(root),
  { name: 'the lock file is complete', run: () => npm(['ci', '--dry-run', '--ignore-scripts']) },
];

/** The npm that runs this script, on this Node. */
function npm(args: readonly string[]): Promise<readonly string[]> {
  const cli = process.env['npm_execpath'];
  return cli === undefined ? command('npm', args) : command(process.execPath, [cli, ...args]);
}

/** The practice org must work for any package: no file of it may name this product or its package. */
function strangersIn(folder: string): string[] {
  const product = /mixmax|\bRts[A-Z_]|\bRTS\b/i;
  return filesBelow(join(root, folder)).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        product.test(line) ? [`${file.slice(root.length + 1)}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

function loosePins(): string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string> | undefined
  >;
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).flatMap(([name, version]) =>
      /^\d+\.\d+\.\d+$/.test(version)
        ? []
        : [`${kind}.${name}: "${version}" is not an exact version`],
    ),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Of the project, for all its components. */
function apiVersion(): string {
  const text = readFileSync(join(root, 'sfdx-project.json'), 'utf8');
  const project = JSON.parse(text) as { readonly sourceApiVersion: string };
  return project.sourceApiVersion;
}

/** A check that cannot run here passes with its reason; in continuous integration it fails. */
async function report(check: Check): Promise<boolean> {
  const started = performance.now();
  const obstacle = await check.obstacle?.();
  const isSkipped = obstacle !== undefined && process.env['CI'] !== 'true';
  if (isSkipped) {
    process.stdout.write(`ok     ${check.name}: skipped: ${obstacle}\n`);
    return true;
  }
  const faults = obstacle === undefined ? await check.run() : [obstacle];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${faults.length === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)\n`,
  );
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  return faults.length === 0;
}

let failed = 0;
for (const check of checks) {
  if (!(await report(check))) failed++;
}
process.stdout.write(`checks: ${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
