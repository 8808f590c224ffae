import { join, resolve } from 'node:path';
import process from 'node:process';
import { restoreStores } from '../lambdas/adapters/sqlite/backup.ts';
import { readCommandLine, told } from './one-machine/command-line.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `npm run restore -- --from DIR [--data DIR]

  --from DIR   a folder that npm run backup wrote
  --data DIR   what npm start was given (default .data)

Puts the copy in the place of the receiver's data; what was there is moved aside. Stop the receiver first.`;

await runMain(async () => {
  const options = readCommandLine(process.argv.slice(2), USAGE, {
    from: { type: 'string' },
    data: { type: 'string', default: '.data' },
    help: { type: 'boolean', short: 'h' },
  });
  if (options.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (options.from === undefined) throw new UserError(`--from is missing.\n\n${USAGE}`);
  const source = resolve(options.from);
  const dataDir = join(resolve(options.data), 'receiver');
  const { files, before } = told(() => restoreStores(dataDir, source, Date.now()));
  const aside = before === undefined ? '' : ` What was there is in ${before}.`;
  process.stdout.write(`Restored ${files.join(' and ')}.${aside}\n`);
});
