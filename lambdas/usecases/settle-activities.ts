import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { type Settlement, settle } from '#core/activities/ledger-steps.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

const ATTEMPTS = 10;

/**
 * Writes down how claimed activities ended. What came in for them meanwhile is kept: only the claimant's part changes.
 *
 * @returns the entries as they are stored now
 */
export async function settleActivities(
  ports: Pick<Ports, 'activityLedger' | 'clock'>,
  orgId: OrgId,
  settlements: ReadonlyMap<LedgerEntry, Settlement>,
): Promise<readonly LedgerEntry[]> {
  const done: LedgerEntry[] = [];
  const byId = new Map([...settlements].map(([entry, how]) => [entry.id, { entry, how }]));
  for (let attempt = 0; byId.size > 0; attempt += 1) {
    if (attempt >= ATTEMPTS) throw busy();
    if (attempt > 0) await refresh(ports, orgId, byId);
    const nowMs = ports.clock.now();
    const next = [...byId.values()].map(({ entry, how }) => settle(entry, how, nowMs));
    const stored = await ports.activityLedger.put(orgId, next);
    next.forEach((entry, place) => {
      if (stored[place] === 'conflict') return;
      byId.delete(entry.id);
      done.push({ ...entry, revision: entry.revision + 1 });
    });
  }
  return done;
}

/** Whose claim is gone (the org was erased, or it took too long and somebody else went on) has nothing to settle. */
async function refresh(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  byId: Map<string, { readonly entry: LedgerEntry; readonly how: Settlement }>,
): Promise<void> {
  const current = await activityLedger.getMany(orgId, [...byId.keys()]);
  for (const [id, { entry, how }] of byId) {
    const now = current.get(id);
    if (now === undefined || now.claim?.token !== entry.claim?.token) byId.delete(id);
    else byId.set(id, { entry: now, how });
  }
}

function busy(): AppError {
  const message = 'Activities were changed by others again and again while they were written.';
  return new AppError('conflict', message, { retryable: true });
}
