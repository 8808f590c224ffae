import { AppError } from '#core/errors.ts';
import { fieldSetOf, MIRRORED_OBJECTS } from '#core/field-sets.ts';
import type { Conditions, ObjectState, OrgState } from '#core/org.ts';
import { soqlText } from '#core/soql.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';

export type Describes = ReadonlyMap<string, DescribedObject>;

/**
 * Fresh describes of the mirrored objects. One that the Sync User does not see is left out, and named by the caller.
 * Costs one call an object.
 *
 * @param custom custom objects that are mirrored, too, or will be; others may be among them
 */
export async function describeMirrored(
  salesforce: Salesforce,
  custom: readonly string[],
): Promise<Describes> {
  const names = [...new Set([...MIRRORED_OBJECTS, ...custom])];
  const described = await Promise.all(
    names.map((object) => salesforce.describe(object, { fresh: true })),
  );
  const seen = described.filter((object) => object !== undefined);
  return new Map(seen.map((object) => [object.name, object]));
}

/**
 * What is mirrored under the conditions. What was proven of an object stays proven, unless its field set now holds a
 * field that it did not hold: the rows lack it until an audit has read it (R13).
 */
export function mirroredStates(
  describes: Describes,
  conditions: Conditions,
  before: OrgState['objects'],
  viewAll: ReadonlySet<string>,
): Record<string, ObjectState> {
  const states = [...describes].map(([object, { fields }]): [string, ObjectState] => {
    const fieldSet = fieldSetOf(object, fields, conditions);
    const known = Object.hasOwn(before, object) ? before[object] : undefined;
    const { gapSinceMs, completeThroughMs, sweptThroughMs, counted } = known ?? {};
    const proven = !addsFields(known, fieldSet.fields);
    const state = {
      fieldSet,
      viewAll: viewAll.has(object),
      ...(gapSinceMs !== undefined && { gapSinceMs }),
      ...(counted !== undefined && { counted }),
      ...(proven && completeThroughMs !== undefined && { completeThroughMs }),
      ...(proven && sweptThroughMs !== undefined && { sweptThroughMs }),
    };
    return [object, state];
  });
  return Object.fromEntries(states);
}

function addsFields(known: ObjectState | undefined, fields: readonly string[]): boolean {
  const held = new Set(known?.fieldSet.fields);
  return fields.some((field) => !held.has(field));
}

/** How an org refuses a query about permissions. */
const UNREADABLE: ReadonlySet<string> = new Set(['salesforce-refused', 'salesforce-field-gone']);

/**
 * Objects of which the Sync User sees every record: by View All Data, or by View All on the object itself. Permissions
 * that cannot be read count as not given. Costs 2 calls.
 */
export async function readViewAll(
  salesforce: Salesforce,
  userId: string,
  describes: Describes,
): Promise<ReadonlySet<string>> {
  const assigned = `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${soqlText(userId)}`;
  try {
    const general = await rowsOf(
      salesforce,
      `SELECT Id, PermissionsViewAllData, PermissionsViewAllUsers FROM PermissionSet WHERE Id IN (${assigned})`,
    );
    if (general.some((fields) => fields['PermissionsViewAllData'] === true)) {
      return new Set(describes.keys());
    }
    const objects = await rowsOf(
      salesforce,
      `SELECT Id, SobjectType FROM ObjectPermissions WHERE PermissionsViewAllRecords = true AND ParentId IN (${assigned})`,
    );
    const seen = objects.map((fields) => String(fields['SobjectType']));
    const users = general.some((fields) => fields['PermissionsViewAllUsers'] === true);
    return new Set(users ? [...seen, 'User'] : seen);
  } catch (error) {
    if (error instanceof AppError && UNREADABLE.has(error.code)) return new Set();
    throw error;
  }
}

async function rowsOf(salesforce: Salesforce, soql: string) {
  const rows = [];
  for await (const { records } of salesforce.query(soql)) {
    rows.push(...records.map(({ fields }) => fields));
  }
  return rows;
}
