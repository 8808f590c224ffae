import type { OrgId } from '#core/ids.ts';
import type { HourlyUse, OrgQuota } from '#core/quota.ts';

/** How many calls were made to an org, and how much of its daily allocation is used (R14). Kept for 8 days. */
export interface UsageStore {
  /** Atomic sums. */
  add(orgId: OrgId, uses: readonly HourlyUse[]): Promise<void>;
  /** Of hours that begin at or after `sinceMs`, oldest first, then by purpose, then by user. */
  list(orgId: OrgId, sinceMs: number): Promise<readonly HourlyUse[]>;
  /** Kept if it is newer than what is stored. */
  noteQuota(orgId: OrgId, quota: OrgQuota): Promise<void>;
  quota(orgId: OrgId): Promise<OrgQuota | undefined>;
  clear(orgId: OrgId): Promise<void>;
}
