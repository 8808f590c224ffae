import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { bundleFunctions } from './build/bundle-functions.ts';
import { runCdk } from './build/run-cdk.ts';
import { requireCredentials } from './cloud/credentials.ts';
import { readOutputs } from './cloud/deployment.ts';
import { firstSteps } from './cloud/first-steps.ts';
import { openControlTable } from './cloud/setup-code.ts';
import { runMain } from './one-machine/user-error.ts';

/**
 * `npm run deploy -- [-c stage=… -c region=… …] [options of cdk deploy]`: bundles, deploys every stack with the
 * credentials of the environment, prints where Apex will call, and for a deployment without orgs a set-up code.
 *
 * `npm run deploy -- --setup-code` only prints another code.
 */
const DIST = join(import.meta.dirname, '../dist');
const OUTPUTS = join(DIST, 'outputs.json');

await runMain(async () => {
  const args = process.argv.slice(2);
  const codeOnly = args.includes('--setup-code');
  requireCredentials(process.env, homedir());
  if (!codeOnly && !(await deploy(args))) return;
  const {
    GatewayUrl = '',
    ControlTable = '',
    Region = '',
  } = readOutputs(OUTPUTS, ['GatewayUrl', 'ControlTable', 'Region']);
  const control = openControlTable(ControlTable, { region: Region });
  const lines = await firstSteps(GatewayUrl, control, { another: codeOnly });
  console.log(`\n${lines.join('\n')}`);
});

async function deploy(args: readonly string[]): Promise<boolean> {
  mkdirSync(DIST, { recursive: true });
  await bundleFunctions(join(DIST, 'functions'));
  process.exitCode = await runCdk(['deploy', '--all', '--outputs-file', OUTPUTS, ...args]);
  return process.exitCode === 0;
}
