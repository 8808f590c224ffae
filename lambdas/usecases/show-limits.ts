import type { OrgState } from '#core/org.ts';
import { SWEEP_EVERY_MS } from '#core/quiet.ts';
import {
  DEFAULT_SHARE_PERCENT,
  HOUR_MS,
  type HourlyUse,
  type OrgQuota,
  ownCap,
  type Purpose,
  QUOTA_WINDOW_MS,
  shedPurposes,
  usedSince,
} from '#core/quota.ts';
import type { Ports } from '#ports/ports.ts';

/** How many days of use are shown. */
const SHOWN_DAYS = 7;
const DAY_MS = 24 * HOUR_MS;

export interface Limits {
  readonly sharePercent: number;
  readonly sweepEveryMinutes: number;
  readonly org: OrgQuota | undefined;
  /** Our calls of the last 24 hours, and how many we may make; the latter once the org's allocation is known. */
  readonly own: { readonly used: number; readonly cap: number | undefined };
  /** What waits now, in the order in which it was shed. */
  readonly waiting: readonly Purpose[];
  /** Calls by day, UTC, newest first, and by purpose. */
  readonly days: readonly {
    readonly day: string;
    readonly calls: Readonly<Record<string, number>>;
  }[];
}

/** What an org's sync spends of the org's API requests, and may spend (R14). Costs reads of our own stores only. */
export async function showLimits(
  ports: Pick<Ports, 'usage' | 'clock'>,
  org: OrgState,
): Promise<Limits> {
  const nowMs = ports.clock.now();
  const [uses, quota] = await Promise.all([
    ports.usage.list(org.orgId, nowMs - SHOWN_DAYS * DAY_MS),
    ports.usage.quota(org.orgId),
  ]);
  const sharePercent = org.quotaSharePercent ?? DEFAULT_SHARE_PERCENT;
  const used = usedSince(uses, nowMs);
  return {
    sharePercent,
    sweepEveryMinutes: (org.sweepEveryMs ?? SWEEP_EVERY_MS) / 60_000,
    org: quota,
    own: { used, cap: quota && ownCap(quota, sharePercent) },
    waiting: shedPurposes({ quota: fresh(quota, nowMs), ownUsed: used, sharePercent }),
    days: byDay(uses),
  };
}

/** What was told a day ago says nothing about today. */
function fresh(quota: OrgQuota | undefined, nowMs: number): OrgQuota | undefined {
  return quota !== undefined && nowMs - quota.atMs < QUOTA_WINDOW_MS ? quota : undefined;
}

function byDay(uses: readonly HourlyUse[]): Limits['days'] {
  const days = new Map<string, Record<string, number>>();
  for (const { hourMs, purpose, calls } of uses) {
    const day = new Date(hourMs).toISOString().slice(0, 10);
    const sums = days.get(day) ?? {};
    sums[purpose] = (sums[purpose] ?? 0) + calls;
    days.set(day, sums);
  }
  return [...days].map(([day, calls]) => ({ day, calls })).reverse();
}
