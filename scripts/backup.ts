import { join, resolve } from 'node:path';
import process from 'node:process';
import { backUpStores } from '../lambdas/adapters/sqlite/backup.ts';
import { readCommandLine, told } from './one-machine/command-line.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `npm run backup -- --to DIR [--data DIR] [--secrets]

  --to DIR     a new folder for the copy
  --data DIR   what npm start was given (default .data)
  --secrets    copy tokens and sign-in keys too; keep such a copy as safe as they are

Copies the receiver's data as it is now, also while it runs.`;

await runMain(async () => {
  const options = readCommandLine(process.argv.slice(2), USAGE, {
    to: { type: 'string' },
    data: { type: 'string', default: '.data' },
    secrets: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  });
  if (options.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (options.to === undefined) throw new UserError(`--to is missing.\n\n${USAGE}`);
  const target = resolve(options.to);
  const dataDir = join(resolve(options.data), 'receiver');
  const files = told(() => backUpStores(dataDir, target, { withSecrets: options.secrets }));
  process.stdout.write(`Copied to ${files.join(' and ')}.\n`);
});
