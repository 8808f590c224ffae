import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPorts } from '../../../lambdas/adapters/open-ports.ts';
import { loadConfig } from '../../../lambdas/config.ts';
import { bulkColumns } from '../../../lambdas/core/bulk-rows.ts';
import { conditionsHash } from '../../../lambdas/core/conditions.ts';
import { type OrgId, orgId as toOrgId } from '../../../lambdas/core/ids.ts';
import type { OrgState } from '../../../lambdas/core/org.ts';
import type { Job } from '../../../lambdas/core/pass.ts';
import type { Ports } from '../../../lambdas/ports/ports.ts';
import { createRealScheduler } from '../../../local/real-scheduler.ts';
import { Receiver } from '../../../local/receiver/receiver.ts';
import { COLUMNS, FIELDS, OBJECT } from './contact-rows.ts';
import { metered } from './meter.ts';
import { watchNeighbour } from './neighbour.ts';
import type { Command, Report } from './protocol.ts';
import { timeTransactions } from './transaction-times.ts';

/*
 * The receiver as `npm start` runs it, with the practice org's place taken by a static server: HTTP, queues, the
 * exported handlers, SQLite with e-mail index and feed. Driven by messages of its parent.
 */

const JOB_ID = 'bench.Contact';
/** Another org, which must not notice that this one loads a million rows. */
const NEIGHBOUR_ID = toOrgId('00D000000000002EAA');
const hash = conditionsHash(FIELDS);

const takeTransactions = timeTransactions();
const scheduler = createRealScheduler({ onError: fail });
const receiver = await Receiver.listen({ port: 0, scheduler, onError: (error) => fail('', error) });
let ports: Ports;
let orgId: OrgId;

process.on('message', (command: Command) => {
  void answer(command).then(
    (report) => process.send?.(report),
    (error) => fail('', error),
  );
});

// It must not outlive who measures.
process.on('disconnect', () => process.exit());

function fail(label: string, error: unknown): void {
  console.error(label, error);
  process.exit(1);
}

async function answer(command: Command): Promise<Report> {
  switch (command.do) {
    case 'connect':
      await connect(command);
      return { is: 'connected', url: receiver.url };
    case 'import':
      return await measureImport(command.orgUrl);
    case 'await-writes':
      return {
        is: 'measured',
        ...(await metered(() => awaitWrites(command.count))),
        rows: await rows(),
      };
  }
}

async function measureImport(orgUrl: string): Promise<Report> {
  const secrets = await ports.secrets.find(NEIGHBOUR_ID);
  const token = secrets?.token ?? '';
  const watch = watchNeighbour({ ports, url: receiver.url, orgId: NEIGHBOUR_ID, token });
  takeTransactions();
  const cost = await metered(() => importRows(orgUrl));
  const transactionMs = takeTransactions();
  const neighbourMs = await watch.stop();
  return { is: 'measured', ...cost, rows: await rows(), neighbourMs, transactionMs };
}

async function connect(command: Extract<Command, { do: 'connect' }>): Promise<void> {
  await receiver.start({
    dataDir: command.dataDir,
    pageDir: command.dataDir,
    loginHost: command.orgUrl,
    gatewayUrl: 'https://rts.example',
    controlToken: 'not used here',
    advanceOthers: async () => undefined,
  });
  ports = await openPorts(loadConfig('admin'));
  orgId = toOrgId(command.orgId);
  for (const id of [orgId, NEIGHBOUR_ID]) {
    await ports.secrets.put(id, {
      token: command.token,
      credentials: { kind: 'client-credentials', clientId: 'bench', clientSecret: 'bench' },
    });
    await ports.orgs.create(anOrg(id, command.orgUrl));
  }
}

function anOrg(id: OrgId, orgUrl: string): OrgState {
  const nowMs = Date.now();
  return {
    orgId: id,
    revision: 1,
    name: 'Bench',
    instanceUrl: orgUrl,
    loginUrl: orgUrl,
    apiVersion: '66.0',
    syncUser: { id: '005000000000001AAA', username: 'sync@bench.example' },
    phase: 'active',
    phaseSinceMs: nowMs,
    mode: { name: 'realtime', sinceMs: nowMs, epoch: 1 },
    conditions: { on: true, objects: { [OBJECT]: FIELDS } },
    objects: {
      [OBJECT]: { fieldSet: { fields: FIELDS, hash }, completeThroughMs: nowMs, viewAll: true },
    },
  };
}

/** From the first page's request to the job's end: the pause before the first poll is none of the reader's. */
async function importRows(orgUrl: string): Promise<number> {
  await ports.jobs.createJob(aJob());
  await ports.bulkQueue.send(orgId, [
    { type: 'job.advance.v1', orgId, jobId: JOB_ID, revision: 1 },
  ]);
  for (;;) {
    const job = await ports.jobs.getJob(orgId, JOB_ID);
    if (job?.state === 'failed') throw new Error(job.error);
    if (job?.state === 'done') break;
    await sleep(20);
  }
  const answer = await fetch(`${orgUrl}/first-page`);
  const { atMs } = (await answer.json()) as { atMs: number };
  return atMs;
}

function aJob(): Job {
  const nowMs = Date.now();
  return {
    id: JOB_ID,
    orgId,
    revision: 1,
    passId: 'bench',
    object: OBJECT,
    soql: `SELECT ${COLUMNS.map(({ name }) => name).join(', ')} FROM ${OBJECT}`,
    columns: bulkColumns({ fields: FIELDS, hash }, COLUMNS),
    fieldSet: hash,
    fields: FIELDS,
    operation: 'query',
    bornAfterMs: nowMs,
    state: 'planned',
    apiVersion: '66.0',
    rowsImported: 0,
    polls: 0,
    failures: 0,
    stalls: 0,
    startedAtMs: nowMs,
    progressAtMs: nowMs,
  };
}

/** Until so many writes of notices were applied since the start. */
async function awaitWrites(count: number): Promise<undefined> {
  while (((await ports.orgs.liveness(orgId)).counters['writesApplied'] ?? 0) < count)
    await sleep(5);
}

async function rows(): Promise<number> {
  return (await ports.mirror.counts(orgId, OBJECT)).live;
}
