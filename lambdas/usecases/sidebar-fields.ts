import type { ActivitySettings } from '#core/activities/role-settings.ts';
import type { FieldsByObject, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { declareFieldUse } from './declare-field-use.ts';
import type { PushConditionsPorts } from './push-conditions.ts';

/** Objects whose fields the sidebar shows (F10). */
export const SIDEBAR_OBJECTS = ['Contact', 'Lead', 'Account', 'Opportunity'] as const;
/** Under which the fields are declared as in use (R13). */
const CONSUMER = 'sidebar-settings';

export interface SidebarField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  /** Nobody can create a record without it: always shown (F11). */
  readonly required: boolean;
}

/**
 * The fields that the sidebar shows of each object, in the order of the describe: what Salesforce requires, and what
 * was picked. Costs a describe for each object, kept for ten minutes.
 */
export async function showSidebarFields(
  ports: Pick<Ports, 'salesforce'>,
  org: OrgState,
  picked: FieldsByObject,
): Promise<Readonly<Record<string, readonly SidebarField[]>>> {
  const salesforce = await ports.salesforce.forOrg(org);
  const shown = SIDEBAR_OBJECTS.map(async (object) => {
    const described = await salesforce.describe(object);
    const wanted = new Set(picked[object]?.map((field) => field.toLowerCase()));
    const fields = (described?.fields ?? []).flatMap(({ name, label, type, required = false }) =>
      required || wanted.has(name.toLowerCase()) ? [{ name, label, type, required }] : [],
    );
    return [object, fields] as const;
  });
  return Object.fromEntries(await Promise.all(shown));
}

/**
 * Has the fields synced that sidebars show, by the settings of all roles and users.
 *
 * @throws AppError invalid-input for a field that cannot be synced
 */
export async function declareSidebarFields(
  ports: PushConditionsPorts,
  org: OrgState,
  { roles, users = {} }: Pick<ActivitySettings, 'roles' | 'users'>,
): Promise<void> {
  const settings = [...Object.values(roles), ...Object.values(users)];
  const fields = SIDEBAR_OBJECTS.flatMap((object) => {
    const all = settings.flatMap(({ sidebarFields }) => sidebarFields?.[object] ?? []);
    return all.length === 0 ? [] : [[object, [...new Set(all)]] as const];
  });
  await declareFieldUse(ports, org, CONSUMER, Object.fromEntries(fields));
}
