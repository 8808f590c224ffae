import type { OrgState } from '#core/org.ts';
import {
  DEFAULT_SHARE_PERCENT,
  HOUR_MS,
  type OrgQuota,
  QUOTA_WINDOW_MS,
  type QuotaFacts,
  usedSince,
} from '#core/quota.ts';
import type { Ports } from '#ports/ports.ts';

/** What decides about spending now. Costs two reads of our own stores: the sweep asks every minute. */
export async function quotaFacts(
  ports: Pick<Ports, 'usage' | 'clock'>,
  org: OrgState,
): Promise<QuotaFacts> {
  const nowMs = ports.clock.now();
  const [uses, quota] = await Promise.all([
    ports.usage.list(org.orgId, nowMs - QUOTA_WINDOW_MS - HOUR_MS),
    ports.usage.quota(org.orgId),
  ]);
  return {
    quota: freshQuota(quota, nowMs),
    ownUsed: usedSince(uses, nowMs),
    sharePercent: org.quotaSharePercent ?? DEFAULT_SHARE_PERCENT,
  };
}

/** What was told a day ago says nothing about today. */
export function freshQuota(quota: OrgQuota | undefined, nowMs: number): OrgQuota | undefined {
  return quota !== undefined && nowMs - quota.atMs < QUOTA_WINDOW_MS ? quota : undefined;
}
