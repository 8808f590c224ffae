import { resolve } from 'node:path';
import process from 'node:process';
import { exportMirror } from './export/export-mirror.ts';
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
  const { api, org, to } = options;
  const key = process.env['RTS_API_KEY'];
  if (!api || !org || !to || !key) {
    throw new UserError(`--api, --org, --to and RTS_API_KEY are all needed.\n\n${USAGE}`);
  }
  const ask = async (path: string) => {
    const response = await fetch(`${api}/v1/orgs/${org}${path}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (response.ok) return await response.json();
    throw new UserError(
      `The receiver answered ${response.status} to ${path}: is it the org's key?`,
    );
  };
  for (const { object, records } of await exportMirror(ask, resolve(to))) {
    process.stdout.write(`${object.padEnd(30)} ${records}\n`);
  }
});
