import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Every static check, each told by name, all of them run even when one fails: `npm run check`.
 * Exit code 1 when any failed.
 */
interface Check {
  readonly name: string;
  /** Resolves with the faults found; none means it holds. */
  readonly run: () => Promise<readonly string[]>;
}

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);

const checks: readonly Check[] = [
  {
    name: 'lint and format',
    run: () => command(bin('biome'), ['ci', '--colors=off', '--max-diagnostics=50']),
  },
  { name: 'types', run: () => command(bin('tsc'), ['--noEmit', '-p', '.']) },
  {
    name: 'types of the page',
    run: () => command(bin('tsc'), ['--noEmit', '-p', 'lambdas/admin/web']),
  },
  { name: 'nothing unused', run: () => command(bin('knip'), ['--no-progress']) },
  { name: 'the practice org knows no product', run: async () => strangersIn('local/org') },
  { name: 'dependencies are pinned', run: async () => loosePins() },
  { name: 'the lock file is complete', run: () => npm(['ci', '--dry-run', '--ignore-scripts']) },
];

/** Runs a tool; its output is the fault when it exits with another code than 0. */
function command(file: string, args: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => resolve([error.message]));
    child.on('close', (code) =>
      resolve(code === 0 ? [] : [Buffer.concat(output).toString('utf8')]),
    );
  });
}

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

let failed = 0;
for (const check of checks) {
  const started = performance.now();
  const faults = await check.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${faults.length === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${seconds} s)\n`,
  );
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length > 0) failed++;
}
process.stdout.write(`checks: ${checks.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
