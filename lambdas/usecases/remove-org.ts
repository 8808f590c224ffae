import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';

/** How long a removed org is answered 410, which needs its token: Apex then switches itself off. */
export const ANSWERED_GONE_MS = 30 * 24 * 60 * 60_000;

/**
 * Ends the sync of an org. Notices are answered with 410 for 30 days; what is mirrored stays, unless it is to be erased.
 * Connecting the org again resumes.
 */
export async function removeOrg(
  ports: Pick<Ports, 'orgs' | 'bulkQueue' | 'clock' | 'telemetry'>,
  { orgId }: OrgState,
  options: { readonly erase: boolean },
): Promise<void> {
  const nowMs = ports.clock.now();
  await changeOrg(ports, orgId, (org) =>
    org.phase === 'removed' ? org : { ...org, phase: 'removed', phaseSinceMs: nowMs },
  );
  if (options.erase) {
    await ports.bulkQueue.send(orgId, [{ type: 'org.erase.v1', orgId }]);
  }
  ports.telemetry.info('OrgRemoved', { orgId, erase: options.erase });
}

export type EraseOrgPorts = Pick<
  Ports,
  | 'activityLedger'
  | 'activitySettings'
  | 'userConnections'
  | 'creations'
  | 'pageSessions'
  | 'changeLog'
  | 'orgs'
  | 'mirror'
  | 'feed'
  | 'jobs'
  | 'deadLetters'
  | 'usage'
  | 'keys'
  | 'secrets'
  | 'clock'
> &
  Pick<Ports, 'telemetry'>;

/**
 * Erases everything that was copied from a removed org; after 30 days, when nobody must be answered any more, also that
 * it ever was connected. Does nothing to an org that was connected again. Repeatable.
 */
export async function eraseOrg(ports: EraseOrgPorts, orgId: OrgId): Promise<void> {
  const org = await ports.orgs.get(orgId);
  if (org?.phase !== 'removed') return;
  // First: an org that is connected again from here on is audited from the beginning.
  await changeOrg(ports, orgId, (current) =>
    current.phase === 'removed' ? { ...current, objects: {} } : current,
  );
  await ports.mirror.clear(orgId);
  await ports.feed.clear(orgId);
  await ports.jobs.clear(orgId);
  await ports.deadLetters.clear(orgId);
  await ports.usage.clear(orgId);
  await ports.activityLedger.clear(orgId);
  await ports.activitySettings.clear(orgId);
  await ports.userConnections.clear(orgId);
  await ports.creations.clear(orgId);
  await ports.pageSessions.clear(orgId);
  await ports.changeLog.clear(orgId);
  const forget = org.phaseSinceMs + ANSWERED_GONE_MS <= ports.clock.now();
  if (forget) await forgetOrg(ports, orgId);
  ports.telemetry.info('OrgErased', { orgId, forgotten: forget });
}

/** The state last: while it is there, the sweep asks again. */
async function forgetOrg(ports: EraseOrgPorts, orgId: OrgId): Promise<void> {
  for (const { id } of await ports.keys.list(orgId)) await ports.keys.revoke(orgId, id);
  await ports.secrets.delete(orgId);
  await ports.orgs.delete(orgId);
}
