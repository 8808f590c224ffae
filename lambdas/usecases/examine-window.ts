import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import { LATE_COMMIT_MS } from '#core/passes.ts';
import type { MirrorRecord } from '#core/record.ts';
import { soqlSelect, windowCondition } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';

const MINUTE_MS = 60_000;
/** Salesforce lists deletes of 15 days; a day is kept as margin. */
const LISTED_DELETES_MS = 14 * 24 * 60 * MINUTE_MS;

export type WindowFinding =
  /** Nothing was changed or deleted that the mirror does not know. */
  | { readonly outcome: 'idle'; readonly coveredMs: number }
  | { readonly outcome: 'changed'; readonly coveredMs: number }
  /** Deletes of the window can no longer be listed: only an audit can tell what is gone. */
  | { readonly outcome: 'unlisted'; readonly reason: string };

/**
 * Asks getUpdated and getDeleted whether a window holds anything, and through when the org vouches for the answer
 * (R9): `latestDateCovered` lies before transactions that are still open. Costs 2 calls, 3 where nothing changed.
 */
export async function examineWindow(
  ports: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  orgId: OrgId,
  object: string,
  sinceMs: number,
  upperMs: number,
): Promise<WindowFinding> {
  if (upperMs - sinceMs > LISTED_DELETES_MS) return unlisted(object);
  const startMs = replicationStart(sinceMs, upperMs);
  const deletes = await salesforce.deletedIds(object, startMs, upperMs);
  if (deletes.earliestDateAvailableMs > sinceMs) return unlisted(object);
  const updates = await updatedOrUnknown(salesforce, object, startMs, upperMs);
  // More ids than getUpdated lists: the Bulk job finds them, and vouches for what is older than any transaction.
  if (updates === undefined) return { outcome: 'changed', coveredMs: upperMs - LATE_COMMIT_MS };

  const coveredMs = Math.min(upperMs, updates.latestDateCoveredMs, deletes.latestDateCoveredMs);
  const pending = await unknownDeletes(ports, orgId, object, deletes.deleted);
  const changed =
    updates.ids.length > 0 ||
    pending.length > 0 ||
    (await changedInLastMinute(salesforce, object, upperMs));
  return { outcome: changed ? 'changed' : 'idle', coveredMs };
}

/** getUpdated and getDeleted want at least a minute, and cut both bounds to the minute. */
export function replicationStart(sinceMs: number, upperMs: number): number {
  return Math.min(sinceMs, upperMs - 2 * MINUTE_MS);
}

function unlisted(object: string): WindowFinding {
  return {
    outcome: 'unlisted',
    reason: `Salesforce no longer lists what was deleted of ${object} since the last sync; an audit settles it`,
  };
}

async function updatedOrUnknown(
  salesforce: Salesforce,
  object: string,
  startMs: number,
  upperMs: number,
): Promise<Awaited<ReturnType<Salesforce['updatedIds']>> | undefined> {
  try {
    return await salesforce.updatedIds(object, startMs, upperMs);
  } catch (error) {
    if (error instanceof AppError && error.code === 'salesforce-refused') return undefined;
    throw error;
  }
}

/** The overlap of windows lists most deletes twice: what the mirror knows to be deleted asks for nothing. */
async function unknownDeletes(
  ports: Pick<Ports, 'mirror'>,
  orgId: OrgId,
  object: string,
  deleted: readonly ListedDelete[],
): Promise<readonly ListedDelete[]> {
  if (deleted.length === 0) return [];
  const ids = deleted.map(({ id }) => id);
  const known = await ports.mirror.getMany(orgId, object, ids);
  return deleted.filter((listed) => isUnknownDelete(known.get(listed.id), listed));
}

export interface ListedDelete {
  readonly id: RecordId;
  readonly deletedAtMs: number;
}

/** What was stamped after its delete came back from the recycle bin. */
export function isUnknownDelete(
  record: MirrorRecord | undefined,
  { deletedAtMs }: ListedDelete,
): boolean {
  return record === undefined || (!record.deleted && record.version.modstampMs <= deletedAtMs);
}

/** getUpdated stops at the last full minute; the rest of the window is asked for by a query of one row. */
async function changedInLastMinute(
  salesforce: Salesforce,
  object: string,
  upperMs: number,
): Promise<boolean> {
  const minuteMs = Math.floor(upperMs / MINUTE_MS) * MINUTE_MS;
  if (minuteMs === upperMs) return false;
  const condition = `${windowCondition(minuteMs, upperMs)} LIMIT 1`;
  const soql = soqlSelect(object, ['Id'], condition);
  for await (const { records } of salesforce.query(soql, { all: true })) {
    return records.length > 0;
  }
  return false;
}
