import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');

export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the first line that begins so. @throws Error with what was said when it ends before */
  line(prefix: string): Promise<string>;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

/** Starts a script of this project on the same Node, in a process group of its own. */
export function runScript(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Child {
  const child = spawn(process.execPath, [join(root, 'scripts/run.js'), script, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  const watchers: ((line: string) => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      said.push(line);
      for (const watch of watchers) watch(line);
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return {
    process: child,
    ended,
    output: () => said.join('\n'),
    line: (prefix) =>
      new Promise((resolve, reject) => {
        const already = said.find((line) => line.startsWith(prefix));
        if (already !== undefined) resolve(already);
        watchers.push((line) => {
          if (line.startsWith(prefix)) resolve(line);
        });
        void ended.then(() => reject(new Error(`${script} ended:\n${said.join('\n')}`)));
      }),
  };
}

/** Ends a child and everything it started. */
export function killGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.process.pid === undefined || child.process.exitCode !== null) return;
  try {
    process.kill(-child.process.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
