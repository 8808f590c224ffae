import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import type { CompileApex, CompileProblem, CompileResult, SourceFile } from './program.ts';
import { linkProgram } from './program-image.ts';

export interface CompileJob {
  readonly sources: readonly SourceFile[];
  readonly objects: readonly ObjectSchema[];
}

export interface CompileOutcome {
  readonly problems: readonly CompileProblem[];
  readonly image: Uint8Array | undefined;
}

/** Compiles in a child process: what the parser needs is never in the memory of this one. */
export const compileInChild: CompileApex = (sources, schema): CompileResult => {
  const { problems, image } = runCompiler(serialize(jobOf(sources, schema)), tmpdir());
  return { program: image && linkProgram(image), problems };
};

/**
 * Compiles in a child process and keeps the result in a file: the parser's time is spent once for a source, and its
 * memory never in this process.
 *
 * @param cacheFile replaced whenever source, schema or the compiler itself change
 */
export function compileApart(cacheFile: string): CompileApex {
  return (sources, schema): CompileResult => {
    const bytes = serialize(jobOf(sources, schema));
    if (sources.some(({ path }) => path.endsWith('.apex'))) {
      // An anonymous block is compiled for one run: the cache stays the deployed source's.
      const { problems, image } = runCompiler(bytes, dirname(cacheFile));
      return { program: image && linkProgram(image), problems };
    }
    const key = keyOf(bytes);
    const cached = readCache(cacheFile, key);
    if (cached) return { program: linkProgram(cached), problems: [] };
    const { problems, image } = runCompiler(bytes, dirname(cacheFile));
    if (image === undefined) return { program: undefined, problems };
    writeCache(cacheFile, key, image);
    return { program: linkProgram(image), problems };
  };
}

function jobOf(sources: readonly SourceFile[], schema: Schema): CompileJob {
  return { sources, objects: schema.all() };
}

function runCompiler(job: Uint8Array, folder: string): CompileOutcome {
  const workDir = mkdtempSync(join(folder, 'compile-'));
  try {
    const [jobFile, outcomeFile] = [join(workDir, 'job'), join(workDir, 'outcome')];
    writeFileSync(jobFile, job);
    const main = join(import.meta.dirname, 'compile-main.ts');
    execFileSync(process.execPath, [main, jobFile, outcomeFile], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return deserialize(readFileSync(outcomeFile)) as CompileOutcome;
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** Whole or not at all, also when two processes compile at once. */
function writeCache(file: string, key: string, image: Uint8Array): void {
  const written = `${file}.${process.pid}.new`;
  writeFileSync(written, serialize({ key, image }));
  renameSync(written, file);
}

/** A cache of another version, or one that a kill cut short, counts as none. */
function readCache(file: string, key: string): Uint8Array | undefined {
  try {
    const cache = deserialize(readFileSync(file)) as { key: string; image: Uint8Array };
    return cache.key === key ? cache.image : undefined;
  } catch {
    return undefined;
  }
}

/** Over source, schema, the compiler's own files and the Node that wrote the bytes. */
function keyOf(job: Uint8Array): string {
  const hash = createHash('sha256').update(process.version).update(job);
  const compiler = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true });
  for (const entry of compiler.filter((one) => one.isFile())) {
    hash.update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}
