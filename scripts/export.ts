import { resolve } from 'node:path';
import process from 'node:process';
import { exportMirror } from './export/export-mirror.ts';
import { accessOf, orgApi } from './export/org-api.ts';
import { readCommandLine } from './one-machine/command-line.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `RTS_API_KEY=rts_… npm run export -- --api URL --org ID --to DIR

  --api URL   the receiver, e.g. https://rts.example.com
  --org ID    the org, 15 or 18 characters
  --to DIR    gets a file per object, one JSON object per record and line

Writes all that is mirrored of an org. The key is read from the environment, where no list of processes shows it.`;

await runMain(async () => {
  const options = readCommandLine(process.argv.slice(2), USAGE, {
    api: { type: 'string' },
    org: { type: 'string' },
    to: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (options.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { to } = options;
  if (!to) throw new UserError(`--to is needed.\n\n${USAGE}`);
  const ask = orgApi(accessOf(options, process.env, USAGE));
  for (const { object, records } of await exportMirror((path) => ask('GET', path), resolve(to))) {
    process.stdout.write(`${object.padEnd(30)} ${records}\n`);
  }
});
