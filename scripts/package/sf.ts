import { type SpawnOptions, spawn } from 'node:child_process';
import process from 'node:process';
import { UserError } from '../one-machine/user-error.ts';

/** Salesforce's command line, as the admin installed it and signed in with it. */
export interface Sf {
  /**
   * Runs a command in a folder; what it prints goes to the terminal.
   * @throws UserError when `sf` is not installed or ends with an error
   */
  run(args: readonly string[], folder: string): Promise<void>;
  /**
   * Runs a command with `--json`.
   * @returns its answer, whatever the exit code: a failed test run answers too
   * @throws UserError when `sf` is not installed or answers no JSON
   */
  ask(args: readonly string[], folder: string): Promise<SfAnswer>;
}

interface SfAnswer {
  readonly status: number;
  /** Parsed and unchecked. */
  readonly result: unknown;
  /** Of a command that failed. */
  readonly message?: string;
}

const NOT_INSTALLED =
  'The Salesforce CLI is not installed: there is no command "sf". Install it with `npm install --global @salesforce/cli`, ' +
  'then sign in with `sf org login web --alias NAME`.';

export interface SfOptions {
  /** Environment of the commands; `PATH` leads to `sf`. */
  readonly env?: NodeJS.ProcessEnv;
  /** What `sf` is called by: a program, and arguments before its own. */
  readonly program?: readonly [string, ...string[]];
  /** Where commands print: standard output is left alone when somebody reads JSON there. */
  readonly printTo?: 'stdout' | 'stderr';
}

export function createSf(options: SfOptions = {}): Sf {
  const { env = process.env, program = ['sf'], printTo = 'stdout' } = options;
  const start = (args: readonly string[], spawning: SpawnOptions) =>
    startProgram(program, args, { env, ...spawning });
  const printing: SpawnOptions['stdio'] = ['inherit', printTo === 'stdout' ? 1 : 2, 'inherit'];
  return {
    async run(args, folder) {
      const { code } = await start(args, { cwd: folder, stdio: printing });
      if (code !== 0) throw new UserError(`sf ${args.slice(0, 3).join(' ')} failed (${code}).`);
    },
    async ask(args, folder) {
      const stdio: SpawnOptions['stdio'] = ['ignore', 'pipe', 'inherit'];
      const { text } = await start([...args, '--json'], { cwd: folder, stdio });
      return parseAnswer(args, text);
    },
  };
}

/** Tells the commands instead of running them. A question gets no answer. */
export function createPrintingSf(print: (line: string) => void): Sf {
  const tell = (args: readonly string[]) => print(['sf', ...args].map(quoted).join(' '));
  return {
    run: async (args) => tell(args),
    async ask(args) {
      tell([...args, '--json']);
      return { status: 0, result: undefined };
    },
  };
}

/** No shell in between: an argument is an argument, whatever characters it has. */
function startProgram(
  [program, ...before]: readonly [string, ...string[]],
  args: readonly string[],
  options: SpawnOptions,
): Promise<{ readonly code: number | null; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...before, ...args], options);
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new UserError(NOT_INSTALLED) : error),
    );
    child.on('close', (code) => resolve({ code, text: Buffer.concat(output).toString('utf8') }));
  });
}

function parseAnswer(args: readonly string[], text: string): SfAnswer {
  try {
    const answer = JSON.parse(text) as Partial<SfAnswer> | null;
    if (typeof answer?.status === 'number') return { ...answer, status: answer.status } as SfAnswer;
  } catch {
    // Told below: what it printed instead may hold anything.
  }
  throw new UserError(`sf ${args.slice(0, 3).join(' ')} answered no JSON. Is the CLI up to date?`);
}

/** For reading and for a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
