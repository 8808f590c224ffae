import { faultOfMapping, wellKnownMapping } from '#core/activities/field-mapping.ts';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { DescribedObject, NewActivityField, Salesforce } from '#ports/salesforce.ts';
import { assignPermissionSets } from './assign-permission-sets.ts';
import { type RefreshFieldsPorts, refreshFields } from './refresh-fields.ts';

/** A57–A62: whose name Mixmax's help page gives, and whose values reports need beside the subject. */
const TIME_FIELD: NewActivityField = {
  name: 'MixmaxActivityDateTime__c',
  label: 'Mixmax Activity Date/Time',
  description:
    'When the activity happened in Mixmax. The name must not be changed: Mixmax looks for it.',
  type: 'date-time',
};
const STRUCTURED_FIELDS: readonly NewActivityField[] = [
  { ...text('Mixmax_Kind__c', 'Mixmax Kind'), description: 'What happened, such as email.opened.' },
  { ...text('Mixmax_Sequence__c', 'Mixmax Sequence'), description: 'Name of the sequence.' },
  {
    name: 'Mixmax_Stage__c',
    label: 'Mixmax Stage',
    description: 'Stage of the sequence, 1 = the first.',
    type: 'number',
  },
  { ...text('Mixmax_Link__c', 'Mixmax Link'), description: 'The link that was clicked.' },
  { ...text('Mixmax_File__c', 'Mixmax File'), description: 'Name of the downloaded file.' },
];

/** Its holders may edit them. */
const PERMISSION_SET = { name: 'Mixmax_Activity_Fields', label: 'Mixmax Activity Fields' };

const ALL_FIELDS = [TIME_FIELD, ...STRUCTURED_FIELDS];

function text(name: string, label: string): Omit<NewActivityField, 'description'> {
  return { name, label, type: 'text' };
}

export interface CreatedFields {
  /** Names of those that were not there. */
  readonly created: readonly string[];
  /** API name of the permission set; its holders may edit them. */
  readonly permissionSet: string;
  /** Why the Sync User was not given it: without it the fields stay empty. */
  readonly unassigned?: string;
}

/**
 * Creates the date/time field of Tasks and Events, and the structured ones if asked for, with a permission set for
 * whoever is to write them. Those that the org has are left as they are. Costs about ten calls.
 *
 * @throws AppError conflict naming a field of the org that has the name and another type
 */
export async function createActivityFields(
  ports: RefreshFieldsPorts & Pick<Ports, 'salesforce'>,
  org: OrgState,
  options: { readonly structured: boolean },
): Promise<CreatedFields> {
  const salesforce = await ports.salesforce.forOrg(org);
  const task = await requireTask(salesforce);
  const wanted = options.structured ? ALL_FIELDS : [TIME_FIELD];
  const missing = wanted.filter((field) => !isThere(task, field));
  const created = missing.map(({ name }) => name);
  const permissionSet = PERMISSION_SET.name;
  if (missing.length === 0) return { created, permissionSet };
  // A deployed permission set replaces the one before: it must name the fields of earlier calls, too.
  const present = new Set([...created, ...task.fields.map(({ name }) => name)]);
  const held = ALL_FIELDS.filter(({ name }) => present.has(name));
  const editable = held.flatMap(({ name }) => [`Task.${name}`, `Event.${name}`]);
  await salesforce.deployActivityFields({
    fields: missing,
    permissionSet: { ...PERMISSION_SET, editable },
  });
  const unassigned = await assignPermissionSets(salesforce, [permissionSet], org.syncUser.id);
  for (const object of ['Task', 'Event']) await salesforce.describe(object, { fresh: true });
  await refreshFields(ports, org.orgId);
  return { created, permissionSet, ...(unassigned !== undefined && { unassigned }) };
}

async function requireTask(salesforce: Salesforce): Promise<DescribedObject> {
  const task = await salesforce.describe('Task', { fresh: true });
  if (task !== undefined) return task;
  throw new AppError('salesforce-refused', 'The Sync User does not see Tasks.');
}

/** Also under the namespace of a package, such as Mixmax Insights. */
function isThere({ fields }: DescribedObject, wanted: NewActivityField): boolean {
  const same = fields.filter(
    ({ name }) => name === wanted.name || name.endsWith(`__${wanted.name}`),
  );
  const found = same[0];
  if (found === undefined) return false;
  const [source] = Object.values(wellKnownMapping([{ ...found, createable: true }]));
  const fault =
    wanted.type === 'date-time'
      ? faultOfMapping({ ...found, createable: true }, 'happened-at')
      : source === undefined && 'is of another type';
  if (!fault) return true;
  throw new AppError(
    'conflict',
    `The org has a field ${found.name} already, which ${fault}: rename or delete it in Salesforce, or leave it unused.`,
    { pointer: found.name },
  );
}
