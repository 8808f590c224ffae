import { stateOf } from '#core/apply-plan.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { tombstoneFromRead } from '#core/read-writes.ts';
import type { RecordWrite } from '#core/record.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { ApplyNoticesPorts } from './apply-notices.ts';
import { queueVerify } from './queue-verify.ts';
import { chunksOf } from './read-records.ts';
import { writeRecords } from './write-records.ts';

/**
 * Looks at the mirrored children of records whose merge, undelete or delete changed them without a trigger (R4, R5):
 * deleted ones become tombstones at once, the others are queued to be read. Costs one query per relationship and 400
 * parents.
 *
 * @param reason `cascade` asks only relationships whose children go with the parent
 * @param redelivered the message came before: tombstones may be written but not announced
 */
export async function rereadChildren(
  ports: ApplyNoticesPorts,
  org: OrgState,
  object: string,
  parents: readonly RecordId[],
  reason: 'undelete' | 'cascade',
  redelivered: boolean,
): Promise<void> {
  const salesforce = await ports.salesforce.forOrg(org, 'notices');
  const described = await salesforce.describe(object);
  for (const { childSObject, field, cascadeDelete } of described?.childRelationships ?? []) {
    if (stateOf(org, childSObject) === undefined) continue;
    if (reason === 'cascade' && !cascadeDelete) continue;
    for (const part of chunksOf(parents, MAX_IDS_PER_QUERY)) {
      const relation = { child: childSObject, field, parents: part };
      await rereadRelated(ports, salesforce, org, relation, redelivered);
    }
  }
}

interface Relation {
  /** API name of the child object. */
  readonly child: string;
  /** Its reference to the parents. */
  readonly field: string;
  readonly parents: readonly RecordId[];
}

async function rereadRelated(
  ports: ApplyNoticesPorts,
  salesforce: Salesforce,
  org: OrgState,
  { child, field, parents }: Relation,
  redelivered: boolean,
): Promise<void> {
  const described = await salesforce.describe(child);
  const names = new Set(described?.fields.map(({ name }) => name));
  if (!names.has(field)) return;
  const fields = ['Id', 'SystemModstamp', 'IsDeleted', 'MasterRecordId'].filter((f) =>
    names.has(f),
  );
  const soql = soqlSelect(child, fields, idsCondition(field, parents));
  for await (const { records, readAtMs } of salesforce.query(soql, { all: true })) {
    const gone = records.filter(({ fields: values }) => values['IsDeleted'] === true);
    const tombstones = gone.map(
      (record): RecordWrite => tombstoneFromRead(child, record, { readAtMs, via: 'read' }),
    );
    const again = new Set(redelivered ? gone.map(({ id }) => id) : []);
    await writeRecords(ports, org, child, tombstones, again);
    const living = records.filter(({ fields: values }) => values['IsDeleted'] !== true);
    const ids = living.map(({ id }) => id);
    await queueVerify(ports, org.orgId, child, ids, 'missing');
  }
}
