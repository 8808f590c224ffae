import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../project-root.ts';

/** One static check, told by name in `npm run check`. */
export interface Check {
  readonly name: string;
  /** Why the check cannot run on this machine; undefined when it can. */
  readonly obstacle?: () => Promise<string | undefined>;
  /** Resolves with the faults found; none means it holds. */
  readonly run: () => Promise<readonly string[]>;
}

/** A tool that a dependency installs, by its command's name. */
export const installed = (name: string) => join(projectRoot, 'node_modules', '.bin', name);

/** Runs a tool; its output is the fault when it exits with another code than 0. */
export function command(
  file: string,
  args: readonly string[],
  folder = projectRoot,
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => resolve([error.message]));
    child.on('close', (code) =>
      resolve(
        code === 0
          ? []
          : [Buffer.concat(output).toString('utf8') || `${file} ended with exit code ${code}`],
      ),
    );
  });
}

/** Undefined when there is a Java to run tools with. */
export async function withoutJava(): Promise<string | undefined> {
  return (await command('java', ['-version'])).length === 0 ? undefined : 'Java is not installed';
}
