import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import { LATE_COMMIT_MS, type OpenPart } from '#core/passes.ts';
import type { MirrorRecord } from '#core/record.ts';
import { soqlSelect, windowCondition } from '#core/soql.ts';
import { isSettled } from '#core/versions.ts';
import type { Ports } from '#ports/ports.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { applyDeletes } from './apply-deletes.ts';
import { replicationStart } from './examine-window.ts';
import { readRecords } from './read-records.ts';
import { type WriteRecordsPorts, writeRecords } from './write-records.ts';

export type CheckWindowPorts = WriteRecordsPorts & Pick<Ports, 'salesforce'>;

/** getUpdated wants a minute at least, and cuts both bounds to the minute. */
const BOUND_WINDOW_MS = 120_000;
/** Above this many rows a Bulk job is cheaper. */
const MAX_ROWS = 10_000;

export type CheckFinding =
  /** The mirror holds what the org shows of the window; `rows` of it had to be read. */
  | { readonly outcome: 'proven'; readonly coveredMs: number; readonly rows: number }
  /** Too much for this road. */
  | { readonly outcome: 'large' }
  /** Deletes of the window can no longer be listed. */
  | { readonly outcome: 'unlisted' };

/**
 * R9, the light check: compares ids and stamps of everything the org changed in a window with the mirror, reads what
 * differs, and says through when the window is proven by that. Costs 3 calls where the mirror is right; one more per
 * 2,000 rows, and per 2,000 that differ.
 *
 * @param againSinceMs an earlier try may have stopped between writing and announcing: what was written since then
 *   (receiver's clock) is read and announced again
 */
export async function checkWindow(
  ports: CheckWindowPorts,
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  state: ObjectState,
  part: OpenPart & { readonly sinceMs: number },
  againSinceMs: number | undefined,
): Promise<CheckFinding> {
  const { sinceMs, upperMs } = part;
  const startMs = replicationStart(sinceMs, upperMs);
  const deletes = await salesforce.deletedIds(object, startMs, upperMs);
  if (deletes.earliestDateAvailableMs > sinceMs) return { outcome: 'unlisted' };
  // Asked before the rows are: what is stamped before the bound is committed, and the rows show it.
  const boundMs = await committedThrough(salesforce, object, upperMs);
  const coveredMs = Math.min(upperMs, boundMs, deletes.latestDateCoveredMs);

  const differing = await findDiffering(ports, salesforce, org, object, state, part, againSinceMs);
  if (differing === undefined) return { outcome: 'large' };
  const wanted = new Map(differing.map((id) => [id, sinceMs]));
  const redelivered = new Set(againSinceMs === undefined ? [] : differing);
  const read = await readRecords(ports, salesforce, org, object, state, wanted, redelivered);
  // Hidden from one read and shown by the next: a Bulk job sees them all at one moment.
  if (read.reappeared.length > 0) return { outcome: 'large' };
  await writeRecords(ports, org, object, read.writes, redelivered);
  if (deletes.deleted.length > 0) {
    await applyDeletes(ports, salesforce, org, object, part, againSinceMs);
  }
  return { outcome: 'proven', coveredMs, rows: differing.length };
}

/** Before which stamp no transaction is open any more, Salesforce's clock. */
async function committedThrough(
  salesforce: Salesforce,
  object: string,
  upperMs: number,
): Promise<number> {
  try {
    const startMs = upperMs - BOUND_WINDOW_MS;
    const { latestDateCoveredMs } = await salesforce.updatedIds(object, startMs, upperMs);
    return latestDateCoveredMs;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'salesforce-refused') throw error;
    return upperMs - LATE_COMMIT_MS;
  }
}

/** Records of the window that the mirror does not hold as the org shows them; undefined when there are too many rows. */
async function findDiffering(
  ports: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  state: ObjectState,
  { sinceMs, upperMs }: { readonly sinceMs: number; readonly upperMs: number },
  againSinceMs: number | undefined,
): Promise<readonly RecordId[] | undefined> {
  const described = await salesforce.describe(object);
  const deletable = described?.fields.some(({ name }) => name === 'IsDeleted') ?? false;
  const fields = ['Id', 'SystemModstamp', ...(deletable ? ['IsDeleted'] : [])];
  const soql = soqlSelect(object, fields, windowCondition(sinceMs, upperMs));
  const differing: RecordId[] = [];
  let rows = 0;
  for await (const { records } of salesforce.query(soql, { all: true })) {
    rows += records.length;
    if (rows > MAX_ROWS) return undefined;
    const ids = records.map(({ id }) => id);
    const held = await ports.mirror.getMany(org.orgId, object, ids);
    const differs = (row: ReadRecord) => {
      const record = held.get(row.id);
      return isOutdated(row, record, state) || isUnannounced(record, againSinceMs);
    };
    differing.push(...records.filter(differs).map(({ id }) => id));
  }
  return differing;
}

/** A stamp counts whole seconds: what was read within its second may lack a second save, so it is read again too. */
export function isOutdated(
  { fields }: ReadRecord,
  record: MirrorRecord | undefined,
  { fieldSet }: ObjectState,
): boolean {
  if (record === undefined) return true;
  const stampMs = Date.parse(String(fields['SystemModstamp']));
  const { modstampMs } = record.version;
  if (modstampMs !== stampMs) return modstampMs < stampMs;
  const deleted = fields['IsDeleted'] === true;
  if (deleted || record.deleted) return deleted !== record.deleted;
  return record.hidden || record.fieldSet !== fieldSet.hash || !isSettled(record.version);
}

export function isUnannounced(
  record: MirrorRecord | undefined,
  sinceMs: number | undefined,
): boolean {
  if (record === undefined || sinceMs === undefined) return false;
  return record.lastChange.via === 'read' && record.lastChange.appliedAtMs >= sinceMs;
}
