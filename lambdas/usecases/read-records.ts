import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import { tombstoneFromRead, upsertFromRead } from '#core/read-writes.ts';
import type { HideWrite, RecordWrite } from '#core/record.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';

const IDS_PER_RETRIEVE = 2_000;
const NONE: ReadonlySet<RecordId> = new Set();

export interface ReadOutcome {
  readonly writes: readonly RecordWrite[];
  /** Neither shown nor declared deleted by the org, and unknown to the mirror: nothing to keep. */
  readonly invisible: number;
  /** Hidden from one read, shown by the next: to be read again. */
  readonly reappeared: readonly RecordId[];
}

/**
 * Reads records as they are now: an upsert for each that is shown, a tombstone for each that is declared deleted, and
 * for a mirrored one that is neither, the write that hides it (R2). Costs one call per 2,000 ids, and one per 400 that
 * are missing.
 *
 * @param wanted ids with their `bornAfterMs`
 * @param redelivered records whose hide may be written and not announced: it is answered again
 */
export async function readRecords(
  ports: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  state: ObjectState,
  wanted: ReadonlyMap<RecordId, number>,
  redelivered: ReadonlySet<RecordId> = NONE,
): Promise<ReadOutcome> {
  const fields = ['SystemModstamp', ...state.fieldSet.fields];
  const writes: RecordWrite[] = [];
  const missing: RecordId[] = [];
  for (const ids of chunksOf([...wanted.keys()], IDS_PER_RETRIEVE)) {
    const { records, readAtMs } = await salesforce.retrieve(object, ids, fields);
    ids.forEach((id, index) => {
      const record = records[index];
      if (record === undefined || record === null) {
        missing.push(id);
        return;
      }
      const context = { fieldSet: state.fieldSet.hash, readAtMs, via: 'read' } as const;
      const birth = wanted.get(id) ?? Number.MAX_SAFE_INTEGER;
      writes.push(upsertFromRead(object, record, { ...context, bornAfterMs: birth }));
    });
  }
  const settled = await settleMissing(ports, salesforce, org, object, missing, redelivered);
  return { ...settled, writes: [...writes, ...settled.writes] };
}

/** R2: what a retrieve does not answer is gone or invisible; only the org's own word makes a tombstone. */
async function settleMissing(
  ports: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  missing: readonly RecordId[],
  redelivered: ReadonlySet<RecordId>,
): Promise<ReadOutcome> {
  if (missing.length === 0) return { writes: [], invisible: 0, reappeared: [] };
  const { rows, readAtMs } = await queryWithDeleted(salesforce, object, missing);
  const found = new Map(rows.map((row) => [row.id, row]));
  const writes: RecordWrite[] = [];
  const reappeared: RecordId[] = [];
  const unseen: RecordId[] = [];
  for (const id of missing) {
    const row = found.get(id);
    if (row === undefined) unseen.push(id);
    else if (row.fields['IsDeleted'] === true) {
      writes.push(tombstoneFromRead(object, row, { readAtMs, via: 'read' }));
    } else reappeared.push(id);
  }
  const hides = await hideKnown(ports, org, object, unseen, readAtMs, redelivered);
  return { writes: [...writes, ...hides], invisible: unseen.length - hides.length, reappeared };
}

/** Deleted rows too, as far as the object has them: Users, for one, are never deleted. */
async function queryWithDeleted(
  salesforce: Salesforce,
  object: string,
  ids: readonly RecordId[],
): Promise<{ rows: readonly ReadRecord[]; readAtMs: number }> {
  const described = await salesforce.describe(object);
  if (described === undefined) {
    throw new AppError(
      'salesforce-refused',
      `The Sync User no longer sees the object ${object}: give it read access, or take the object out of the sync.`,
    );
  }
  const names = new Set(described.fields.map(({ name }) => name));
  const fields = ['Id', 'SystemModstamp', 'IsDeleted', 'MasterRecordId'].filter((f) =>
    names.has(f),
  );
  const rows: ReadRecord[] = [];
  let readAtMs = Number.MAX_SAFE_INTEGER;
  for (const part of chunksOf(ids, MAX_IDS_PER_QUERY)) {
    const soql = soqlSelect(object, fields, idsCondition('Id', part));
    for await (const page of salesforce.query(soql, { all: true })) {
      rows.push(...page.records);
      readAtMs = Math.min(readAtMs, page.readAtMs);
    }
  }
  return { rows, readAtMs };
}

/** Hides what the mirror holds alive, at the version that it holds: any newer one shows the record again. */
async function hideKnown(
  ports: Pick<Ports, 'mirror'>,
  org: OrgState,
  object: string,
  ids: readonly RecordId[],
  readAtMs: number,
  redelivered: ReadonlySet<RecordId>,
): Promise<readonly HideWrite[]> {
  if (ids.length === 0) return [];
  const stored = await ports.mirror.getMany(org.orgId, object, ids);
  return [...stored.values()]
    .filter(({ id, deleted, hidden }) => !deleted && (!hidden || redelivered.has(id)))
    .map(({ id, version, hidden }) => {
      const seenAt = { modstampMs: version.modstampMs, readAtMs };
      const hide = { kind: 'hide', object, id, version: seenAt, via: 'read' } as const;
      return hidden ? { ...hide, again: true } : hide;
    });
}

export function chunksOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}
