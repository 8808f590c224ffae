import { expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import { tableOf } from '../../../local/org/store/tables.ts';
import {
  type CustomerOrg,
  openPackagedOrg,
  openPlainOrg,
  type PackagedOrg,
  type PlainOrg,
  START_MS,
  type Trouble,
} from './harm-orgs.ts';
import { mirrorFaults, WATCHED } from './mirror-faults.ts';
import { query, type Received } from './package-org.ts';

/**
 * Two practice orgs with the same customer code, data and clock: one has the package and is connected to a receiver,
 * one has neither. What a customer sees must be the same in both, and the receiver's mirror must come to hold what the
 * org holds.
 */

const MINUTE_MS = 60_000;
/** When the receiver has read all that a new org holds. */
const FIRST_ACTION_MS = START_MS + 12 * MINUTE_MS;

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
  /**
   * Lets time pass until the mirror holds what the org holds.
   * @returns the minutes that took
   * @throws Error naming the first differences when they are still there at the end
   */
  mirrored(withinMinutes: number): Promise<number>;
  /** Kinds of the passes that the receiver made by itself since the first action. */
  passes(): Promise<ReadonlySet<string>>;
  /** Every POST of the package since the org was connected. */
  readonly received: readonly Received[];
  readonly withPackage: CustomerOrg;
  close(): Promise<void>;
}

/** Counts of records that were changed. */
export interface Fate {
  readonly told: number;
  readonly inGap: number;
  readonly unheard: number;
}

export async function openHarmPair(
  trouble: Trouble = () => undefined,
  change?: Parameters<typeof openPackagedOrg>[1],
): Promise<HarmPair> {
  const plain = await openPlainOrg();
  const packaged = await openPackagedOrg(trouble, change);
  for (const { scheduler } of [plain, packaged]) {
    await scheduler.advance(FIRST_ACTION_MS - scheduler.now());
  }
  await advanceBoth(0);
  packaged.received.length = 0;

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
      expect(jobsOf(packaged), 'jobs').toEqual(jobsOf(plain));
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
    async mirrored(withinMinutes) {
      for (let minutes = 0; ; minutes++) {
        const faults = await mirrorFaults(packaged.org, packaged.receiver.ports);
        if (faults.length === 0) return minutes;
        if (minutes === withinMinutes) throw new Error(faults.slice(0, 10).join('\n'));
        await advanceBoth(MINUTE_MS);
      }
    },
    async passes() {
      const { jobs } = packaged.receiver.ports;
      const passes = await jobs.listPasses(packaged.org.orgId as OrgId, { limit: 100 });
      const own = passes.filter(({ startedAtMs }) => startedAtMs >= FIRST_ACTION_MS);
      return new Set(own.map(({ kind }) => kind));
    },
    async close() {
      await packaged.receiver.close();
      plain.org.close();
      packaged.org.close();
    },
  };
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
  return name.startsWith('Mixmax');
}

/** The customer's jobs, with what became of them. */
function jobsOf({ org }: CustomerOrg): string[] {
  const classes = query(org, 'SELECT Id, Name FROM ApexClass');
  const names = new Map(classes.map((row) => [row['Id'], String(row['Name'])]));
  const columns = 'ApexClassId, MethodName, JobType, Status, ExtendedStatus, NumberOfErrors';
  return query(org, `SELECT ${columns} FROM AsyncApexJob`)
    .map(({ ApexClassId, ...job }) => `${names.get(ApexClassId)} ${JSON.stringify(job)}`)
    .filter((job) => job.startsWith('Acme'))
    .sort();
}

/** Limits are the one thing that differs: shown, for whoever weighs the cost. */
function printLimits(label: string, plain: PlainOrg, packaged: PackagedOrg): void {
  const pairs = plain.limits.map((without, index) => [without, packaged.limits[index]]);
  for (const [without, within] of pairs) {
    process.stdout.write(`  ${label}\n    without: ${without}\n    with:    ${within ?? 'none'}\n`);
  }
  plain.limits.length = 0;
  packaged.limits.length = 0;
}

function fateOf(packaged: PackagedOrg, sinceMs: number): Fate {
  const taken = packaged.received.filter((one) => one.taken);
  const told = new Set(
    taken.flatMap(({ notice }) => notice.changes.flatMap((change) => change.ids)),
  );
  const fate = { told: 0, inGap: 0, unheard: 0 };
  const since = new Date(sinceMs).toISOString();
  for (const object of WATCHED) {
    const soql = `SELECT Id, SystemModstamp FROM ${object} WHERE SystemModstamp >= ${since} ALL ROWS`;
    for (const row of query(packaged.org, soql)) {
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
