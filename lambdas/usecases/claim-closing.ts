import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { toClosing } from '#core/quiet.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';

const MAX_ATTEMPTS = 5;

/**
 * Apex is back: ends interval sync (R7). The claim is one conditional step that counts the mode's epoch up; the pass
 * that closes follows it, and the sweep starts that pass should it be missing.
 *
 * `not-interval`: there is no interval sync to end. `lost`: the org is being changed by others; the sweep claims
 * within a minute.
 */
export async function claimClosing(
  ports: StartPassPorts,
  orgId: OrgId,
): Promise<'claimed' | 'not-interval' | 'lost'> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const org = await ports.orgs.get(orgId);
    if (org?.mode.name !== 'interval') return 'not-interval';
    const next = toClosing(org, ports.clock.now());
    if ((await ports.orgs.update(next)) === 'conflict') continue;
    await startClosingPass(ports, { ...next, revision: next.revision + 1 });
    return 'claimed';
  }
  return 'lost';
}

/** The pass through which real time returns. Once per state of the org: a second call starts nothing new. */
export async function startClosingPass(ports: StartPassPorts, org: OrgState): Promise<void> {
  await startPass(ports, {
    orgId: org.orgId,
    kind: 'closing',
    id: `closing-${org.mode.epoch}-${org.revision}`,
    reason: 'Apex is back: what interval sync has not read yet is read.',
  });
}
