/** What a call is made for. */
export type Purpose =
  | 'notices'
  /** Writing what users did: e-mails, replies, meetings, calls, tasks. */
  | 'activities'
  /** Writing what was tracked: opens, clicks, downloads. */
  | 'tracking'
  | 'interval'
  | 'check'
  | 'audit'
  | 'backfill'
  | 'ping'
  | 'admin';

/** An org's daily API requests, all users and applications together, as Salesforce last told. */
export interface OrgQuota {
  readonly max: number;
  readonly used: number;
  /** Receiver's clock, ms. */
  readonly atMs: number;
}

/** Our own calls of one hour and purpose. */
export interface HourlyUse {
  /** Beginning of the hour, ms. */
  readonly hourMs: number;
  readonly purpose: Purpose;
  /** Who they were made as, 18 characters; absent = the Sync User. */
  readonly userId?: string;
  readonly calls: number;
}

export interface QuotaFacts {
  /** Absent until a first answer told. */
  readonly quota: OrgQuota | undefined;
  /** Our own calls of the last 24 hours. */
  readonly ownUsed: number;
  /** Our share of the org's daily requests, percent. */
  readonly sharePercent: number;
}

export const HOUR_MS = 60 * 60_000;
/** Salesforce counts requests over a rolling day. */
export const QUOTA_WINDOW_MS = 24 * HOUR_MS;
export const DEFAULT_SHARE_PERCENT = 70;
export const MIN_SHARE_PERCENT = 10;
export const MAX_SHARE_PERCENT = 90;
/** R14: from this share of the org's own use on, whatever spends requests pauses. */
export const PAUSE_AT_PERCENT = 90;

/**
 * Up to which part of our share each purpose may spend: what matters least stops first, and leaves the rest to what
 * matters more. A ping, and what a person asks for, is never refused: a handful of calls a day.
 */
const SHED_AT: Readonly<Record<Purpose, number>> = {
  backfill: 0.7,
  audit: 0.8,
  check: 0.9,
  interval: 0.95,
  tracking: 0.97,
  activities: 1,
  notices: 1,
  ping: Number.POSITIVE_INFINITY,
  admin: Number.POSITIVE_INFINITY,
};

/** In the order in which they are shed. */
const SPENDING: readonly Purpose[] = [
  'backfill',
  'audit',
  'check',
  'interval',
  'tracking',
  'activities',
  'notices',
];

/** Why a purpose must not spend now; undefined when it may. */
export function refusalOf(purpose: Purpose, facts: QuotaFacts): string | undefined {
  const { quota, ownUsed, sharePercent } = facts;
  if (quota === undefined || !Number.isFinite(SHED_AT[purpose])) return undefined;
  if (isOrgSpent(quota)) {
    return `The org has used ${quota.used} of its ${quota.max} daily API requests: what spends them waits until others leave some.`;
  }
  const cap = ownCap(quota, sharePercent);
  if (ownUsed < cap * SHED_AT[purpose]) return undefined;
  return `Mixmax has made ${ownUsed} of the ${cap} API requests that it may make a day (${sharePercent} % of the org's ${quota.max}): the least urgent work waits.`;
}

/** How many requests a day are ours. */
export function ownCap({ max }: Pick<OrgQuota, 'max'>, sharePercent: number): number {
  return Math.floor((max * sharePercent) / 100);
}

/** Why spending waits: the org's own use, or that our share is used up. */
export type PauseCause = 'org' | 'share';

/** Empty when nothing waits; both, when both would hold it. */
export function pauseCauses(facts: QuotaFacts): readonly PauseCause[] {
  const { quota, ownUsed, sharePercent } = facts;
  if (quota === undefined) return [];
  const shed = ownUsed >= ownCap(quota, sharePercent) * SHED_AT.backfill;
  return [...(isOrgSpent(quota) ? (['org'] as const) : []), ...(shed ? (['share'] as const) : [])];
}

function isOrgSpent({ used, max }: OrgQuota): boolean {
  return used * 100 >= max * PAUSE_AT_PERCENT;
}

/** The purposes that wait now. */
export function shedPurposes(facts: QuotaFacts): readonly Purpose[] {
  return SPENDING.filter((purpose) => refusalOf(purpose, facts) !== undefined);
}

/** Our calls of the window that ends now; of the hour that the window begins in, all. */
export function usedSince(uses: readonly HourlyUse[], nowMs: number): number {
  const sinceMs = nowMs - QUOTA_WINDOW_MS - HOUR_MS;
  return uses.reduce((sum, { hourMs, calls }) => (hourMs > sinceMs ? sum + calls : sum), 0);
}

/** `api-usage=22/15000` of `Sforce-Limit-Info`; undefined where there is none. */
export function parseLimitInfo(header: string | undefined, atMs: number): OrgQuota | undefined {
  const match = /(?:^|[;\s])api-usage=(\d{1,12})\/(\d{1,12})/.exec(header ?? '');
  if (match === null) return undefined;
  const [used, max] = [Number(match[1]), Number(match[2])];
  return max > 0 ? { used, max, atMs } : undefined;
}
