import { AppError } from '#core/errors.ts';
import { withUsedFields } from '#core/field-changes.ts';
import { completeFields, isSwept } from '#core/field-sets.ts';
import type { Conditions, FieldsByObject, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { changeOrg } from './change-org.ts';
import { type PushConditionsPorts, pushConditions } from './push-conditions.ts';

const MAX_CONSUMERS = 500;

/**
 * Declares which fields a consumer reads (R13). What Sync Conditions do not list yet is added to them, at once; marks of
 * what is required follow from the declarations.
 *
 * @returns the fields that were added to the conditions, by object
 * @throws AppError invalid-input for an object that is not mirrored, or a field that cannot be synced, with the fields to
 *   use instead of a formula
 */
export async function declareFieldUse(
  ports: PushConditionsPorts,
  org: OrgState,
  consumer: string,
  uses: FieldsByObject,
): Promise<FieldsByObject> {
  const salesforce = await ports.salesforce.forOrg(org);
  const entries = Object.entries(uses).map(async ([object, fields]) => {
    return [object, await checkedFields(salesforce, org, object, fields)] as const;
  });
  const checked = Object.fromEntries(await Promise.all(entries));
  const next = await changeOrg(ports, org.orgId, (current) => {
    const fieldUses = { ...current.fieldUses, [consumer]: checked };
    if (Object.keys(fieldUses).length > MAX_CONSUMERS) throw tooMany();
    return { ...current, fieldUses };
  });
  const added = next === undefined ? {} : unlisted(next);
  if (next !== undefined && Object.keys(added).length > 0) {
    const conditions = withUsedFields(next.conditions, next);
    await pushConditions(ports, { orgId: org.orgId, conditions });
  }
  return added;
}

/** Takes a declaration back. The fields stay listed until an admin removes them; nobody requires them any more. */
export async function dropFieldUse(
  ports: Pick<Ports, 'orgs'>,
  org: OrgState,
  consumer: string,
): Promise<void> {
  await changeOrg(ports, org.orgId, (current) => {
    if (!Object.hasOwn(current.fieldUses ?? {}, consumer)) return current;
    const { [consumer]: _, ...fieldUses } = current.fieldUses ?? {};
    return { ...current, fieldUses };
  });
}

/** In the describe's spelling. */
async function checkedFields(
  salesforce: Salesforce,
  org: OrgState,
  object: string,
  fields: readonly string[],
): Promise<readonly string[]> {
  const mirrored = Object.hasOwn(org.objects, object);
  const described = mirrored ? await salesforce.describe(object) : undefined;
  if (described === undefined) {
    const known = Object.keys(org.objects).join(', ');
    throw new AppError('invalid-input', `One object is not mirrored. Mirrored are ${known}.`, {
      pointer: '/objects',
    });
  }
  const syncable = completeFields(object, described.fields, fields);
  const wanted = new Set(fields.map((field) => field.toLowerCase()));
  return syncable.filter((field) => wanted.has(field.toLowerCase()));
}

/** Fields in use that the conditions leave out. */
function unlisted({ conditions, ...org }: OrgState): FieldsByObject {
  if (!conditions.on) return {};
  const missing = Object.keys(org.objects).flatMap((object) => {
    if (isSwept(object)) return [];
    const listed = new Set(listedIn(conditions, object).map((field) => field.toLowerCase()));
    const uses = Object.values(org.fieldUses ?? {}).flatMap((use) => use[object] ?? []);
    const fields = [...new Set(uses)].filter((field) => !listed.has(field.toLowerCase()));
    return fields.length === 0 ? [] : [[object, fields] as const];
  });
  return Object.fromEntries(missing);
}

function listedIn(conditions: Extract<Conditions, { on: true }>, object: string) {
  return Object.hasOwn(conditions.objects, object) ? (conditions.objects[object] ?? []) : [];
}

function tooMany(): AppError {
  return new AppError('conflict', `At most ${MAX_CONSUMERS} consumers can declare fields.`);
}
