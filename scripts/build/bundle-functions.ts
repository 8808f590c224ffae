import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { buildPage } from '../one-machine/build-page.ts';
import { FUNCTION_BUDGETS, type FunctionName } from './function-budgets.ts';
import { leanBundle } from './lean-bundle.ts';
import { buildPackageSource } from './package-source.ts';

const ROOT = join(import.meta.dirname, '../..');
const ENTRY = 'index.mjs';

/** What is loaded at need only: jsforce is 1 MB that most invocations never ask for, and notices to admins are rare. */
const AT_NEED = [
  'lambdas/adapters/salesforce/jsforce-writes.ts',
  'lambdas/adapters/aws/sns-notifier.ts',
  'node_modules/@aws-sdk/client-sns/dist-es/index.js',
];

/** CommonJS dependencies ask for Node's own modules by `require`, which an ES module does not have. */
const REQUIRE =
  "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);";

export interface FunctionBundle {
  readonly name: FunctionName;
  /** What Lambda gets: `index.mjs`, its chunks and source maps, and with admin the page's files and the package's source. */
  readonly folder: string;
  /** Bytes of code, as `Budget` counts them. */
  readonly startBytes: number;
  readonly wholeBytes: number;
  /** Every source file in it, relative to the project. */
  readonly inputs: readonly string[];
}

/**
 * Bundles every function into a folder of its own, ready for Lambda. The SDK is in it, for the runtime's own copy loads
 * slower and changes under us. What is deployed, tested and measured are these folders.
 *
 * @param outDir emptied first
 */
export async function bundleFunctions(outDir: string): Promise<readonly FunctionBundle[]> {
  await rm(outDir, { recursive: true, force: true });
  const names = Object.keys(FUNCTION_BUDGETS) as FunctionName[];
  const bundles = await Promise.all(names.map((name) => bundleFunction(name, join(outDir, name))));
  await buildPage(join(outDir, 'admin', 'page'));
  await buildPackageSource(join(outDir, 'admin', 'package'));
  return bundles;
}

async function bundleFunction(name: FunctionName, folder: string): Promise<FunctionBundle> {
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: `lambdas/${name}/handler.ts` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // Chunks also make imports at need cheap: without them each drags its whole package along.
    splitting: true,
    chunkNames: 'chunk-[hash]',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // Node takes its CommonJS form, whose only export is the whole; the ES form has no such export.
    alias: { rrule: join(ROOT, 'node_modules/rrule/dist/es5/rrule.js') },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: REQUIRE },
    plugins: [leanBundle(name)],
    metafile: true,
    logLevel: 'silent',
  });
  // Node looks for the nearest package.json of a chunk; without one it would look outside the folder.
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
  return { name, folder, ...sizesOf(metafile), inputs: Object.keys(metafile.inputs) };
}

function sizesOf({ outputs }: Metafile): Pick<FunctionBundle, 'startBytes' | 'wholeBytes'> {
  const code = Object.entries(outputs).filter(([path]) => path.endsWith('.mjs'));
  const bytesOf = (paths: Iterable<string>) =>
    [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
  const entry = code.find(([path]) => path.endsWith(`/${ENTRY}`))?.[0] ?? '';
  return {
    startBytes: bytesOf(reachable(outputs, entry)),
    wholeBytes: bytesOf(code.map(([path]) => path)),
  };
}

/** The entry and what it imports, at once or at need, but for what is rarely needed. */
function reachable(outputs: Metafile['outputs'], entry: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || found.has(path) || AT_NEED.includes(output.entryPoint ?? ''))
      return;
    found.add(path);
    for (const { path: imported, external } of output.imports) if (!external) visit(imported);
  };
  visit(entry);
  return found;
}
