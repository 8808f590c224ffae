import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { openSqliteStores } from '../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { systemClock } from '../../lambdas/adapters/system-clock.ts';
import { idChecksum, orgId, recordId } from '../../lambdas/core/ids.ts';
import type { UpsertWrite } from '../../lambdas/core/record.ts';
import { seededRandom } from '../../local/seeded-random.ts';
import { type ActivityWorld, cpuMs, openActivityWorld } from './activities/activity-world.ts';
import { mixedActivities } from './activities/mixed-activities.ts';

const ACTIVITIES = 10_000;
const PER_REQUEST = 500;
const USERS = 5;
const CONTACTS = 1_000;
const ACCOUNTS = 200;
const ROWS_PER_SAVE = 200;
const RECORDS = 1_000_000;
const LOOK_UPS = 5_000;

const RATE_BOUND = 2_000;
const LOOK_UP_BOUND_MS = 1;

/**
 * 10,000 activities of five connected users, posted over HTTP, then written to a practice org in this process; and
 * look-ups by e-mail among a million records. A bound that is missed makes the exit code 1.
 */
export async function benchActivities(): Promise<void> {
  console.log(
    `machine: ${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'rts-bench-'));
  try {
    const written = await measureWriting(join(folder, 'receiver'));
    const lookUpMs = await measureLookUps(join(folder, 'mirror'));
    const callBound = Math.round(((50 + 2 * USERS) * written.rows) / ACTIVITIES);
    report(
      'calls',
      written.calls,
      `<= ${callBound} for ${written.rows} rows`,
      written.calls <= callBound,
    );
    report('activities/s', written.rate, `>= ${RATE_BOUND}`, written.rate >= RATE_BOUND);
    report('look-up ms, median', lookUpMs, `<= ${LOOK_UP_BOUND_MS}`, lookUpMs <= LOOK_UP_BOUND_MS);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(what: string, value: number, bound: string, held: boolean): void {
  console.log(
    `${held ? 'held  ' : 'MISSED'} ${what}: ${Math.round(value * 1_000) / 1_000} (bound ${bound})`,
  );
  if (!held) process.exitCode = 1;
}

async function measureWriting(folder: string) {
  const users = Array.from({ length: USERS }, (_, n) => `user${n}@practice.example`);
  const world = await openActivityWorld(folder, users);
  const people = await fillOrg(world, users);
  await world.mirrorAll();
  for (const user of users) await world.connectUser(user);
  const activities = mixedActivities(ACTIVITIES, users, people);
  const before = { ...world.spent };
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  for (let start = 0; start < ACTIVITIES; start += PER_REQUEST) {
    await world.post(activities.slice(start, start + PER_REQUEST));
  }
  const postedMs = performance.now() - startedMs;
  await world.writeAll();
  const elapsedMs = performance.now() - startedMs;
  const orgMs = world.spent.orgMs - before.orgMs;
  const ownCpuMs = cpuMs(cpu) - (world.spent.orgCpuMs - before.orgCpuMs);
  const rows = (await countRows(world, 'Task')) + (await countRows(world, 'Event'));
  await world.close();
  const calls = world.spent.calls - before.calls;
  // Processor time: what passes on the clock meanwhile is as long as others keep the machine busy.
  const rate = ACTIVITIES / (ownCpuMs / 1_000);
  console.log(
    `posted in ${Math.round(postedMs)} ms, all in ${Math.round(elapsedMs)} ms, of which the org ${Math.round(orgMs)} ms; ${rows} rows; the receiver's processor time was ${Math.round(ownCpuMs)} ms`,
  );
  return { rows, calls, rate };
}

/** @returns the contacts' addresses */
async function fillOrg(world: ActivityWorld, users: readonly string[]): Promise<readonly string[]> {
  const soql = "SELECT Id FROM Profile WHERE Name = 'System Administrator'";
  const { records } = (await world.ask('GET', `/query?q=${encodeURIComponent(soql)}`)) as {
    records: readonly { Id: string }[];
  };
  const ProfileId = records[0]?.Id;
  await create(
    world,
    'User',
    users.map((Username, n) => ({
      Username,
      LastName: `User ${n}`,
      Email: Username,
      Alias: `user${n}`,
      ProfileId,
      TimeZoneSidKey: 'Europe/Berlin',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
      EmailEncodingKey: 'UTF-8',
    })),
  );
  const names = Array.from({ length: ACCOUNTS }, (_, n) => ({ Name: `Account ${n}` }));
  const accounts = await create(world, 'Account', names);
  const emails = Array.from({ length: CONTACTS }, (_, n) => `contact${n}@acme.example`);
  const contacts = await create(
    world,
    'Contact',
    emails.map((Email, n) => ({
      LastName: `Contact ${n}`,
      Email,
      AccountId: accounts[n % ACCOUNTS],
    })),
  );
  const deals = await create(
    world,
    'Opportunity',
    accounts.map((AccountId, n) => ({
      Name: `Deal ${n}`,
      AccountId,
      StageName: 'Prospecting',
      CloseDate: '2099-01-01',
    })),
  );
  const roles = deals.map((OpportunityId, n) => ({
    OpportunityId,
    ContactId: contacts[n],
    IsPrimary: true,
  }));
  await create(world, 'OpportunityContactRole', roles);
  return emails;
}

async function create(
  world: ActivityWorld,
  type: string,
  rows: readonly object[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_SAVE) {
    const some = rows.slice(start, start + ROWS_PER_SAVE);
    const records = some.map((row) => ({ attributes: { type }, ...row }));
    const body = { allOrNone: true, records };
    const saved = (await world.ask('POST', '/composite/sobjects', body)) as { id: string }[];
    ids.push(...saved.map(({ id }) => id));
  }
  return ids;
}

async function countRows(world: ActivityWorld, object: string): Promise<number> {
  const soql = `SELECT COUNT() FROM ${object} WHERE Mixmax_Activity_Id__c != null`;
  const answer = await world.ask('GET', `/query?q=${encodeURIComponent(soql)}`);
  return (answer as { totalSize: number }).totalSize;
}

/** @returns the median of the look-ups, ms: on a busy machine others' work stretches single ones */
async function measureLookUps(folder: string): Promise<number> {
  const { mirror, close } = openSqliteStores(folder, systemClock);
  // Nothing else here holds the process while a store's thread works.
  const awake = setInterval(() => undefined, 1_000);
  const org = orgId('00DDp0000000001MAA');
  const nowMs = Date.UTC(2026, 10, 20);
  for (let start = 0; start < RECORDS; start += ROWS_PER_SAVE * 5) {
    const writes = Array.from({ length: ROWS_PER_SAVE * 5 }, (_, n) =>
      contactWrite(start + n, nowMs),
    );
    await mirror.apply(org, writes, nowMs);
  }
  const random = seededRandom('look-ups');
  const times: number[] = [];
  for (let n = 0; n < LOOK_UPS; n += 1) {
    const email = `Person${random.integer(RECORDS)}@acme.example`;
    const startedMs = performance.now();
    const found = await mirror.findByEmail(org, email);
    times.push(performance.now() - startedMs);
    if (found.length !== 1) throw new Error(`${found.length} records have ${email}`);
  }
  await close();
  clearInterval(awake);
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(LOOK_UPS * share)] ?? Number.POSITIVE_INFINITY;
  console.log(`look-ups among ${RECORDS} records: median ${at(0.5)} ms, p95 ${at(0.95)} ms`);
  return at(0.5);
}

function contactWrite(n: number, nowMs: number): UpsertWrite {
  const short = `003${n.toString(36).toUpperCase().padStart(12, '0')}`;
  return {
    kind: 'upsert',
    object: 'Contact',
    id: recordId(short + idChecksum(short)),
    version: { modstampMs: nowMs, readAtMs: nowMs },
    via: 'bulk',
    fields: { Name: `Person ${n}`, Email: `person${n}@acme.example` },
    fieldSet: '*',
    bornAfterMs: nowMs,
  };
}
