import type { OrgState } from '#core/org.ts';
import type { PassPart } from '#core/pass.ts';
import type { MirrorRecord, TombstoneWrite } from '#core/record.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { type ApplyWritesPorts, applyWrites } from './apply-writes.ts';
import { isUnknownDelete, type ListedDelete, replicationStart } from './examine-window.ts';
import { publishChanges } from './publish-changes.ts';

type ApplyDeletesPorts = ApplyWritesPorts;

/**
 * Tombstones for what getDeleted names of a window and the mirror still holds alive, after the window's rows were
 * applied: what is purged from the recycle bin is in no query. Their version is the deletion's time, unsettled.
 *
 * @param againSinceMs an earlier try may have stopped between writing and announcing: tombstones written since then
 *   (receiver's clock) are announced again
 */
export async function applyDeletes(
  ports: ApplyDeletesPorts,
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  { sinceMs, upperMs }: Pick<PassPart, 'sinceMs' | 'upperMs'>,
  againSinceMs: number | undefined,
): Promise<void> {
  if (sinceMs === null || upperMs === undefined) return;
  const startMs = replicationStart(sinceMs, upperMs);
  const { deleted } = await salesforce.deletedIds(object, startMs, upperMs);
  if (deleted.length === 0) return;
  const ids = deleted.map(({ id }) => id);
  const known = await ports.mirror.getMany(org.orgId, object, ids);

  const pending = deleted.filter((listed) => isUnknownDelete(known.get(listed.id), listed));
  const writes = pending.map((listed) => tombstone(object, listed));
  await applyWrites(ports, org.orgId, object, writes, () => false);
  if (againSinceMs !== undefined) {
    const written = [...known.values()].filter((record) => writtenSince(record, againSinceMs));
    const outcomes = written.map((record) => ({ outcome: 'unchanged', record }) as const);
    await publishChanges(ports, org.orgId, outcomes, () => true);
  }
}

function tombstone(object: string, { id, deletedAtMs }: ListedDelete): TombstoneWrite {
  const secondMs = Math.floor(deletedAtMs / 1000) * 1000;
  const version = { modstampMs: secondMs, readAtMs: secondMs };
  return { kind: 'tombstone', object, id, version, via: 'read' };
}

function writtenSince({ deleted, lastChange }: MirrorRecord, sinceMs: number): boolean {
  return deleted && lastChange.via === 'read' && lastChange.appliedAtMs >= sinceMs;
}
