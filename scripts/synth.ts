import { join } from 'node:path';
import process from 'node:process';
import { bundleFunctions } from './build/bundle-functions.ts';
import { runCdk } from './build/run-cdk.ts';

/**
 * `npm run synth -- [-c stage=… …]`: bundles the functions and writes the templates to `dist/cdk`, checked by cdk-nag.
 * Needs no account, no credentials and no network.
 */
await bundleFunctions(join(import.meta.dirname, '../dist/functions'));
process.exitCode = await runCdk(['synth', '--quiet', ...process.argv.slice(2)]);
