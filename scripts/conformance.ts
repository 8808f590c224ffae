import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { World } from './conformance/conformance-case.ts';
import { type Clients, installClients } from './conformance/install-clients.ts';
import { JSFORCE_CASES } from './conformance/jsforce-cases.ts';
import { startPracticeOrg } from './conformance/practice-org.ts';
import { runCases } from './conformance/run-cases.ts';
import { createSalesforceCli } from './conformance/salesforce-cli.ts';
import { SF_CODE_CASES } from './conformance/sf-code-cases.ts';
import { SF_DATA_CASES } from './conformance/sf-data-cases.ts';
import { SF_LOGIN_CASES } from './conformance/sf-login-cases.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `npm run conformance -- [options]

Drives the practice org with clients that were not written for it: the Salesforce CLI and jsforce.
They are installed under node_modules/.cache, by a lock file of their own.

  --help              show this

Exit code: 0 when every case held. The last line is "N of N".`;

const root = join(import.meta.dirname, '..');
const CASES = [...SF_LOGIN_CASES, ...SF_DATA_CASES, ...SF_CODE_CASES, ...JSFORCE_CASES];

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const clients = installClients(join(root, 'node_modules/.cache/conformance'));
  for (const [name, version] of clients.versions) console.log(`${name} ${version}`);
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const held = await runAll(clients, folder);
    console.log(`${held} of ${CASES.length}`);
    process.exitCode = held === CASES.length ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function runAll(clients: Clients, folder: string): Promise<number> {
  const connectedApp = createConnectedApp(folder);
  const org = await startPracticeOrg(join(folder, 'org'), [
    '--connected-app',
    `${connectedApp.clientId}=${connectedApp.publicKeyFile}`,
  ]);
  const files = join(folder, 'files');
  mkdirSync(files);
  try {
    return await runCases(CASES, {
      org,
      sf: createSalesforceCli(clients.sfScript, join(folder, 'home'), root),
      require: clients.require,
      folder: files,
      connectedApp,
    });
  } finally {
    await org.close();
  }
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

function readOptions(args: readonly string[]): { readonly kind: 'run' } | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' } },
    });
    return values.help ? 'help' : { kind: 'run' };
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}
