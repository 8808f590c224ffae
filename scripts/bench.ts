import process from 'node:process';
import { runMain, UserError } from './one-machine/user-error.ts';

/** `npm run bench -- NAME`: measures on this machine and prints what was measured. */
const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  main: async () => (await import('./bench/main-job.ts')).benchMainJob(),
  org: async () => (await import('./bench/org.ts')).benchOrg(),
};

await runMain(async () => {
  const name = process.argv[2] ?? '';
  const bench = BENCHES[name];
  if (!bench)
    throw new UserError(
      `npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}.`,
    );
  await bench();
});
