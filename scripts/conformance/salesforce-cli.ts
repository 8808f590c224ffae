import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

export interface SalesforceCli {
  /**
   * Runs `sf … --json`.
   * @returns its `result`
   * @throws Error with the command's own words when it ends with another exit code than 0
   */
  run(args: readonly string[], options?: RunOptions): Promise<unknown>;
  /**
   * Runs a command that knows no `--json`.
   * @throws Error with the command's own words when it ends with another exit code than 0
   */
  say(args: readonly string[]): Promise<void>;
  /** Where it keeps sign-ins; absolute. */
  readonly home: string;
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** The exit code that is right; 0 by default. */
  readonly exitCode?: number;
  /** Another SFDX project to run in. */
  readonly cwd?: string;
}

interface CliAnswer {
  readonly status: number;
  readonly result?: unknown;
  readonly message?: string;
}

/** No command takes so long; a hung one must not hold the run for ever. */
const TIMEOUT_MS = 5 * 60_000;

/**
 * The Salesforce CLI with a home of its own, so that no login of the person who runs this is seen or changed, and
 * without anything it sends to others than the org.
 * @param home an absolute folder; made when it does not exist
 * @param cwd where commands run: an SFDX project
 */
export function createSalesforceCli(sfScript: string, home: string, cwd: string): SalesforceCli {
  mkdirSync(home, { recursive: true });
  const base: NodeJS.ProcessEnv = {
    ...wayToTheRegistry(),
    PATH: process.env['PATH'],
    HOME: home,
    SF_DATA_DIR: join(home, 'data'),
    SF_CACHE_DIR: join(home, 'cache'),
    SF_CONFIG_DIR: join(home, 'config'),
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    SF_DISABLE_TELEMETRY: 'true',
    SF_AUTOUPDATE_DISABLE: 'true',
    SF_SKIP_NEW_VERSION_CHECK: 'true',
    SF_HIDE_RELEASE_NOTES: 'true',
    SF_DISABLE_LOG_FILE: 'true',
    SF_DISABLE_DNS_CHECK: 'true',
    SF_DISABLE_SOURCE_MEMBER_POLLING: 'true',
    NO_COLOR: '1',
  };
  return {
    home,
    async say(args) {
      const { code, stdout, stderr } = await runNode([sfScript, ...args], base, cwd);
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr.trim() || stdout.trim()}`);
    },
    async run(args, { env = {}, exitCode = 0, cwd: folder = cwd } = {}) {
      const ended = await runNode([sfScript, ...args, '--json'], { ...base, ...env }, folder);
      const answer = parseAnswer(ended.stdout);
      if (ended.code === exitCode && answer !== undefined) return answer.result;
      throw new Error(
        `exit code ${ended.code}: ${answer?.message ?? (ended.stderr.trim() || ended.stdout.trim())}`,
      );
    },
  };
}

/** How this machine reaches npm's registry, for the one command that installs something. */
function wayToTheRegistry(): NodeJS.ProcessEnv {
  const isNeeded = (name: string) =>
    /^(npm_config_(cafile|globalconfig|registry|userconfig|(https?_)?proxy)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|(https?|no)_proxy)$/i.test(
      name,
    );
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isNeeded(name)));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Undefined when the command said something else than JSON. */
function parseAnswer(text: string): CliAnswer | undefined {
  try {
    return JSON.parse(text) as CliAnswer;
  } catch {
    return undefined;
  }
}
