import process from 'node:process';
import { eraseEverywhere } from './export/erase-everywhere.ts';
import { accessOf, orgApi } from './export/org-api.ts';
import { readCommandLine } from './one-machine/command-line.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

const USAGE = `RTS_API_KEY=rts_… npm run erase -- --api URL --org ID (--email ADDRESS | --record ID)

  --api URL        the receiver, e.g. https://rts.example.com
  --org ID         the org, 15 or 18 characters
  --email ADDRESS  whose data is to be erased
  --record ID      the same, by the id of a contact or lead

Erases a person who is no longer in Salesforce from everything that the receiver stores, and says how much that was.
It may be repeated. The key is read from the environment, where no list of processes shows it.`;

await runMain(async () => {
  const options = readCommandLine(process.argv.slice(2), USAGE, {
    api: { type: 'string' },
    org: { type: 'string' },
    email: { type: 'string' },
    record: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  });
  if (options.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const { email, record } = options;
  if ((email === undefined) === (record === undefined)) {
    throw new UserError(`Give one of --email and --record.\n\n${USAGE}`);
  }
  const ask = orgApi(accessOf(options, process.env, USAGE));
  const who = email === undefined ? { recordId: record } : { email };
  for (const line of await eraseEverywhere(ask, who)) process.stdout.write(`${line}\n`);
});
