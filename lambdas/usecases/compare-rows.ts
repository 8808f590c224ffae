import { bornAfterMs, stateOf } from '#core/apply-plan.ts';
import { AppError } from '#core/errors.ts';
import { type RecordId, recordId } from '#core/ids.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import type { AuditFinding, Job } from '#core/pass.ts';
import type { FieldValue, MirrorRecord, UpsertWrite } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { type CheckWindowPorts, isOutdated, isUnannounced } from './check-window.ts';
import { readRecords } from './read-records.ts';
import { withKnownFields } from './with-known-fields.ts';
import { writeRecords } from './write-records.ts';

/**
 * Compares exported ids and stamps with the mirror (R12), reads what differs, and notes of the rest that it was seen:
 * what no row noted is looked for when the audit ends.
 *
 * @param againSinceMs an earlier try may have stopped between writing and announcing (see `checkWindow`)
 * @throws AppError salesforce-unavailable (retryable) when a record is hidden from one read and shown by the next
 */
export async function compareRows(
  ports: CheckWindowPorts & Pick<Ports, 'jobs'>,
  salesforce: Salesforce,
  org: OrgState,
  job: Job,
  rows: readonly (readonly FieldValue[])[],
  againSinceMs: number | undefined,
): Promise<void> {
  const { object } = job;
  const state = stateOf(org, object);
  if (state === undefined) return;
  const exported = rows.map((row) => exportedRecord(job, row));
  const ids = exported.map(({ id }) => id);
  const held = await ports.mirror.getMany(org.orgId, object, ids);
  const differs = (row: ReadRecord) => {
    const record = held.get(row.id);
    return isOutdated(row, record, state) || isUnannounced(record, againSinceMs);
  };
  const outdated = new Set(exported.filter(differs).map(({ id }) => id));

  await noteDiffering(ports, job, state, exported, held);
  const birth = bornAfterMs(org, state);
  const again = new Set(againSinceMs === undefined ? [] : outdated);
  const wanted = new Map([...outdated].map((id) => [id, birth]));
  const read = await withKnownFields(ports, org, object, state, (known) =>
    readRecords(ports, salesforce, org, object, known, wanted, again),
  );
  if (read.reappeared.length > 0) {
    const message = `Records of ${object} are shown by one read and not by the next.`;
    throw new AppError('salesforce-unavailable', message, { retryable: true });
  }
  await writeRecords(ports, org, object, read.writes, again);
  const right = [...held.values()].filter(({ id }) => !outdated.has(id));
  const seen = right.flatMap((record) => seenAgain(record, job.readAtMs ?? 0));
  await ports.mirror.apply(org.orgId, seen, ports.clock.now());
}

/**
 * Notes what is wrong before it is put right: a step that is repeated would find it right already. What was merely read
 * too soon after its stamp is read again, and is not wrong.
 */
async function noteDiffering(
  ports: Pick<Ports, 'jobs'>,
  { orgId, passId, object }: Job,
  state: ObjectState,
  exported: readonly ReadRecord[],
  held: ReadonlyMap<RecordId, MirrorRecord>,
): Promise<void> {
  const findings = exported.flatMap((row): AuditFinding[] => {
    const record = held.get(row.id);
    if (record === undefined) return [{ object, id: row.id, kind: 'missing' }];
    const settled = { ...record.version, readAtMs: Number.MAX_SAFE_INTEGER };
    const wrong = isOutdated(row, { ...record, version: settled }, state);
    return wrong ? [{ object, id: row.id, kind: 'stale' }] : [];
  });
  if (findings.length > 0) await ports.jobs.addFindings(orgId, passId, findings);
}

function exportedRecord({ columns }: Job, row: readonly FieldValue[]): ReadRecord {
  const entries = columns.map(({ name }, index) => [name, row[index] ?? null] as const);
  const { Id, ...fields } = Object.fromEntries(entries);
  return { id: recordId(String(Id ?? ''), 'Id'), fields };
}

/** The same content, seen later: no new revision, only a later read. Newer content keeps its own. */
function seenAgain(record: MirrorRecord, readAtMs: number): UpsertWrite[] {
  const { object, id, version, fields, fieldSet, deleted, hidden } = record;
  if (deleted || hidden || version.readAtMs >= readAtMs) return [];
  return [
    {
      kind: 'upsert',
      object,
      id,
      version: { modstampMs: version.modstampMs, readAtMs },
      via: 'bulk',
      fields,
      fieldSet,
      bornAfterMs: Number.MAX_SAFE_INTEGER,
    },
  ];
}
