import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { UserError } from '../one-machine/user-error.ts';

/** The clients as they were installed. */
export interface Clients {
  /** `bin/run.js` of the Salesforce CLI. */
  readonly sfScript: string;
  /** Loads a package of theirs, e.g. `jsforce`. */
  readonly require: NodeJS.Require;
  /** Package → version, of the two that are driven. */
  readonly versions: ReadonlyMap<string, string>;
}

const MANIFEST = join(import.meta.dirname, 'clients');
const FILES = ['package.json', 'package-lock.json'];
/** Says that an installation came to its end; its name carries what was installed. */
const DONE = 'installed';

/**
 * Installs the clients beside the project, by their own lock file, unless that very lock file is installed already.
 * @param cache folder to keep installations in
 * @throws UserError when npm cannot install them
 */
export function installClients(cache: string): Clients {
  const folder = join(cache, lockDigest());
  if (!existsSync(join(folder, DONE))) install(folder);
  const require = createRequire(join(folder, 'package.json'));
  const cli = join(folder, 'node_modules/@salesforce/cli');
  return {
    sfScript: join(cli, 'bin/run.js'),
    require,
    versions: new Map([
      ['@salesforce/cli', versionIn(cli)],
      ['jsforce', versionIn(join(folder, 'node_modules/jsforce'))],
    ]),
  };
}

function lockDigest(): string {
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(readFileSync(join(MANIFEST, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Install scripts stay off: what is driven here needs none, and they are other people's code. */
function install(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) copyFileSync(join(MANIFEST, file), join(folder, file));
  const { status, stderr } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, encoding: 'utf8', env: envWithThisNode() },
  );
  if (status !== 0) {
    throw new UserError(
      `The clients cannot be installed (npm ci ended with ${status}):\n${stderr.trim()}`,
    );
  }
  writeFileSync(join(folder, DONE), '');
}

/** The clients ask for a newer Node than the machine's own may be: this process' Node comes first. */
function envWithThisNode(): NodeJS.ProcessEnv {
  const { PATH = '' } = process.env;
  return { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${PATH}` };
}

function versionIn(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
