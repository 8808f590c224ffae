import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startCloudMachine } from './cloud/cloud-machine.ts';
import { synthesized } from './cloud/synthesized.ts';
import { onNpmGone } from './one-machine/npm-watch.ts';
import { runMain } from './one-machine/user-error.ts';

/**
 * What would be deployed, on one machine: the synthesized templates run on loopback, beside a practice org.
 *
 *   npm run start:cloud -- [--data DIR] [--assembly DIR] [--import DIR]
 *
 * Tables and queues are in memory: a stop forgets them. Without `--assembly` the templates are synthesized first.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '.data/cloud' },
    assembly: { type: 'string' },
    import: { type: 'string' },
  },
});

await runMain(async () => {
  onNpmGone(() => process.exit(1));
  const machine = await startCloudMachine({
    dataDir: resolve(values.data),
    assembly: values.assembly === undefined ? await synthesized() : resolve(values.assembly),
    importDir: values.import === undefined ? undefined : resolve(values.import),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void machine.close().finally(() => process.exit(0)));
  }
  process.stdout.write(`ready: open ${machine.local.page}\n`);
});
