import { AppError } from '#core/errors.ts';
import {
  type FieldChange,
  fieldChanges,
  retiredAfter,
  withDeclaredAgain,
  withoutGone,
} from '#core/field-changes.ts';
import { MIRRORED_OBJECTS } from '#core/field-sets.ts';
import type { OrgId } from '#core/ids.ts';
import type { FieldsByObject, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import {
  type Describes,
  describeMirrored,
  mirroredStates,
  readViewAll,
} from './mirrored-objects.ts';
import { packageClient } from './package-client.ts';
import { writeSyncedFields } from './package-rows.ts';

export type RefreshFieldsPorts = Pick<Ports, 'orgs' | 'salesforce' | 'clock' | 'telemetry'>;

export interface RefreshedFields {
  /** By object, only where its mirrored fields changed. */
  readonly changes: Readonly<Record<string, FieldChange>>;
}

/**
 * Compares the org's fields with what is mirrored (R13). A field that is gone, or hidden from the Sync User, is retired:
 * nothing asks for it any more. A new one, or one that can be read again, is held from now on; its object is unproven
 * until the sweep has had every record read. Costs a call an object, and two.
 *
 * @param custom custom objects that are mirrored from now on, if the org has them (R16)
 * @throws AppError conflict for an org that is not set up
 */
export async function refreshFields(
  ports: RefreshFieldsPorts,
  orgId: OrgId,
  custom: readonly string[] = [],
): Promise<RefreshedFields> {
  const org = await ports.orgs.get(orgId);
  if (org === undefined) throw new AppError('not-found', `The org ${orgId} is not connected.`);
  if (org.phase !== 'auditing' && org.phase !== 'active') {
    throw new AppError('conflict', `The org is in phase ${org.phase}: connect it first.`);
  }
  const salesforce = await ports.salesforce.forOrg(org);
  const describes = await describeMirrored(salesforce, [...Object.keys(org.objects), ...custom]);
  const viewAll = await readViewAll(salesforce, org.syncUser.id, describes);
  const nowMs = ports.clock.now();
  let refreshed: Compared | undefined;
  const next = await changeOrg(ports, orgId, (current) => {
    refreshed = compare(withoutLostObjects(current, describes), describes, viewAll, nowMs);
    return refreshed.org;
  });
  // The rows last: should this fail, notices carry another hash than ours, and the rows are repaired.
  if (refreshed?.relisted && next !== undefined)
    await writeSyncedFields(packageClient(salesforce, org), next.conditions);
  const changes = refreshed?.changes ?? {};
  const objects = Object.keys(changes);
  ports.telemetry.info('FieldsCompared', { orgId, changed: objects.join(',') });
  return { changes };
}

/** A custom object that was deleted, or that the Sync User lost, must not fail every pass: it comes back with its describe. */
function withoutLostObjects(org: OrgState, describes: Describes): OrgState {
  const standing = Object.entries(org.objects).filter(
    ([object]) => MIRRORED_OBJECTS.includes(object) || describes.has(object),
  );
  return { ...org, objects: Object.fromEntries(standing) };
}

interface Compared extends RefreshedFields {
  readonly org: OrgState;
  /** Whether listed fields were retired, or are back. */
  readonly relisted: boolean;
}

function compare(
  org: OrgState,
  describes: Describes,
  viewAll: ReadonlySet<string>,
  nowMs: number,
): Compared {
  const names = namesByObject(describes);
  const conditions = withDeclaredAgain(withoutGone(org.conditions, names), org, names);
  // A standard object that is not described is kept: its reads say that the Sync User lost the object.
  const described = mirroredStates(describes, conditions, org.objects, viewAll);
  const objects = { ...org.objects, ...described };
  const changes = fieldChanges(org.objects, objects);
  const retiredFields = retiredAfter(org, changes);
  const next = { ...org, conditions, objects, retiredFields, fieldsComparedAtMs: nowMs };
  return { org: next, changes, relisted: conditions !== org.conditions };
}

function namesByObject(describes: Describes): FieldsByObject {
  const names = [...describes].map(([object, { fields }]) => [object, fields.map((f) => f.name)]);
  return Object.fromEntries(names);
}
