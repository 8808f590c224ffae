import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { ConfigError, readConfig, SETTING_NAMES } from './config.ts';
import { addStacks } from './stacks/all-stacks.ts';

const BUNDLES = join(import.meta.dirname, '../dist/functions');

/** What `cdk` runs. Prints one line per fault of a setting and no stack trace. */
function main(): void {
  const app = new App();
  const context = SETTING_NAMES.map((name) => [name, app.node.tryGetContext(name)]);
  const config = readConfig(Object.fromEntries(context));
  if (!existsSync(BUNDLES)) {
    throw new ConfigError(
      'The functions are not bundled yet: use npm run synth or npm run deploy.',
    );
  }
  addStacks(app, { config, bundles: BUNDLES });
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
