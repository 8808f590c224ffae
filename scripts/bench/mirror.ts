import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { conditionsHash } from '../../lambdas/core/conditions.ts';
import { signWebhook } from '../../lambdas/core/signature.ts';
import { contact, FIELDS, OBJECT } from './mirror/contact-rows.ts';
import type { Command, Report } from './mirror/protocol.ts';

/** As `npm start` runs the receiver. */
const RECEIVER_FLAGS = ['--max-semi-space-size=6', '--heap-growing-percent=50'];
const SMALL = 100_000;
const LARGE = 1_000_000;
/** Rows of a page that the client leaves open, where they are not many pages. */
const ONE_PAGE = String(SMALL);
const ORG_ID = '00D000000000001EAA';
const TOKEN = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NOTICES = 500;
const NOTICE_RECORDS = 200;

type Measured = Extract<Report, { is: 'measured' }>;
interface Bound {
  readonly what: string;
  readonly value: number;
  readonly bound: string;
  readonly held: boolean;
}

/**
 * Bulk rows into the mirror: the receiver beside two plain ways, the same rows from the same server in the same run.
 * Then notices with values. A bound that is missed makes the exit code 1.
 */
export async function benchMirror(): Promise<void> {
  console.log(
    `machine: ${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'rts-bench-'));
  try {
    const bounds = await measureAll(folder);
    for (const { what, value, bound, held } of bounds) {
      console.log(`${held ? 'held  ' : 'MISSED'} ${what}: ${round(value)} (bound ${bound})`);
    }
    if (bounds.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(folder: string): Promise<readonly Bound[]> {
  const small = await withOrg(SMALL, (org) => receiverRun(org, join(folder, 'small'), SMALL));
  const large = await withOrg(LARGE, async (org) => {
    const receiver = await receiverRun(org, join(folder, 'large'), LARGE);
    printRow('fetch + csv-parse + upsert', await plainRun('plain-main.ts', org, folder, LARGE));
    await jsforceRun(org, folder, LARGE);
    return receiver;
  });
  // Of results that fit into one page, it reads all.
  await withOrg(SMALL, (org) => jsforceRun(org, folder, SMALL), ONE_PAGE);
  const rate = LARGE / (large.import.elapsedMs / 1000);
  const notices = (NOTICES * NOTICE_RECORDS) / (large.notices.elapsedMs / 1000);
  return [
    { what: 'rows imported per second', value: rate, bound: '≥ 80,000', held: rate >= 80_000 },
    atMost('resident set at 1,000,000 rows, MB', large.import.maxRssMb, 256),
    atMost(
      'resident set, 1,000,000 less 100,000 rows, MB',
      large.import.maxRssMb - small.import.maxRssMb,
      25,
    ),
    atMost('longest transaction, ms', large.import.transactionMs?.at(-1) ?? Number.NaN, 20),
    atMost('longest way of another org’s notice meanwhile, ms', large.neighbourMs, 1_000),
    {
      what: 'records of notices applied per second',
      value: notices,
      bound: '≥ 20,000',
      held: notices >= 20_000,
    },
  ];
}

function atMost(what: string, value: number, limit: number): Bound {
  return { what, value, bound: `≤ ${limit}`, held: value <= limit };
}

interface ReceiverRun {
  readonly import: Measured;
  readonly notices: Measured;
  /** The longest that a notice of another org took meanwhile, from post to mirror. */
  readonly neighbourMs: number;
}

async function receiverRun(orgUrl: string, dataDir: string, rows: number): Promise<ReceiverRun> {
  const child = fork(join(import.meta.dirname, 'mirror/receiver-main.ts'), {
    execArgv: RECEIVER_FLAGS,
  });
  try {
    const connect = { do: 'connect', dataDir, orgUrl, orgId: ORG_ID, token: TOKEN } as const;
    const connected = await ask(child, connect);
    if (connected.is !== 'connected') throw new Error('The receiver did not connect.');
    const probe = probeGateway(connected.url);
    const imported = await measured(child, { do: 'import', orgUrl });
    const gatewayMs = await probe.stop();
    checkRows('the receiver', imported, rows);
    printRow(`receiver, ${rows.toLocaleString('en')} rows`, imported);
    console.log(`  the gateway's answers to signed notices meanwhile: ${spread(gatewayMs)}`);
    const { neighbourMs = [], transactionMs = [] } = imported;
    console.log(`  another org's notices, from post to mirror: ${spread(neighbourMs)}`);
    console.log(`  transactions: ${spread(transactionMs)}`);
    const notices = await noticesRun(child, connected.url, rows);
    return {
      import: imported,
      notices,
      neighbourMs: quantile(neighbourMs, 1),
    };
  } finally {
    child.kill('SIGKILL');
  }
}

/** Notices as Apex posts them, ten at a time, until all of their values are in the mirror. */
async function noticesRun(child: ChildProcess, url: string, rows: number): Promise<Measured> {
  const bodies = Array.from({ length: NOTICES }, (_, n) => changesNotice(n));
  const done = measured(child, { do: 'await-writes', count: NOTICES * NOTICE_RECORDS });
  await Promise.all(
    Array.from({ length: 10 }, async (_, lane) => {
      for (let n = lane; n < NOTICES; n += 10) await post(url, `notice-${n}`, bodies[n] ?? '');
    }),
  );
  const result = await done;
  checkRows('the receiver after notices', result, rows);
  const perSecond = round((NOTICES * NOTICE_RECORDS) / (result.elapsedMs / 1000));
  console.log(
    `  ${NOTICES} notices of ${NOTICE_RECORDS} records with values: ${round(result.elapsedMs)} ms, ${perSecond} records/s`,
  );
  return result;
}

function changesNotice(n: number): string {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const numbers = Array.from(
    { length: NOTICE_RECORDS },
    (_, i) => (n * NOTICE_RECORDS + i) % SMALL,
  );
  const records = numbers.map((number) => {
    const { Id, SystemModstamp: _, IsDeleted: __, ...fields } = contact(number);
    return { id: Id, modstamp: at, fields: { ...fields, Title: `Changed by notice ${n}` } };
  });
  return JSON.stringify({
    version: 1,
    type: 'salesforce.changes',
    orgId: ORG_ID,
    sentAt: at,
    package: '1.0.0',
    mode: 'immediate',
    changes: [
      {
        object: OBJECT,
        op: 'update',
        at,
        conditions: conditionsHash(FIELDS),
        fields: ['Title'],
        ids: records.map(({ id }) => id),
        readAt: at,
        records,
      },
    ],
  });
}

async function post(url: string, id: string, body: string): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000);
  const answer = await fetch(`${url}/v1/orgs/${ORG_ID}/notices`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(TOKEN, id, seconds, Buffer.from(body)),
    },
    body,
  });
  if (answer.status !== 202)
    throw new Error(`The gateway answered ${answer.status}: ${await answer.text()}`);
}

/** Posts a signed ping every 25 ms and notes how long its answer takes. */
function probeGateway(url: string): { stop(): Promise<readonly number[]> } {
  const times: number[] = [];
  let going = true;
  const ping = JSON.stringify({
    version: 1,
    type: 'salesforce.ping',
    orgId: ORG_ID,
    sentAt: `${new Date().toISOString().slice(0, 19)}Z`,
    package: '1.0.0',
    changes: [],
  });
  const ended = (async () => {
    for (let n = 0; going; n += 1) {
      const startedAtMs = performance.now();
      await post(url, `ping-${n}`, ping);
      times.push(performance.now() - startedAtMs);
      await sleep(25);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await ended;
      return times.toSorted((a, b) => a - b);
    },
  };
}

async function jsforceRun(orgUrl: string, folder: string, rows: number): Promise<void> {
  const report = await plainRun('jsforce-main.ts', orgUrl, folder, rows);
  printRow(`jsforce bulk2.query + upsert, ${rows.toLocaleString('en')} rows served`, report);
  if (report.failure !== undefined) console.log(`  it ended with ${report.failure}`);
}

async function plainRun(
  script: string,
  orgUrl: string,
  folder: string,
  rows: number,
): Promise<Measured> {
  const data = mkdtempSync(join(folder, 'plain-'));
  const child = node([join(import.meta.dirname, 'mirror', script), orgUrl, data]);
  const report = JSON.parse(await line(child, '{')) as Measured;
  checkRows(script, report, rows, 'tell');
  return report;
}

async function withOrg<T>(
  rows: number,
  work: (url: string) => Promise<T>,
  ...more: readonly string[]
): Promise<T> {
  const child = node([join(import.meta.dirname, 'mirror/static-org.ts'), String(rows), ...more]);
  try {
    return await work((await line(child, 'listening ')).slice('listening '.length));
  } finally {
    child.kill('SIGKILL');
  }
}

function node(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function line(child: ChildProcess, prefix: string): Promise<string> {
  if (child.stdout === null) throw new Error('No output to read.');
  for await (const text of createInterface({ input: child.stdout })) {
    if (text.startsWith(prefix)) return text;
  }
  throw new Error(`A process of the measurement ended before it said "${prefix}".`);
}

async function measured(child: ChildProcess, command: Command): Promise<Measured> {
  const report = await ask(child, command);
  if (report.is !== 'measured') throw new Error('The receiver measured nothing.');
  return report;
}

function ask(child: ChildProcess, command: Command): Promise<Report> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The receiver ended in the middle.')));
    child.once('message', (report) => resolve(report as Report));
    child.send(command);
  });
}

/** A count that is wrong makes a speed worthless; of the others it is told, of ours it is an error. */
function checkRows(
  who: string,
  { rows }: Measured,
  wanted: number,
  then: 'fail' | 'tell' = 'fail',
): void {
  if (rows === wanted) return;
  const message = `${who}: ${rows} rows arrived where ${wanted} were served`;
  if (then === 'fail') throw new Error(message);
  console.log(`  ${message}`);
}

function printRow(what: string, cost: Measured): void {
  const { elapsedMs, cpuMs, threadCpuMs, rows, maxRssMb, longestBlockMs } = cost;
  const perSecond = (ms: number) => round(rows / (ms / 1000));
  console.log(
    `${what}: ${rows} rows in ${round(elapsedMs)} ms = ${perSecond(elapsedMs)} rows/s; ${round(cpuMs)} ms of processor time, ${round(threadCpuMs)} ms of it in the main thread = ${perSecond(threadCpuMs)} rows/s; ${round(maxRssMb)} MB resident, longest block ${round(longestBlockMs)} ms`,
  );
}

function spread(sortedMs: readonly number[]): string {
  const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => quantile(sortedMs, share));
  return `${sortedMs.length}, p50 ${p50} ms, p99 ${p99} ms, longest ${longest} ms`;
}

function quantile(sorted: readonly number[], share: number): number {
  const value =
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return Math.round(value * 10) / 10;
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
