import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { claim } from '#core/activities/ledger-steps.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

export interface Claimed {
  /** As it is stored now. */
  readonly entry: LedgerEntry;
  /** An earlier try may have written rows that the ledger does not know. */
  readonly lookFirst: boolean;
}

export interface Claims {
  readonly claimed: readonly Claimed[];
  /** Being written by others, or just changed by them: to be asked about again. */
  readonly busy: readonly string[];
}

/** Takes activities for writing: of several workers that want one, one gets it. */
export async function claimActivities(
  ports: Pick<Ports, 'activityLedger' | 'clock' | 'random'>,
  orgId: OrgId,
  ids: readonly string[],
): Promise<Claims> {
  const entries = await ports.activityLedger.getMany(orgId, ids);
  const token = ports.random.uuid();
  const nowMs = ports.clock.now();
  const wanted: Claimed[] = [];
  const busy: string[] = [];
  for (const [id, entry] of entries) {
    const step = claim(entry, token, nowMs);
    if (step.outcome === 'busy') busy.push(id);
    else if (step.outcome === 'claimed') {
      wanted.push({ entry: step.next, lookFirst: step.lookFirst });
    }
  }
  const stored = await ports.activityLedger.put(
    orgId,
    wanted.map(({ entry }) => entry),
  );
  const claimed: Claimed[] = [];
  wanted.forEach(({ entry, lookFirst }, place) => {
    if (stored[place] === 'conflict') busy.push(entry.id);
    else claimed.push({ entry: { ...entry, revision: entry.revision + 1 }, lookFirst });
  });
  return { claimed, busy };
}
