import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { deserialize, serialize } from 'node:v8';
import type { ObjectSchema } from '../schema/schema.ts';
import { keep, readKept } from './kept-file.ts';
import type { CompileApex, CompileProblem, CompileResult, SourceFile } from './program.ts';
import { linkProgram } from './program-image.ts';

export interface CompileJob {
  readonly sources: readonly SourceFile[];
  readonly objects: readonly ObjectSchema[];
  /** Where syntax trees are kept, and for which version of the compiler; left out, none are. */
  readonly trees?: { readonly file: string; readonly version: string };
}

export interface CompileOutcome {
  readonly problems: readonly CompileProblem[];
  readonly image: Uint8Array | undefined;
}

/** Compiles in a child process: what the parser needs is never in the memory of this one. */
export const compileInChild: CompileApex = (sources, schema): CompileResult => {
  const { problems, image } = runCompiler({ sources, objects: schema.all() }, tmpdir());
  return { program: image && linkProgram(image), problems };
};

/**
 * Compiles in a child process and keeps the result in a file: the parser's time is spent once for a source, and its
 * memory never in this process. Syntax trees are kept beside it, so that a change costs what is new in it.
 *
 * @param cacheFile replaced whenever source, schema or the compiler itself change
 */
export function compileApart(cacheFile: string): CompileApex {
  return (sources, schema): CompileResult => {
    const compiler = compilerVersion();
    const input = { sources, objects: schema.all() };
    const job: CompileJob = {
      ...input,
      trees: { file: `${cacheFile}.trees`, version: compiler },
    };
    if (sources.some(({ path }) => path.endsWith('.apex'))) {
      // An anonymous block is compiled for one run: the cache stays the deployed source's.
      const { problems, image } = runCompiler(job, dirname(cacheFile));
      return { program: image && linkProgram(image), problems };
    }
    const version = createHash('sha256').update(compiler).update(serialize(input)).digest('hex');
    const cached = readKept<Uint8Array>(cacheFile, version);
    if (cached) return { program: linkProgram(cached), problems: [] };
    const { problems, image } = runCompiler(job, dirname(cacheFile));
    if (image === undefined) return { program: undefined, problems };
    keep(cacheFile, version, image);
    return { program: linkProgram(image), problems };
  };
}

function runCompiler(job: CompileJob, folder: string): CompileOutcome {
  const workDir = mkdtempSync(join(folder, 'compile-'));
  try {
    const [jobFile, outcomeFile] = [join(workDir, 'job'), join(workDir, 'outcome')];
    writeFileSync(jobFile, serialize(job));
    const main = join(import.meta.dirname, 'compile-main.ts');
    execFileSync(process.execPath, [main, jobFile, outcomeFile], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return deserialize(readFileSync(outcomeFile)) as CompileOutcome;
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** Over the compiler's own files and the Node that runs it. */
function compilerVersion(): string {
  const hash = createHash('sha256').update(process.version);
  const compiler = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true });
  for (const entry of compiler.filter((one) => one.isFile())) {
    hash.update(readFileSync(join(entry.parentPath, entry.name)));
  }
  return hash.digest('hex');
}
