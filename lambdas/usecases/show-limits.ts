import { AppError } from '#core/errors.ts';
import type { Allocations, OrgState } from '#core/org.ts';
import { SWEEP_EVERY_MS } from '#core/quiet.ts';
import {
  DEFAULT_SHARE_PERCENT,
  HOUR_MS,
  type HourlyUse,
  type OrgQuota,
  ownCap,
  PAUSE_AT_PERCENT,
  type Purpose,
  shedPurposes,
  usedSince,
} from '#core/quota.ts';
import { forecastQuota, type QuotaForecast } from '#core/quota-forecast.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { freshQuota } from './quota-facts.ts';

/** How many days of use are shown. */
const SHOWN_DAYS = 7;
const DAY_MS = 24 * HOUR_MS;
/** Salesforce's own figures lag as far behind. */
const ALLOCATIONS_KEPT_MS = 5 * 60_000;
/** What the sync spends of. */
const ALLOCATIONS: readonly string[] = [
  'DailyApiRequests',
  'DailyBulkV2QueryJobs',
  'DailyAsyncApexExecutions',
  'HourlyPublishedPlatformEvents',
];

interface DayOfUse {
  /** UTC. */
  readonly day: string;
  /** By purpose. */
  readonly calls: Readonly<Record<string, number>>;
  /** By the user that they were made as, 18-character id. */
  readonly users: Readonly<Record<string, number>>;
}

export interface Limits {
  readonly sharePercent: number;
  readonly sweepEveryMinutes: number;
  readonly org: OrgQuota | undefined;
  /** Our calls of the last 24 hours, and how many we may make; the latter once the org's allocation is known. */
  readonly own: { readonly used: number; readonly cap: number | undefined };
  /** Calls of everybody else that count now, and what is left for all; once Salesforce told. */
  readonly rest: { readonly others: number; readonly left: number } | undefined;
  readonly forecast: QuotaForecast | undefined;
  /** What the org allots of each kind; undefined where the Sync User may not see it. */
  readonly allocations: Allocations | undefined;
  /** What waits now, in the order in which it was shed. */
  readonly waiting: readonly Purpose[];
  /** Newest first. */
  readonly days: readonly DayOfUse[];
}

export type ShowLimitsPorts = Pick<Ports, 'usage' | 'clock' | 'orgs' | 'salesforce'>;

/**
 * What an org's sync spends of the org's allocations, and may spend (R14). Costs one call of the org at most every five
 * minutes; where Salesforce cannot be asked, what it told last is shown.
 */
export async function showLimits(ports: ShowLimitsPorts, org: OrgState): Promise<Limits> {
  const allocations = await currentAllocations(ports, org);
  const nowMs = ports.clock.now();
  const [uses, told] = await Promise.all([
    ports.usage.list(org.orgId, nowMs - SHOWN_DAYS * DAY_MS),
    ports.usage.quota(org.orgId),
  ]);
  const sharePercent = org.quotaSharePercent ?? DEFAULT_SHARE_PERCENT;
  const used = usedSince(uses, nowMs);
  const quota = freshQuota(told, nowMs);
  return {
    sharePercent,
    sweepEveryMinutes: (org.sweepEveryMs ?? SWEEP_EVERY_MS) / 60_000,
    org: told,
    own: { used, cap: told && ownCap(told, sharePercent) },
    ...outlook(quota, uses, used, sharePercent, nowMs),
    allocations,
    waiting: shedPurposes({ quota, ownUsed: used, sharePercent }),
    days: byDay(uses, org.syncUser.id),
  };
}

function outlook(
  quota: OrgQuota | undefined,
  uses: readonly HourlyUse[],
  used: number,
  sharePercent: number,
  nowMs: number,
): Pick<Limits, 'rest' | 'forecast'> {
  if (quota === undefined) return { rest: undefined, forecast: undefined };
  // Our count runs ahead of what Salesforce last told.
  const others = Math.max(0, quota.used - used);
  const left = Math.max(0, quota.max - quota.used);
  const cap = ownCap(quota, sharePercent);
  const pauseAt = (quota.max * PAUSE_AT_PERCENT) / 100;
  return {
    rest: { others, left },
    forecast: forecastQuota({ uses, nowMs, cap, others, pauseAt }),
  };
}

async function currentAllocations(
  ports: ShowLimitsPorts,
  org: OrgState,
): Promise<Allocations | undefined> {
  const { allocations } = org;
  const nowMs = ports.clock.now();
  if (allocations !== undefined && nowMs - allocations.atMs < ALLOCATIONS_KEPT_MS) {
    return allocations;
  }
  const asked = await askAllocations(ports, org, nowMs);
  if (asked === undefined) return allocations;
  await changeOrg(ports, org.orgId, (current) => ({ ...current, allocations: asked }));
  return asked;
}

/** Whatever keeps Salesforce from telling, the rest of the page is worth showing. */
async function askAllocations(
  ports: Pick<Ports, 'salesforce'>,
  org: OrgState,
  atMs: number,
): Promise<Allocations | undefined> {
  try {
    const salesforce = await ports.salesforce.forOrg(org);
    const all = await salesforce.allocations();
    const byName = ALLOCATIONS.flatMap((name) => {
      const allocation = all.get(name);
      return allocation === undefined ? [] : [[name, allocation] as const];
    });
    return { atMs, byName: Object.fromEntries(byName) };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function byDay(uses: readonly HourlyUse[], syncUserId: string): readonly DayOfUse[] {
  const days = new Map<string, { calls: Record<string, number>; users: Record<string, number> }>();
  for (const { hourMs, purpose, calls, userId = syncUserId } of uses) {
    const day = new Date(hourMs).toISOString().slice(0, 10);
    const sums = days.get(day) ?? { calls: {}, users: {} };
    sums.calls[purpose] = (sums.calls[purpose] ?? 0) + calls;
    sums.users[userId] = (sums.users[userId] ?? 0) + calls;
    days.set(day, sums);
  }
  return [...days].map(([day, sums]) => ({ day, ...sums })).reverse();
}
