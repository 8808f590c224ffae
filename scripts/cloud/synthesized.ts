import { join } from 'node:path';
import { bundleFunctions } from '../build/bundle-functions.ts';
import { runCdk } from '../build/run-cdk.ts';
import { UserError } from '../one-machine/user-error.ts';

const DIST = join(import.meta.dirname, '../../dist');

/** Bundles and synthesizes what would be deployed. @returns the cloud assembly */
export async function synthesized(): Promise<string> {
  await bundleFunctions(join(DIST, 'functions'));
  if ((await runCdk(['synth', '--quiet'], { quiet: true })) !== 0) {
    throw new UserError('The templates could not be synthesized; see above.');
  }
  return join(DIST, 'cdk');
}
