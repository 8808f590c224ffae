import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import {
  type DailyUsage,
  estimateUsage,
  type InitialUsage,
  initialUsage,
} from '#core/usage-estimate.ts';
import type { Ports } from '#ports/ports.ts';
import type { Allocation, Salesforce } from '#ports/salesforce.ts';
import { observeChanges } from './observe-changes.ts';

const DAY_MS = 24 * 60 * 60_000;

export interface UsageEstimate {
  readonly fromMs: number;
  readonly toMs: number;
  /** Per day, with Sync Conditions off and on. */
  readonly withoutConditions: DailyUsage;
  readonly withConditions: DailyUsage;
  /** Once, for the initial audit. */
  readonly initial: InitialUsage;
  /** What the org allots and uses now; undefined where the Sync User may not see it. */
  readonly allocations: ReadonlyMap<string, Allocation> | undefined;
}

/**
 * What the sync will spend of an org's allocations, told from the org's own figures: the last whole days are looked at
 * (usecases/observe-changes.ts says what that costs) and lived through again. Needs a Sync User, no package.
 */
export async function estimateOrgUsage(
  ports: Pick<Ports, 'salesforce'>,
  org: OrgState,
  days: number,
): Promise<UsageEstimate> {
  const salesforce = await ports.salesforce.forOrg(org);
  const toMs = Math.floor((await salesforce.clockMs()) / 1_000) * 1_000;
  const observed = await observeChanges(salesforce, { fromMs: toMs - days * DAY_MS, toMs });
  return {
    fromMs: observed.fromMs,
    toMs,
    withoutConditions: estimateUsage(org, observed, false),
    withConditions: estimateUsage(org, observed, true),
    initial: initialUsage(observed.rows),
    allocations: await allocationsOf(salesforce),
  };
}

async function allocationsOf(salesforce: Salesforce): Promise<UsageEstimate['allocations']> {
  try {
    return await salesforce.allocations();
  } catch (error) {
    if (error instanceof AppError && error.code === 'salesforce-refused') return undefined;
    throw error;
  }
}
