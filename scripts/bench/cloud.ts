import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { bundleFunctions } from '../build/bundle-functions.ts';
import { FUNCTION_BUDGETS } from '../build/function-budgets.ts';
import { type CloudMachine, startCloudMachine } from '../cloud/cloud-machine.ts';
import { synthesized } from '../cloud/synthesized.ts';
import { ReceiverClient } from '../demo/receiver-client.ts';
import { until } from '../demo/story.ts';
import { UserError } from '../one-machine/user-error.ts';
import { initialisationMs } from './cloud/cold-start.ts';
import { emulatorLimits } from './cloud/emulator-limits.ts';
import { Measure, type Spending } from './cloud/measure.ts';
import { type Load, NoticeLoad } from './cloud/notice-load.ts';

/** What a load of changed records made the functions spend. */
interface MeasuredLoad extends Load {
  readonly seconds: number;
  readonly spending: Spending;
}

/** What `npm run cost` multiplies by prices. */
export interface CloudMeasurement {
  readonly machine: string;
  readonly date: string;
  readonly gatewayInitialisationMs: number;
  readonly loads: readonly MeasuredLoad[];
  /** One run of the clock for one quiet org. */
  readonly minute: Spending;
  /** What comes due in an hour for one org: the light check, the relations, the examination. */
  readonly hour: Spending;
}

const LOADS: readonly Load[] = [
  { notices: 60, recordsPerNotice: 200 },
  { notices: 1_500, recordsPerNotice: 1 },
];
const LONGEST_MS = 600_000;
const HOUR_SECONDS = 3_600;
/** On a busy machine a batch may take longer than Lambda would allow; what is counted stays the same. */
const PATIENCE = 10;
const BOUNDS = { initialisationMs: 90, bundleBytes: 420_000, requestsPerNotice: 1.2 };

/**
 * `npm run bench -- cloud [--json FILE] [--share 0.2]`: what would be deployed, on this machine's stand-ins for AWS: throughput beside
 * the stand-ins' own, and what each function asks of AWS for a notice. Ends with 1 when a bound is missed. A share of the load
 * does where the machine is busy: counts stay, throughput says less.
 */
export async function benchCloud(args: readonly string[]): Promise<void> {
  const options = { json: { type: 'string' }, share: { type: 'string', default: '1' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const share = Number(values.share);
  if (!(share > 0 && share <= 1)) throw new UserError('--share takes a number up to 1.');
  const dataDir = mkdtempSync(join(tmpdir(), 'rts-bench-'));
  const machine = `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.versions.node}`;
  print('machine', machine);
  try {
    const gatewayInitialisationMs = await coldStart(dataDir);
    const measured: CloudMeasurement = {
      machine,
      date: new Date().toISOString().slice(0, 10),
      gatewayInitialisationMs,
      ...(await measureWork(dataDir, share)),
    };
    if (values.json !== undefined) {
      writeFileSync(values.json, `${JSON.stringify(measured, null, 2)}\n`);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function coldStart(dataDir: string): Promise<number> {
  const bundles = await bundleFunctions(join(dataDir, 'functions'));
  for (const { name, startBytes } of bundles) {
    const limit = name === 'gateway' ? BOUNDS.bundleBytes : FUNCTION_BUDGETS[name].start;
    judge(`bundle of ${name}, kB`, startBytes / 1_000, limit / 1_000);
  }
  const added = await initialisationMs(join(dataDir, 'functions/gateway'));
  judge('initialisation of the gateway over bare Node, ms', added, BOUNDS.initialisationMs);
  return added;
}

async function measureWork(
  dataDir: string,
  share: number,
): Promise<Pick<CloudMeasurement, 'loads' | 'minute' | 'hour'>> {
  const measure = new Measure();
  const assembly = await synthesized();
  const { onCapacity, onInvoked, onLine, onRequest } = measure;
  const hooks = { onCapacity, onInvoked, onLine, onRequest };
  const machine = await startCloudMachine({ dataDir, assembly, patience: PATIENCE, ...hooks });
  try {
    const limits = await emulatorLimits(machine.cloud);
    print('the stand-in for DynamoDB alone', `${limits.putsPerSecond} puts of 1 kB a second`);
    print('the stand-in for SQS alone', `${limits.messagesPerSecond} messages a second`);
    const load = await NoticeLoad.prepare(machine);
    const loads: MeasuredLoad[] = [];
    for (const { notices, recordsPerNotice } of LOADS) {
      const one = { notices: Math.ceil(notices * share), recordsPerNotice };
      // First, every contact comes into being and every function is warm.
      await run(load, measure, one, 'insert');
      const measured = await run(load, measure, one, 'update');
      loads.push(measured);
      tell(measured);
    }
    return { loads, ...(await measureTime(machine, measure)) };
  } finally {
    await machine.close();
  }
}

/** What a deployment does although nothing changes. */
async function measureTime(
  { cloud, local }: CloudMachine,
  measure: Measure,
): Promise<Pick<CloudMeasurement, 'minute' | 'hour'>> {
  const receiver = new ReceiverClient(local);
  await cloud.tick();
  measure.reset();
  await cloud.tick();
  const minute = measure.taken();
  measure.reset();
  await receiver.advanceClocks(HOUR_SECONDS);
  await until('What is due in an hour', LONGEST_MS, async () => {
    const { pass } = await receiver.status();
    return pass?.state === 'running' ? undefined : true;
  });
  const { admin: _, ...hour } = measure.taken();
  return { minute, hour };
}

async function run(
  load: NoticeLoad,
  measure: Measure,
  one: Load,
  op: 'insert' | 'update',
): Promise<MeasuredLoad> {
  const records = one.notices * one.recordsPerNotice;
  measure.reset();
  const begun = performance.now();
  await load.post(one, op);
  await until(`${records} records in the mirror`, LONGEST_MS, async () =>
    measure.applied >= records ? true : undefined,
  );
  const seconds = (performance.now() - begun) / 1_000;
  return { ...one, seconds, spending: measure.taken() };
}

function tell({ notices, recordsPerNotice, seconds, spending }: MeasuredLoad): void {
  const what = `${recordsPerNotice} records a notice`;
  const perSecond = Math.round((notices * recordsPerNotice) / seconds);
  print(`${what}: from notices to mirror`, `${perSecond} records a second`);
  const { requests = {} } = spending['gateway'] ?? {};
  const asked = Object.values(requests).reduce((sum, count) => sum + count, 0);
  judge(`${what}: AWS requests a notice at the gateway`, asked / notices, BOUNDS.requestsPerNotice);
}

function judge(what: string, value: number, limit: number): void {
  const held = value <= limit;
  print(what, `${value.toFixed(1)} ≤ ${limit}  ${held ? 'held' : 'MISSED'}`);
  if (!held) process.exitCode = 1;
}

function print(what: string, value: string): void {
  console.log(`${what.padEnd(56)} ${value}`);
}
