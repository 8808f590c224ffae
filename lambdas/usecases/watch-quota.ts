import type { OrgState } from '#core/org.ts';
import {
  ownCap,
  type PauseCause,
  pauseCauses,
  QUOTA_WINDOW_MS,
  type QuotaFacts,
  shedPurposes,
} from '#core/quota.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { quotaFacts } from './quota-facts.ts';

export type WatchQuotaPorts = Pick<Ports, 'usage' | 'clock' | 'orgs' | 'notifier' | 'telemetry'>;

/**
 * Notes since when an org's work waits for API requests, tells its admins once per cause and day, and takes the note back
 * when nothing waits any more. Work goes on by itself: its messages ask again.
 */
export async function watchQuota(ports: WatchQuotaPorts, org: OrgState): Promise<void> {
  const facts = await quotaFacts(ports, org);
  const { quota } = facts;
  if (quota !== undefined) {
    ports.telemetry.metric('QuotaLeftPercent', Math.round((1 - quota.used / quota.max) * 100));
  }
  const causes = pauseCauses(facts);
  if (causes.length === 0) {
    if (org.quotaPause !== undefined) await resume(ports, org);
    return;
  }
  const nowMs = ports.clock.now();
  if (org.quotaPause !== undefined && untold(org, causes, nowMs).length === 0) return;
  let telling: readonly PauseCause[] = [];
  const waiting = shedPurposes(facts).join(', ');
  await changeOrg(ports, org.orgId, (current) => {
    telling = untold(current, causes, nowMs);
    const told = Object.fromEntries(telling.map((cause) => [cause, nowMs]));
    const quotaPause = current.quotaPause ?? { sinceMs: nowMs };
    return { ...current, quotaPause, quotaTold: { ...current.quotaTold, ...told } };
  });
  ports.telemetry.warn('QuotaPaused', { orgId: org.orgId, causes: causes.join(','), waiting });
  for (const cause of telling) {
    const text = `${org.name}: ${sentence(cause, facts)} Waiting: ${waiting}. Work goes on by itself as requests become free.`;
    await ports.notifier.notify(org.orgId, SUBJECTS[cause], text);
  }
}

const SUBJECTS: Readonly<Record<PauseCause, string>> = {
  org: 'Mixmax Real-Time Sync waits: the org has used its API requests',
  share: 'Mixmax Real-Time Sync waits: its share of API requests is used',
};

function sentence(cause: PauseCause, { quota, ownUsed, sharePercent }: QuotaFacts): string {
  if (quota === undefined) return '';
  if (cause === 'org') {
    return `${quota.used} of ${quota.max} daily API requests are used by all, ${ownUsed} of them by Mixmax.`;
  }
  return `Mixmax has used ${ownUsed} of the ${ownCap(quota, sharePercent)} API requests that it may use a day.`;
}

function untold(
  { quotaTold = {} }: OrgState,
  causes: readonly PauseCause[],
  nowMs: number,
): readonly PauseCause[] {
  return causes.filter(
    (cause) => (quotaTold[cause] ?? Number.NEGATIVE_INFINITY) + QUOTA_WINDOW_MS <= nowMs,
  );
}

async function resume(ports: WatchQuotaPorts, { orgId }: OrgState): Promise<void> {
  await changeOrg(ports, orgId, (current) => {
    const { quotaPause: _, ...rest } = current;
    return rest;
  });
  ports.telemetry.info('QuotaResumed', { orgId });
}
