import type { OrgState } from '#core/org.ts';
import type { Pass } from '#core/pass.ts';
import { rowsOf } from '#core/status-of.ts';
import type { Ports } from '#ports/ports.ts';
import { quotaFacts } from './quota-facts.ts';

export interface AuditEstimate {
  /** Rows that the org shows of each object now. */
  readonly rows: Readonly<Record<string, number>>;
  readonly bulkJobs: number;
  /** Without the reads of what turns out to be wrong: one for each 2,000 records. */
  readonly apiCalls: number;
  /** Of the calls that are ours to spend in 24 hours, %; undefined where the org never told its allocation. */
  readonly shareOfQuotaPercent: number | undefined;
  readonly seconds: number;
}

/** Rows of one page of results. */
const ROWS_PER_PAGE = 25_000;
/** Describe, create, three polls, delete, and the look at what changed meanwhile. */
const CALLS_PER_OBJECT = 9;
/** Salesforce prepares a job for about so long before its first page. */
const SECONDS_PER_JOB = 10;
/** Where no audit of the org has told better. */
const ROWS_PER_SECOND = 5_000;
const LATEST_PASSES = 50;

/**
 * What an audit will take (R12), before it is started. Costs one API call for each object.
 * @param rowsPerMinute the limit it would be given
 */
export async function estimateAudit(
  ports: Pick<Ports, 'salesforce' | 'jobs' | 'usage' | 'clock'>,
  org: OrgState,
  objects: readonly string[],
  rowsPerMinute: number | undefined,
): Promise<AuditEstimate> {
  const salesforce = await ports.salesforce.forOrg(org);
  const rows: Record<string, number> = {};
  for (const object of objects) rows[object] = await salesforce.count(object);
  const pages = Object.values(rows).reduce((sum, count) => sum + pagesOf(count), 0);
  const apiCalls = objects.length * CALLS_PER_OBJECT + pages;
  const { quota, sharePercent } = await quotaFacts(ports, org);
  const ours = quota === undefined ? undefined : (quota.max * sharePercent) / 100;
  return {
    rows,
    bulkJobs: objects.length,
    apiCalls,
    shareOfQuotaPercent: ours === undefined || ours === 0 ? undefined : (apiCalls / ours) * 100,
    seconds: await secondsFor(ports, org, rows, rowsPerMinute),
  };
}

function pagesOf(rows: number): number {
  return Math.max(1, Math.ceil(rows / ROWS_PER_PAGE));
}

/** Objects are read one after the other; a limit holds for each. */
async function secondsFor(
  ports: Pick<Ports, 'jobs'>,
  org: OrgState,
  rows: Readonly<Record<string, number>>,
  rowsPerMinute: number | undefined,
): Promise<number> {
  const latest = await ports.jobs.listPasses(org.orgId, { state: 'done', limit: LATEST_PASSES });
  const measured = latest.filter(({ kind }) => kind === 'audit').flatMap(rowsPerSecond);
  const fastest = rowsPerMinute === undefined ? Number.POSITIVE_INFINITY : rowsPerMinute / 60;
  const rate = Math.min(measured[0] ?? ROWS_PER_SECOND, fastest);
  const counts = Object.values(rows);
  const reading = counts.reduce((sum, count) => sum + count, 0) / rate;
  return Math.ceil(reading + counts.length * SECONDS_PER_JOB);
}

/** A small audit tells nothing: it waits more than it reads. */
function rowsPerSecond(pass: Pass): number[] {
  const tookMs = (pass.finishedAtMs ?? pass.startedAtMs) - pass.startedAtMs;
  const rows = rowsOf(pass);
  return rows >= ROWS_PER_PAGE && tookMs > 0 ? [rows / (tookMs / 1_000)] : [];
}
