import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const DATA = '/services/data/v66.0';
const ROWS = 6_000;
let folder: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'org-kill-'));
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true });
});

interface RunningOrg {
  readonly url: string;
  readonly token: string;
  readonly lines: readonly string[];
}

/** Starts the stand-alone server and waits for its line `ready`. */
async function start(...more: string[]): Promise<RunningOrg> {
  const script = join(import.meta.dirname, '../../../scripts/org.ts');
  const child = spawn(
    process.execPath,
    [script, '--port', '0', '--data', folder, '--delays', 'zero', ...more],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  running = child;
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith('ready ')) break;
  }
  const value = (name: string): string =>
    lines
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim() ?? '';
  return { url: value('url'), token: value('access token'), lines };
}

async function kill(): Promise<void> {
  const child = running;
  running = undefined;
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

interface Job {
  readonly id: string;
  readonly state: string;
  readonly numberRecordsProcessed: number;
}

async function request(org: RunningOrg, method: string, path: string, body?: string | object) {
  const response = await fetch(org.url + DATA + path, {
    method,
    headers: {
      authorization: `Bearer ${org.token}`,
      'content-type': typeof body === 'string' ? 'text/csv' : 'application/json',
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return response.text();
}

async function jobWhen(
  org: RunningOrg,
  path: string,
  isWanted: (job: Job) => boolean,
): Promise<Job> {
  for (;;) {
    const job = JSON.parse(await request(org, 'GET', path)) as Job;
    if (isWanted(job)) return job;
  }
}

test('an ingest job killed in the middle goes on: no row twice, none lost', async () => {
  const first = await start();
  const created = await request(first, 'POST', '/jobs/ingest', {
    object: 'Lead',
    operation: 'insert',
  });
  const { id } = JSON.parse(created) as Job;
  const rows = Array.from({ length: ROWS }, (_, index) => `Person ${index},Acme\n`).join('');
  await request(first, 'PUT', `/jobs/ingest/${id}/batches`, `LastName,Company\n${rows}`);
  await request(first, 'PATCH', `/jobs/ingest/${id}`, { state: 'UploadComplete' });
  const killedAt = await jobWhen(
    first,
    `/jobs/ingest/${id}`,
    ({ numberRecordsProcessed }) => numberRecordsProcessed > 0,
  );
  await kill();
  expect(killedAt.state).toBe('InProgress');
  expect(killedAt.numberRecordsProcessed).toBeLessThan(ROWS);

  const second = await start();
  const done = await jobWhen(second, `/jobs/ingest/${id}`, ({ state }) => state === 'JobComplete');
  expect(done).toMatchObject({ numberRecordsProcessed: ROWS, numberRecordsFailed: 0 });
  const results = await request(second, 'GET', `/jobs/ingest/${id}/successfulResults`);
  const ids = new Set(results.match(/00Q\w{15}/g));
  expect(ids.size).toBe(ROWS);
  const soql = encodeURIComponent(
    'SELECT COUNT_DISTINCT(LastName) names, COUNT(Id) rows FROM Lead',
  );
  const counted = JSON.parse(await request(second, 'GET', `/query?q=${soql}`)) as object;
  expect(counted).toMatchObject({ records: [{ names: ROWS, rows: ROWS }] });

  const query = JSON.parse(
    await request(second, 'POST', '/jobs/query', {
      operation: 'query',
      query: 'SELECT Id, LastName, Company, CreatedDate FROM Lead',
    }),
  ) as Job;
  await kill();
  const third = await start();
  const exported = await jobWhen(
    third,
    `/jobs/query/${query.id}`,
    ({ state }) => state === 'JobComplete',
  );
  expect(exported.numberRecordsProcessed).toBe(ROWS);
  const csv = await request(third, 'GET', `/jobs/query/${query.id}/results`);
  expect(new Set(csv.match(/00Q\w{15}/g)).size).toBe(ROWS);
});

test('says where it listens, as whom, and ready; a second one names the port', async () => {
  const org = await start();
  expect(org.lines.map((line) => line.split(' ')[0])).toEqual([
    'url',
    'org',
    'user',
    'access',
    'admin',
    'ready',
  ]);
  const port = new URL(org.url).port;
  const script = join(import.meta.dirname, '../../../scripts/org.ts');
  const second = spawn(process.execPath, [script, '--port', port, '--data', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  for await (const part of second.stderr) complaint += String(part);
  expect(complaint).toBe(
    `Port ${port} is in use. Stop what listens there, or choose another with --port N.\n`,
  );
});
