import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Connection } from 'jsforce/lib/core.js';
import { createRealScheduler, type RealScheduler } from '../local/real-scheduler.ts';
import { Receiver } from '../local/receiver/receiver.ts';
import { buildPage } from './one-machine/build-page.ts';
import { clockOffsetMs, keepClockOffset } from './one-machine/clock-file.ts';
import { connectOrg } from './one-machine/connect-org.ts';
import { type MachineIdentity, machineIdentity } from './one-machine/identity-file.ts';
import { importFolder } from './one-machine/import-csv.ts';
import { inviteToConnect } from './one-machine/invite.ts';
import { loadSample } from './one-machine/load-sample.ts';
import { lockDataDir } from './one-machine/lock.ts';
import { onNpmGone } from './one-machine/npm-watch.ts';
import { type OneMachineOptions, readOptions, USAGE } from './one-machine/options.ts';
import {
  advanceOrgClock,
  type OrgProcess,
  type OrgSettings,
  startOrgProcess,
} from './one-machine/org-process.ts';
import { playDay, prepareDay } from './one-machine/play-day.ts';
import { portError } from './one-machine/port-error.ts';
import { signIn } from './one-machine/sign-in.ts';
import { runMain, UserError } from './one-machine/user-error.ts';

/**
 * Everything on one machine: `npm start`. The receiver runs in this process, the practice org in another.
 */
const GATEWAY_URL = 'https://rts.example';
const SYNC_USERNAME = 'alex@practice.example';
/** Marks a data folder whose practice org is filled. */
const LOADED = 'loaded';
const root = join(import.meta.dirname, '..');
const SOURCES = [join(root, 'force-app/main'), join(root, 'force-app/site')];

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(`${USAGE}\n`);
  else await start(options);
});

async function start(options: OneMachineOptions): Promise<void> {
  onNpmGone(() => process.exit(1));
  await lockDataDir(options.dataDir);
  const identity = machineIdentity(options.dataDir);
  const firstLoad = prepareFirstLoad(options);
  let offsetMs = clockOffsetMs(options.dataDir);
  const scheduler = createRealScheduler({ onError: report, offsetMs });
  const receiver = await listen(options.port, scheduler);
  const org = await startOrgProcess(orgSettings(options, identity, receiver.url, offsetMs));
  const pageDir = join(options.dataDir, 'page');
  await buildPage(pageDir);
  await receiver.start({
    dataDir: join(options.dataDir, 'receiver'),
    pageDir,
    packageVersionId: packageVersionOf(org.installUrl),
    packageDir: await carriedSource(options),
    loginHost: org.url,
    gatewayUrl: GATEWAY_URL,
    controlToken: identity.controlToken,
    advanceOthers: async (seconds) => {
      offsetMs += seconds * 1000;
      keepClockOffset(options.dataDir, offsetMs);
      await advanceOrgClock(org.url, identity.controlToken, seconds);
    },
  });
  const stopping = stopOnSignals(receiver, org);
  const accessToken = await signIn(org.url, identity, SYNC_USERNAME, scheduler.now());
  if (firstLoad) await load(options, org.url, accessToken, scheduler.now());
  const { dataDir } = options;
  const there = { identity, receiver, orgUrl: org.url, accessToken, dataDir };
  if (options.fresh) {
    const page = await inviteToConnect(there);
    const how = org.installUrl ?? 'by its button in the page';
    process.stdout.write(`then install the package: ${how}\n`);
    process.stdout.write(`ready: connect the org at ${page}\n`);
    return;
  }
  const local = await connectOrg({ ...there, username: SYNC_USERNAME });
  process.stdout.write(`ready: open ${local.page}\n`);
  if (!options.activities) return;
  await playDay(local, dataDir, stopping).catch((error: unknown) => {
    if (!stopping.aborted) report('sample day', error);
  });
}

/** Salesforce's library that converts it takes seconds to load: only where it is wanted. */
async function carriedSource(options: OneMachineOptions): Promise<string | undefined> {
  if (!options.fromSource) return undefined;
  const { buildPackageSource } = await import('./build/package-source.ts');
  const folder = join(options.dataDir, 'package');
  await buildPackageSource(folder);
  return folder;
}

/** The version that an install link names. */
function packageVersionOf(installUrl: string | undefined): string | undefined {
  return (installUrl && new URL(installUrl).searchParams.get('p0')) || undefined;
}

/**
 * Whether this start fills a new org. A first load that a kill cut short starts over: the folder holds nothing of
 * anybody's yet.
 */
function prepareFirstLoad(options: OneMachineOptions): boolean {
  if (!existsSync(join(options.dataDir, LOADED))) {
    for (const part of ['org', 'receiver', 'local.json', 'clock-offset', 'sample-day.json']) {
      rmSync(join(options.dataDir, part), { recursive: true, force: true });
    }
    return true;
  }
  if (options.importDir !== undefined || options.fresh) {
    const option = options.fresh ? '--fresh' : '--import';
    throw new UserError(
      `${option} fills a new practice org, but ${options.dataDir} holds one already. Choose another folder with --data DIR.`,
    );
  }
  return false;
}

async function load(
  options: OneMachineOptions,
  instanceUrl: string,
  accessToken: string,
  nowMs: number,
): Promise<void> {
  const connection = new Connection({ instanceUrl, accessToken, version: '66.0' });
  if (options.importDir !== undefined) {
    const loaded = await importFolder(connection, options.importDir);
    const counts = [...loaded].map(([object, rows]) => `${rows} ${object}`).join(', ');
    process.stdout.write(`imported ${counts}\n`);
  } else if (options.sample) {
    await loadSample(connection, nowMs);
    if (options.activities) await prepareDay(connection, options.dataDir, nowMs);
  }
  writeFileSync(join(options.dataDir, LOADED), '');
}

async function listen(port: number, scheduler: RealScheduler): Promise<Receiver> {
  try {
    return await Receiver.listen({
      port,
      scheduler,
      onError: (error) => report('receiver', error),
    });
  } catch (error) {
    throw portError(error, port, 'PORT');
  }
}

function orgSettings(
  options: OneMachineOptions,
  identity: MachineIdentity,
  receiverUrl: string,
  clockAheadMs: number,
): OrgSettings {
  const folder = join(options.dataDir, 'org');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    databasePath: join(folder, 'org.db'),
    port: options.orgPort,
    orgId: identity.orgId,
    seed: identity.seed,
    sources: options.fresh ? [] : SOURCES,
    ...(options.fresh && !options.fromSource && { package: SOURCES.join(',') }),
    connectedApp: { clientId: identity.clientId, publicKeyPem: identity.publicKeyPem },
    calloutMap: { [GATEWAY_URL]: receiverUrl },
    delays: options.delays,
    clockAheadMs,
    adminToken: identity.controlToken,
  };
}

/**
 * Ctrl-C and SIGTERM let what is under way finish; a second one does not wait.
 * @returns aborted once it stops
 */
function stopOnSignals(receiver: Receiver, org: OrgProcess): AbortSignal {
  const stopping = new AbortController();
  const stop = async () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
    // What is under way needs the org, and the org's last callouts need an open door.
    await receiver.stopWork();
    await org.close();
    await receiver.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  void org.ended.then(() => {
    if (stopping.signal.aborted) return;
    process.stderr.write('The practice org has ended unexpectedly; stopping.\n');
    process.exit(1);
  });
  return stopping.signal;
}

function report(label: string, error: unknown): void {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${label}: ${reason}\n`);
}
