import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { showLimits } from './show-limits.ts';

export type WatchQuotaPorts = Pick<Ports, 'usage' | 'clock' | 'orgs' | 'notifier' | 'telemetry'>;

/** One notice per cause and day: the quota is one of a day. */
const TELL_EVERY_MS = 24 * 60 * 60_000;

/**
 * Notes since when an org's work waits for API requests, tells its admins once a day, and takes the note back when
 * nothing waits any more. Work goes on by itself: its messages ask again.
 */
export async function watchQuota(ports: WatchQuotaPorts, org: OrgState): Promise<void> {
  const { waiting, org: quota, own } = await showLimits(ports, org);
  const nowMs = ports.clock.now();
  if (waiting.length === 0) {
    if (org.quotaPause !== undefined) await resume(ports, org);
    return;
  }
  if (org.quotaPause !== undefined) return;
  const tell = (org.quotaToldAtMs ?? Number.NEGATIVE_INFINITY) + TELL_EVERY_MS <= nowMs;
  await changeOrg(ports, org.orgId, (current) => ({
    ...current,
    quotaPause: { sinceMs: nowMs },
    ...(tell && { quotaToldAtMs: nowMs }),
  }));
  ports.telemetry.warn('QuotaPaused', { orgId: org.orgId, waiting: waiting.join(',') });
  if (!tell) return;
  const text = `${org.name}: ${quota?.used} of ${quota?.max} daily API requests are used, ${own.used} of them by Mixmax, which may use ${own.cap}. Waiting: ${waiting.join(', ')}. Work goes on by itself as requests become free.`;
  await ports.notifier.notify(org.orgId, 'Mixmax Real-Time Sync waits for API requests', text);
}

async function resume(ports: WatchQuotaPorts, { orgId }: OrgState): Promise<void> {
  await changeOrg(ports, orgId, (current) => {
    const { quotaPause: _, ...rest } = current;
    return rest;
  });
  ports.telemetry.info('QuotaResumed', { orgId });
}
