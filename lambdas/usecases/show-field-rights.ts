import { type OrgId, type RecordId, toId18 } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect, soqlText } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';

/** A62: whether an active user may edit a field of Tasks and Events. */
export interface FieldRight {
  readonly userId: string;
  readonly username: string;
  readonly task: boolean;
  readonly event: boolean;
}

const PAGE = 500;

/**
 * Who of the org's active users may edit fields of activities, by profiles and permission sets. Costs a query, and one
 * for every 400 of those that allow it.
 *
 * @param fields names, the same on Tasks and Events, that the Sync User may write; a user may edit them if he may edit each
 */
export async function showFieldRights(
  ports: Pick<Ports, 'mirror' | 'salesforce'>,
  org: OrgState,
  fields: readonly string[],
): Promise<readonly FieldRight[]> {
  const salesforce = await ports.salesforce.forOrg(org);
  const task = await holdersOf(salesforce, 'Task', fields);
  const event = await holdersOf(salesforce, 'Event', fields);
  const users = await activeUsers(ports, org.orgId);
  // Of the Sync User the describe has said so, which knows more than permission sets do.
  const may = (holders: readonly ReadonlySet<string>[], id: RecordId) =>
    fields.length > 0 && (id === org.syncUser.id || holders.every((holder) => holder.has(id)));
  return users.map(({ id, username }) => ({
    userId: id,
    username,
    task: may(task, id),
    event: may(event, id),
  }));
}

/** Users who may edit, for each of the fields. */
async function holdersOf(
  salesforce: Pick<Salesforce, 'query'>,
  object: 'Task' | 'Event',
  fields: readonly string[],
): Promise<readonly ReadonlySet<string>[]> {
  if (fields.length === 0) return [];
  const names = fields.map((field) => soqlText(`${object}.${field}`)).join(',');
  const where = `Field IN (${names}) AND PermissionsEdit = true`;
  const columns = ['Id', 'ParentId', 'Field'];
  const grants = await rowsOf(salesforce, soqlSelect('FieldPermissions', columns, where));
  const parentOf = (grant: ReadRecord) => toId18(String(grant.fields['ParentId'])) as RecordId;
  const holders = await assignees(salesforce, [...new Set(grants.map(parentOf))]);
  return fields.map((field) => {
    const own = grants.filter(({ fields: row }) => row['Field'] === `${object}.${field}`);
    return new Set(own.flatMap((grant) => holders.get(parentOf(grant)) ?? []));
  });
}

/** Profiles are permission sets, too, and assigned to their users. */
async function assignees(
  salesforce: Pick<Salesforce, 'query'>,
  sets: readonly RecordId[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (let start = 0; start < sets.length; start += MAX_IDS_PER_QUERY) {
    const some = idsCondition('PermissionSetId', sets.slice(start, start + MAX_IDS_PER_QUERY));
    const columns = ['Id', 'PermissionSetId', 'AssigneeId'];
    const soql = soqlSelect('PermissionSetAssignment', columns, some);
    for (const { fields } of await rowsOf(salesforce, soql)) {
      const set = String(fields['PermissionSetId']);
      found.set(set, [...(found.get(set) ?? []), String(fields['AssigneeId'])]);
    }
  }
  return found;
}

async function rowsOf(
  salesforce: Pick<Salesforce, 'query'>,
  soql: string,
): Promise<readonly ReadRecord[]> {
  const rows: ReadRecord[] = [];
  for await (const { records } of salesforce.query(soql)) rows.push(...records);
  return rows;
}

async function activeUsers({ mirror }: Pick<Ports, 'mirror'>, orgId: OrgId) {
  const users: { readonly id: RecordId; readonly username: string }[] = [];
  for (let after: RecordId | undefined; ; ) {
    const options = { limit: PAGE, ...(after !== undefined && { after }) };
    const page = await mirror.scan(orgId, 'User', options);
    for (const { id, fields, deleted } of page) {
      const active = !deleted && fields['IsActive'] === true;
      if (active) users.push({ id, username: String(fields['Username'] ?? '') });
    }
    if (page.length < PAGE) return users;
    after = page.at(-1)?.id;
  }
}
