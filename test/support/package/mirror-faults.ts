import type { OrgId, RecordId } from '#core/ids.ts';
import type { MirrorRecord } from '#core/record.ts';
import type { Ports } from '#ports/ports.ts';
import type { Org } from '../../../local/org/org.ts';
import { query } from './package-org.ts';

/** The objects whose saves the package notices, all of them mirrored. */
export const WATCHED = ['Account', 'Contact', 'Lead', 'Opportunity', 'Task', 'Event', 'User'];

const MORE_THAN_ANY_TEST_HAS = 100_000;
const IDS_PER_READ = 2_000;

/**
 * In what the mirror differs from the org: records missing, stale, not told as deleted or too many, and values of
 * those that live. The org's side is read from its store and by its API, past everything of the receiver's that writes.
 */
export async function mirrorFaults(org: Org, ports: Ports): Promise<string[]> {
  const faults: string[] = [];
  for (const object of WATCHED) {
    const records = await mirrored(ports, org.orgId as OrgId, object);
    faults.push(...versionFaults(org, object, records));
    if (faults.length === 0) faults.push(...(await valueFaults(org, ports, object, records)));
  }
  return faults;
}

type Records = ReadonlyMap<string, MirrorRecord>;

async function mirrored(ports: Ports, orgId: OrgId, object: string): Promise<Records> {
  const records = await ports.mirror.scan(orgId, object, { limit: MORE_THAN_ANY_TEST_HAS });
  return new Map(records.map((record) => [record.id, record]));
}

function versionFaults(org: Org, object: string, records: Records): string[] {
  const canBeDeleted = object !== 'User';
  const columns = `Id, SystemModstamp${canBeDeleted ? ', IsDeleted' : ''}`;
  const rows = query(org, `SELECT ${columns} FROM ${object} ALL ROWS`);
  const known = new Set(rows.map((row) => row['Id']));
  const extra = [...records.keys()].filter((id) => !known.has(id));
  return [
    ...extra.map((id) => `${object} ${id} is not in the org`),
    ...rows.flatMap((row) => {
      const id = String(row['Id']);
      const record = records.get(id);
      if (record === undefined) return [`${object} ${id} is missing`];
      if (record.deleted !== (row['IsDeleted'] === true)) return [`${object} ${id}: deleted`];
      const isStale = record.version.modstampMs < Date.parse(String(row['SystemModstamp']));
      return isStale && !record.deleted ? [`${object} ${id} is stale`] : [];
    }),
  ];
}

async function valueFaults(
  org: Org,
  ports: Ports,
  object: string,
  records: Records,
): Promise<string[]> {
  const state = await ports.orgs.get(org.orgId as OrgId);
  if (state === undefined) throw new Error('The org is not connected.');
  const salesforce = await ports.salesforce.forOrg(state);
  const fields = state.objects[object]?.fieldSet.fields ?? [];
  const live = [...records.values()].filter(({ deleted }) => !deleted).map(({ id }) => id);
  const faults: string[] = [];
  for (let start = 0; start < live.length; start += IDS_PER_READ) {
    const ids: RecordId[] = live.slice(start, start + IDS_PER_READ);
    const { records: read } = await salesforce.retrieve(object, ids, fields);
    for (const [index, id] of ids.entries()) {
      const [there, here] = [read[index]?.fields, records.get(id)?.fields];
      const differing = fields.filter((field) => there?.[field] !== here?.[field]);
      if (differing.length > 0) faults.push(`${object} ${id} differs in ${differing.join(', ')}`);
    }
  }
  return faults;
}
