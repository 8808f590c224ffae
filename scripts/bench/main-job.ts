import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, killGroup, runScript } from '../demo/child.ts';
import { readLocalFile } from '../demo/local-file.ts';
import { OrgClient } from '../demo/org-client.ts';
import { FeedFollower, ReceiverClient } from '../demo/receiver-client.ts';
import { generatedLeads } from '../demo/sample-crm.ts';
import { median, until } from '../demo/story.ts';

const AUDIT_ROWS = 100_000;
const SAVES = 200;

/** The main job's limits: start, memory, save to mirror idle and during an audit, audit of 100,000 rows. */
export async function benchMainJob(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rts-bench-'));
  const args = ['--data', dataDir, '--no-activities'];
  print(
    'machine',
    `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
  );
  let child: Child | undefined;
  try {
    const first = await timed(() => start(args));
    child = first.value;
    print('npm start on a new folder → ready', ms(first.elapsedMs));
    const local = readLocalFile(join(dataDir, 'local.json'));
    const org = new OrgClient(local);
    const receiver = new ReceiverClient(local);
    await idleState(receiver);
    await sleep(3000);
    print('memory, idle, all processes', `${Math.round(residentKb(child) / 1024)} MB`);
    const feed = await FeedFollower.open(receiver);
    print('save → mirror, idle', quantiles(await saveTimes(org, feed)));

    const load = await timed(() => org.ingest('Lead', generatedLeads(AUDIT_ROWS, 'bench').csv));
    print(`Bulk ingest of ${AUDIT_ROWS} leads, triggers running`, ms(load.elapsedMs));
    await org.idle();
    await until('The mirror', 600_000, async () => {
      const status = (await receiver.status()) as unknown as {
        objects: { object: string; rows: number }[];
      };
      const rows = status.objects.find((one) => one.object === 'Lead')?.rows ?? 0;
      return rows >= AUDIT_ROWS ? rows : undefined;
    });
    const audit = await timed(() => fullAudit(receiver));
    print(`audit of ${audit.value} rows`, ms(audit.elapsedMs));
    const auditing = fullAudit(receiver);
    print('save → mirror, during an audit', quantiles(await saveTimes(org, feed)));
    await auditing;
    await feed.stop();
    print('memory, after it all', `${Math.round(residentKb(child) / 1024)} MB`);
    killGroup(child, 'SIGTERM');
    await child.ended;
    const second = await timed(() => start(args));
    child = second.value;
    print('npm start again on the same data → ready', ms(second.elapsedMs));
  } finally {
    if (child) killGroup(child, 'SIGKILL');
    await child?.ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function start(args: readonly string[]): Promise<Child> {
  const child = runScript('scripts/start.ts', args, { PORT: '0', ORG_PORT: '0' });
  await child.line('ready');
  return child;
}

async function idleState(receiver: ReceiverClient): Promise<void> {
  await until('The initial audit', 60_000, async () =>
    (await receiver.status()).state === 'active' ? true : undefined,
  );
}

async function fullAudit(receiver: ReceiverClient): Promise<number> {
  const id = await receiver.startAudit();
  const done = await until('The audit', 600_000, async () => {
    const now = await receiver.audit(id);
    return now.state === 'done' ? now : undefined;
  });
  return done.rows;
}

/** From the request of a save to its event on the feed, ms, one save after another. */
async function saveTimes(org: OrgClient, feed: FeedFollower): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < SAVES; n++) {
    feed.clear();
    const started = performance.now();
    const id = await org.create('Contact', { LastName: `Bench ${n}` });
    await feed.wait((event) => event.recordId === id, 30_000);
    times.push(performance.now() - started);
  }
  return times;
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
  return `median ${ms(median(times))}, p95 ${ms(p95)}, worst ${ms(Math.max(...times))} (${times.length} saves)`;
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; elapsedMs: number }> {
  const started = performance.now();
  const value = await run();
  return { value, elapsedMs: performance.now() - started };
}

/** Resident memory of the child and its descendants, from `ps`. */
function residentKb(child: Child): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
  const family = new Set([child.process.pid]);
  for (let grown = true; grown; ) {
    const before = family.size;
    for (const [pid, parent] of rows) if (family.has(parent)) family.add(pid);
    grown = family.size > before;
  }
  return rows.filter(([pid]) => family.has(pid)).reduce((total, [, , rss]) => total + rss, 0);
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${Math.round(value)} ms`;
}

function print(what: string, measured: string): void {
  process.stdout.write(`${what.padEnd(48)} ${measured}\n`);
}
