import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { ConformanceCase, World } from './conformance/conformance-case.ts';
import { installClients } from './conformance/install-clients.ts';
import { JSFORCE_CASES } from './conformance/jsforce-cases.ts';
import { ORG_HEALTH_CASE } from './conformance/org-health-case.ts';
import { PACKAGE_CASES } from './conformance/package-cases.ts';
import { PLUGIN_CASES } from './conformance/plugin-cases.ts';
import { type PluginMachine, startPluginMachine } from './conformance/plugin-machine.ts';
import { startPracticeOrg } from './conformance/practice-org.ts';
import { KNOWN_DIFFERENCES, NOT_COMPARED } from './conformance/recordings/known-differences.ts';
import { readRecordings } from './conformance/recordings/recorded-answer.ts';
import { recordingCases } from './conformance/recordings/recording-cases.ts';
import { writeWhizbangSource } from './conformance/recordings/whizbang-source.ts';
import { runCases } from './conformance/run-cases.ts';
import { createSalesforceCli } from './conformance/salesforce-cli.ts';
import { SF_CODE_CASES } from './conformance/sf-code-cases.ts';
import { SF_DATA_CASES } from './conformance/sf-data-cases.ts';
import { SF_LOGIN_CASES } from './conformance/sf-login-cases.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `npm run conformance -- [options]

Drives the practice org with clients that were not written for it: the Salesforce CLI and jsforce.
They are installed under node_modules/.cache, by a lock file of their own.

  --recordings DIR    compare with what real orgs answered instead: the .json files below DIR
  --only TEXT         only the cases whose name contains it, and the login that others need
  --help              show this

With --recordings, the same requests go to the practice org, and status, headers, keys, their order and the types of
values are compared; what may differ is listed with its reason in scripts/conformance/recordings/known-differences.ts.

Exit code: 0 when every case held. The last line is "N of N".`;

const root = join(import.meta.dirname, '..');
const CLIENT_CASES = [
  ...SF_LOGIN_CASES,
  ...SF_DATA_CASES,
  ...SF_CODE_CASES,
  ...JSFORCE_CASES,
  ...PACKAGE_CASES,
  ...PLUGIN_CASES,
  ORG_HEALTH_CASE,
];

interface Options {
  /** Absolute; undefined without recordings. */
  readonly recordings: string | undefined;
  readonly only: string;
}

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const cases = casesOf(options);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    // What cannot be installed or started fails every case.
    const held = await runAll(cases, options, folder).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      console.log(error.message);
      return 0;
    });
    console.log(`${held} of ${cases.length}`);
    process.exitCode = held === cases.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @throws UserError when no case is left */
function casesOf({ recordings, only }: Options): readonly ConformanceCase[] {
  const all = recordings === undefined ? CLIENT_CASES : recordingCases(readRecordings(recordings));
  const [login] = CLIENT_CASES;
  const cases = all.filter((one) => one === login || one.name.includes(only));
  if (!cases.some(({ name }) => name.includes(only)))
    throw new UserError(`--only ${only}: no case has such a name.`);
  if (recordings !== undefined) {
    for (const [file, reason] of NOT_COMPARED) console.log(`not compared: ${file}: ${reason}`);
    for (const { file, kind, where, reason } of KNOWN_DIFFERENCES) {
      console.log(`differs: ${file}: ${kind} at ${where}: ${reason}`);
    }
  }
  return cases;
}

async function runAll(
  cases: readonly ConformanceCase[],
  { recordings }: Options,
  folder: string,
): Promise<number> {
  const connectedApp = createConnectedApp(folder);
  const app = ['--connected-app', `${connectedApp.clientId}=${connectedApp.publicKeyFile}`];
  const source = join(folder, 'source');
  if (recordings !== undefined) writeWhizbangSource(source);
  const sourceArgs = recordings === undefined ? [] : ['--source', source];
  const files = join(folder, 'files');
  mkdirSync(files);
  const clients = recordings === undefined ? installedClients(folder) : noClients();
  const org = await startPracticeOrg(join(folder, 'org'), [...app, ...sourceArgs]);
  let machine: Promise<PluginMachine> | undefined;
  const openMachine = () => {
    machine ??= startPluginMachine(join(folder, 'machine'));
    return machine;
  };
  const closeAll = async () => {
    await org.close();
    await (await machine)?.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void closeAll().finally(() => process.exit(1)));
  }
  try {
    const world = { org, ...clients, folder: files, connectedApp, machine: openMachine };
    return await runCases(cases, world);
  } finally {
    await closeAll();
  }
}

/** Comparing recordings takes none. */
function noClients(): Pick<World, 'sf' | 'require'> {
  return {
    sf: {
      run: () => Promise.reject(new Error('no client is installed for recordings')),
      say: () => Promise.reject(new Error('no client is installed for recordings')),
      home: '',
    },
    require: createRequire(import.meta.url),
  };
}

function installedClients(folder: string): Pick<World, 'sf' | 'require'> {
  const { sfScript, require, versions } = installClients(
    join(root, 'node_modules/.cache/conformance'),
  );
  for (const [name, version] of versions) console.log(`${name} ${version}`);
  return { sf: createSalesforceCli(sfScript, join(folder, 'home'), root), require };
}

function createConnectedApp(
  folder: string,
): World['connectedApp'] & { readonly publicKeyFile: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keyFile = join(folder, 'server.key');
  const publicKeyFile = join(folder, 'server.pub');
  writeFileSync(keyFile, privateKey, { mode: 0o600 });
  writeFileSync(publicKeyFile, publicKey);
  return { clientId: 'conformance', keyFile, publicKeyFile };
}

function readOptions(args: readonly string[]): Options | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        recordings: { type: 'string' },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return 'help';
    const { recordings, only } = values;
    return { recordings: recordings === undefined ? undefined : resolve(recordings), only };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}
