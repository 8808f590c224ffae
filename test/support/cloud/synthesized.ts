import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readConfig } from '../../../cdk/config.ts';
import { addStacks } from '../../../cdk/stacks/all-stacks.ts';
import { bundleFunctions } from '../../../scripts/build/bundle-functions.ts';

/**
 * What `npm run synth` makes, in a folder of its own.
 *
 * @param makeBundles fills a folder with one bundle per function; by default as they are deployed
 * @returns the cloud assembly
 */
export async function synthesized(
  folder: string,
  makeBundles: (folder: string) => unknown = bundleFunctions,
): Promise<string> {
  const bundles = join(folder, 'functions');
  mkdirSync(bundles, { recursive: true });
  await makeBundles(bundles);
  const assembly = join(folder, 'assembly');
  // The command line sets it: where the code of functions lies stands in the templates.
  const context = { 'aws:cdk:enable-asset-metadata': true };
  const app = new App({ outdir: assembly, context });
  addStacks(app, { config: readConfig({}), bundles });
  app.synth();
  return assembly;
}
