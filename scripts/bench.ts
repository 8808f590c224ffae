import process from 'node:process';
import { runMain, UserError } from './one-machine/user-error.ts';

/** `npm run bench -- NAME`: measures on this machine and prints what was measured. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  main: async () => (await import('./bench/main-job.ts')).benchMainJob(),
  apex: async (args) => (await import('./bench/apex/bench-apex.ts')).benchApex(args),
  cloud: async (args) => (await import('./bench/cloud.ts')).benchCloud(args),
  org: async () => (await import('./bench/org.ts')).benchOrg(),
  estimate: async () => (await import('./bench/estimate.ts')).benchEstimate(),
  page: async () => (await import('./bench/page.ts')).benchPage(),
  mirror: async () => (await import('./bench/mirror.ts')).benchMirror(),
  activities: async () => (await import('./bench/activities.ts')).benchActivities(),
};

await runMain(async () => {
  const name = process.argv[2] ?? '';
  const bench = BENCHES[name];
  if (!bench)
    throw new UserError(
      `npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}.`,
    );
  await bench(process.argv.slice(3));
});
