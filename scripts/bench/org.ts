import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { generatedLeads } from '../demo/sample-crm.ts';
import { UserError } from '../one-machine/user-error.ts';
import { fillWithContacts } from './fill-org.ts';
import { BenchOrg } from './org-under-test.ts';

const ROWS = 1_000_000;
const INGESTED = 10_000;
const SELECTED =
  'Id, FirstName, LastName, Email, Phone, AccountId, OwnerId, CreatedDate, LastModifiedDate, SystemModstamp';

/** One measured limit of the practice org. */
interface Measurement {
  readonly what: string;
  readonly measured: number;
  readonly unit: 's' | 'rows/s' | 'MB';
  /** What it may be at most; of rows a second, at least. Undefined: told, not judged. */
  readonly bound?: number;
  /** CPU seconds the org's process spent on it: comparable when the machine is busy with other things. */
  readonly cpuSeconds?: number;
}

/** The practice org's limits: start, Bulk query, Bulk ingest with the package's triggers, memory. */
export async function benchOrg(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'org-bench-'));
  const [cpu] = cpus();
  process.stdout.write(
    `machine: ${availableParallelism()} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
      `Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}\n\n`,
  );
  const missed: string[] = [];
  const tell = (measurement: Measurement): void => {
    process.stdout.write(`${line(measurement)}\n`);
    if (!isHeld(measurement)) missed.push(measurement.what);
  };
  try {
    await measureStart(join(folder, 'empty'), tell);
    await measureLoaded(join(folder, 'loaded'), tell);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (missed.length > 0) throw new UserError(`\nMISSED: ${missed.join('; ')}.`);
}

function started(org: BenchOrg): Pick<Measurement, 'measured' | 'unit' | 'cpuSeconds'> {
  return { measured: org.startSeconds, unit: 's', cpuSeconds: org.startCpuSeconds };
}

type Tell = (measurement: Measurement) => void;

async function measureStart(folder: string, tell: Tell): Promise<void> {
  const first = await BenchOrg.start(`${folder}-first`, []);
  await first.stop();
  const org = await BenchOrg.start(folder, []);
  tell({ what: 'start of a new org, not the first on this machine', ...started(org), bound: 1 });
  await org.stop();
}

async function measureLoaded(folder: string, tell: Tell): Promise<void> {
  const first = await BenchOrg.start(folder, ['--source', 'force-app']);
  tell({ what: 'start with the first deploy of the package', ...started(first) });
  await measureIngest(first, tell);
  await first.stop();
  fillWithContacts(join(folder, 'org.db'), first.orgId, ROWS);
  const org = await BenchOrg.start(folder, []);
  try {
    const what = 'start with 1,000,000 rows and the package';
    tell({ what, ...started(org), bound: 1 });
    await measureQuery(org, tell);
    const peak = org.peakMegabytes();
    tell({ what: 'memory, most of it all', measured: peak, unit: 'MB', bound: 500 });
  } finally {
    await org.stop();
  }
}

async function measureIngest(org: BenchOrg, tell: Tell): Promise<void> {
  const { csv } = generatedLeads(INGESTED, 'bench');
  const spent = await org.timed(() => org.ingest('Lead', csv));
  tell({
    what: 'Bulk ingest of 10,000 leads, triggers running',
    measured: spent.seconds,
    unit: 's',
    bound: 4,
    cpuSeconds: spent.cpuSeconds,
  });
}

async function measureQuery(org: BenchOrg, tell: Tell): Promise<void> {
  const spent = await org.timed(() => org.bulkQuery(`SELECT ${SELECTED} FROM Contact`));
  if (spent.value < ROWS) throw new Error(`the Bulk query gave ${spent.value} rows`);
  tell({
    what: `Bulk query of ${spent.value} rows, 10 columns, to the last byte`,
    measured: spent.value / spent.seconds,
    unit: 'rows/s',
    bound: 200_000,
    cpuSeconds: spent.cpuSeconds,
  });
}

function isHeld({ measured, unit, bound }: Measurement): boolean {
  if (bound === undefined) return true;
  return unit === 'rows/s' ? measured >= bound : measured <= bound;
}

function line(measurement: Measurement): string {
  const { what, measured, unit, bound, cpuSeconds } = measurement;
  const limit =
    bound === undefined ? '' : `${unit === 'rows/s' ? '≥' : '≤'} ${number(bound, unit)}`;
  const verdict = bound === undefined ? '' : isHeld(measurement) ? 'held' : 'MISSED';
  const cpu = cpuSeconds === undefined ? '' : `(${cpuSeconds.toFixed(2)} s of CPU)`;
  return `${what.padEnd(58)} ${number(measured, unit).padStart(16)}  ${limit.padEnd(16)} ${verdict.padEnd(7)} ${cpu}`.trimEnd();
}

function number(value: number, unit: Measurement['unit']): string {
  const digits = unit === 's' ? value.toFixed(2) : Math.round(value).toLocaleString('en-US');
  return `${digits} ${unit}`;
}
