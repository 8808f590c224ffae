import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { readLocalFile } from './demo/local-file.ts';
import { makePageLink } from './one-machine/page-link.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

/** `npm run page`: prints another link to the page of what `npm start` runs; each opens it once. */
await runMain(async () => {
  const { values } = parseArgs({ options: { data: { type: 'string', default: '.data' } } });
  const file = join(values.data, 'local.json');
  if (!existsSync(file)) {
    throw new UserError(
      `${file} is not there: run npm start first, or name its folder by --data DIR.`,
    );
  }
  const local = readLocalFile(file);
  if (local.apiKey === undefined) {
    throw new UserError('The org is not connected yet: open the link that npm start printed.');
  }
  process.stdout.write(`${await makePageLink(local)}\n`);
});
