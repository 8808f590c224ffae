import { openGaps } from '#core/open-gaps.ts';
import type { OrgState } from '#core/org.ts';
import { shedPurposes } from '#core/quota.ts';
import type { Status } from '#core/status.ts';
import { type ObjectRows, statusOf } from '#core/status-of.ts';
import type { Ports } from '#ports/ports.ts';
import { quotaFacts } from './quota-facts.ts';

const MAX_RUNNING = 50;

/** What an org's sync does and why (R18). Costs reads of our own stores only. */
export async function showStatus(
  ports: Pick<Ports, 'clock' | 'orgs' | 'mirror' | 'jobs' | 'deadLetters' | 'usage'>,
  org: OrgState,
): Promise<Status> {
  const objects = Object.keys(org.objects);
  const [liveness, passes, running, deadLetters, quota, rows] = await Promise.all([
    ports.orgs.liveness(org.orgId),
    ports.jobs.listPasses(org.orgId, { limit: 1 }),
    ports.jobs.listPasses(org.orgId, { state: 'running', limit: MAX_RUNNING }),
    ports.deadLetters.count(org.orgId),
    quotaFacts(ports, org),
    Promise.all(objects.map((object) => ports.mirror.counts(org.orgId, object))),
  ]);
  const counts: [string, ObjectRows][] = objects.map((object, index) => [
    object,
    rows[index] ?? { live: 0, hidden: 0 },
  ]);
  const facts = {
    org,
    liveness,
    counts: Object.fromEntries(counts),
    pass: running[0] ?? passes[0],
    openGapsMs: openGaps(org, running),
    deadLetters,
    waiting: shedPurposes(quota),
  };
  return statusOf(facts, ports.clock.now());
}
