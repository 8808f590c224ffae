import { expect } from 'vitest';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import { tableOf } from '../../../local/org/store/tables.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import { CUSTOMER_SOURCE } from './customer-source.ts';
import {
  createGateway,
  type GatewayAnswer,
  ORG_ID,
  PACKAGE_FOLDERS,
  type Received,
  SETTINGS,
} from './package-org.ts';

/**
 * Two practice orgs with the same customer code, data and clock: one has the package, one does not. What a customer
 * sees must be the same in both.
 */

const START_MS = Date.UTC(2026, 10, 21, 8);
/** Later than anything that a new org holds. */
const FIRST_ACTION_MS = START_MS + 60_000;
const packageFiles = await readSourceFolders(PACKAGE_FOLDERS);

/** What the platform keeps about code, jobs and permissions: a package adds to it by being there. */
const PLATFORM_OBJECTS: ReadonlySet<string> = new Set([
  'ApexClass',
  'ApexTrigger',
  'AsyncApexJob',
  'EventBusSubscriber',
  'FieldPermissions',
  'ObjectPermissions',
  'PermissionSet',
  'PermissionSetAssignment',
  'SetupEntityAccess',
  'CustomObject',
  'EntityDefinition',
]);

/** The objects whose saves the package notices. */
const WATCHED = ['Account', 'Contact', 'Lead', 'Opportunity', 'Task', 'Event', 'User'] as const;

/** One of the two orgs, as the customer uses it. */
export interface CustomerOrg {
  readonly org: Org;
  readonly scheduler: VirtualScheduler;
  readonly userId: string;
}

interface OneOrg extends CustomerOrg {
  readonly received: Received[];
  /** What customer code reported of its limits. */
  readonly limits: string[];
  readonly faults: string[];
}

/** What the customer did; its outcome is compared as text. */
type CustomerAction = (customer: CustomerOrg) => Promise<unknown> | unknown;

export interface HarmPair {
  /** Does the same in both orgs, lets both come to rest, and compares outcomes and records. @returns the outcome */
  same(label: string, action: CustomerAction): Promise<unknown>;
  /** The outcomes only: `[without the package, with it]`. */
  outcomes(label: string, action: CustomerAction): Promise<readonly [unknown, unknown]>;
  /** Publishes the event by which the receiver asks the package to answer. */
  ping(): void;
  /** What became of each record that was changed since the first action. */
  fate(): Fate;
  /** Lets time pass in both. */
  advance(ms: number): Promise<void>;
  /** Every POST of the package. */
  readonly received: readonly Received[];
  readonly withPackage: CustomerOrg;
  close(): void;
}

/** Counts of records that were changed. */
export interface Fate {
  readonly told: number;
  readonly inGap: number;
  readonly unheard: number;
}

/** @param answer what the gateway does with a POST */
export async function openHarmPair(answer?: () => GatewayAnswer): Promise<HarmPair> {
  const plain = await openOne(false);
  const packaged = await openOne(true, answer);
  await advanceBoth(FIRST_ACTION_MS - START_MS);

  const outcomes = async (label: string, action: CustomerAction) => {
    const without = await outcomeOf(plain, action);
    const within = await outcomeOf(packaged, action);
    await advanceBoth(60_000);
    printLimits(label, plain, packaged);
    return [without, within] as const;
  };
  async function advanceBoth(ms: number): Promise<void> {
    await plain.scheduler.advance(ms);
    await packaged.scheduler.advance(ms);
    expect([...plain.faults, ...packaged.faults]).toEqual([]);
  }

  return {
    outcomes,
    async same(label, action) {
      const [without, within] = await outcomes(label, action);
      expect(within).toEqual(without);
      expect(jobsOf(packaged)).toEqual(jobsOf(plain));
      const expected = recordsOf(plain);
      const actual = recordsOf(packaged);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [object, rows] of Object.entries(expected)) {
        expect(actual[object], object).toEqual(rows);
      }
      return within;
    },
    ping() {
      const { org, userId } = packaged;
      org.engine.publish('Mixmax_Change__e', [{ Operation__c: 'ping' }], userId);
    },
    fate: () => fateOf(packaged, FIRST_ACTION_MS),
    advance: advanceBoth,
    received: packaged.received,
    withPackage: packaged,
    close() {
      plain.org.close();
      packaged.org.close();
    },
  };
}

async function openOne(hasPackage: boolean, answer?: () => GatewayAnswer): Promise<OneOrg> {
  const faults: string[] = [];
  const limits: string[] = [];
  const received: Received[] = [];
  let cpuMs = 0;
  // Without a seed, tasks of one time run in the order they were set: the package's do not shuffle the customer's.
  const scheduler = createVirtualScheduler({
    startMs: START_MS,
    onError: (label, error) => void faults.push(`${label}: ${String(error)}`),
  });
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'https://org.example',
    delays: 'zero',
    seed: 'harm',
    scheduler,
    sender: createGateway(scheduler, received, answer ?? (() => ({ status: 202 }))),
    adminToken: 'unused',
    cpuNow: () => cpuMs,
    onDebug(message) {
      if (message.startsWith('LIMITS ')) limits.push(message.slice('LIMITS '.length));
      else if (message.startsWith('SPEND ')) cpuMs += Number(message.slice('SPEND '.length));
    },
    onError: (error) => void faults.push(String(error)),
  });
  // The customer's source first, so that its objects have the same key prefixes in both.
  org.deploy(CUSTOMER_SOURCE);
  const options = { nowMs: scheduler.now(), userId: ORG_ID };
  const admins = org.soql.plan(`SELECT Id FROM User WHERE Profile.Name = 'System Administrator'`);
  const [admin] = [...org.soql.run(admins, options)];
  const userId = String(admin?.values.get('Id'));
  if (hasPackage) {
    org.deploy(packageFiles);
    const record = { object: 'Mixmax_Settings__c', input: SETTINGS };
    const [saved] = org.engine.save({
      operation: 'insert',
      records: [record],
      allOrNone: true,
      userId,
      source: 'rest',
    });
    expect(saved?.success).toBe(true);
  }
  return { org, scheduler, userId, received, limits, faults };
}

/** Runs a static method of the customer's `AcmeSaves` as anonymous Apex does: in a transaction of its own. */
export function apex(method: string): CustomerAction {
  return ({ org: { engine }, userId }) => {
    if (!('execute' in engine) || typeof engine.execute !== 'function') {
      throw new Error('The engine runs no Apex by itself');
    }
    return engine.execute(userId, (program: ApexProgram) =>
      program.invokeStatic('AcmeSaves', method, []),
    );
  };
}

interface ApexProgram {
  invokeStatic(className: string, method: string, args: readonly never[]): unknown;
}

async function outcomeOf(customer: CustomerOrg, action: CustomerAction): Promise<unknown> {
  try {
    return await action(customer);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** Every row of every object, the Recycle Bin's too, without the package's own. */
function recordsOf({ org }: CustomerOrg): Record<string, unknown[]> {
  const records: Record<string, unknown[]> = {};
  for (const object of org.store.schema.all()) {
    if (isPlatformOwn(object.name) || object.kind === 'platformEvent') continue;
    const { name, columns } = tableOf(object);
    const kept = columns.map((column) => column.name).filter((field) => !isPackaged(field));
    const sql = `SELECT ${kept.map((field) => `"${field}"`).join(', ')} FROM ${name} ORDER BY "Id"`;
    const rows = [...org.store.database.rows(sql)];
    if (rows.length > 0) records[object.name] = rows;
  }
  return records;
}

function isPlatformOwn(object: string): boolean {
  return isPackaged(object) || PLATFORM_OBJECTS.has(object);
}

function isPackaged(name: string): boolean {
  return name.startsWith('Mixmax_');
}

/** The customer's jobs, with what became of them. */
function jobsOf(customer: CustomerOrg): unknown[] {
  const jobs = query(
    customer,
    'SELECT ApexClass.Name, MethodName, JobType, Status, ExtendedStatus FROM AsyncApexJob',
  );
  const own = jobs.map((job) => JSON.stringify(job)).filter((job) => job.includes('"Acme'));
  return own.sort();
}

function query({ org }: CustomerOrg, soql: string): Record<string, unknown>[] {
  const options = { nowMs: org.clock.now(), userId: ORG_ID };
  return [...org.soql.run(org.soql.plan(soql), options)].map(({ values }) =>
    Object.fromEntries(values),
  );
}

/** Limits are the one thing that differs: shown, for whoever weighs the cost. */
function printLimits(label: string, plain: OneOrg, packaged: OneOrg): void {
  const pairs = plain.limits.map((without, index) => [without, packaged.limits[index]]);
  for (const [without, within] of pairs) {
    process.stdout.write(`  ${label}\n    without: ${without}\n    with:    ${within ?? 'none'}\n`);
  }
  plain.limits.length = 0;
  packaged.limits.length = 0;
}

function fateOf(packaged: OneOrg, sinceMs: number): Fate {
  const taken = packaged.received.filter((one) => one.taken);
  const told = new Set(
    taken.flatMap(({ notice }) => notice.changes.flatMap((change) => change.ids)),
  );
  const fate = { told: 0, inGap: 0, unheard: 0 };
  const since = new Date(sinceMs).toISOString();
  for (const object of WATCHED) {
    const soql = `SELECT Id, SystemModstamp FROM ${object} WHERE SystemModstamp >= ${since} ALL ROWS`;
    for (const row of query(packaged, soql)) {
      const stampMs = Date.parse(String(row['SystemModstamp']));
      if (told.has(String(row['Id']))) fate.told += 1;
      else if (taken.some(({ notice }) => covers(notice.gap, stampMs))) fate.inGap += 1;
      else fate.unheard += 1;
    }
  }
  return fate;
}

function covers(gap: Received['notice']['gap'], stampMs: number): boolean {
  return gap !== undefined && Date.parse(gap.since) <= stampMs && stampMs <= Date.parse(gap.until);
}
