import { AppError } from '#core/errors.ts';
import { isTooOld, OLDEST_PACKAGE } from '#core/examination.ts';
import { withUsedFields } from '#core/field-changes.ts';
import { completeFields, isSwept } from '#core/field-sets.ts';
import type { OrgId } from '#core/ids.ts';
import type { Conditions, ObjectState, OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { type Describes, describeMirrored, mirroredStates } from './mirrored-objects.ts';
import { packageClient, requirePackage } from './package-client.ts';
import { publishPing, writeSyncedFields } from './package-rows.ts';
import { startPass } from './start-pass.ts';

export type PushConditionsPorts = Pick<
  Ports,
  'orgs' | 'jobs' | 'bulkQueue' | 'salesforce' | 'clock' | 'random' | 'telemetry'
>;

export interface PushedConditions {
  /** As they hold now: with each object's identity fields. */
  readonly conditions: Conditions;
  /** Objects whose rows are read again, because the mirror holds other fields of them now. */
  readonly changed: readonly string[];
}

/**
 * Puts Sync Conditions into force (R13): checks every field against a fresh describe, writes the org's synced fields,
 * then our own state, has the changed columns read, and sends a ping that carries the new conditions. Notices that
 * come in between carry conditions other than ours, and count as ids only.
 *
 * @throws AppError invalid-input naming the first object or field that cannot be synced, and why
 */
export async function pushConditions(
  ports: PushConditionsPorts,
  request: { readonly orgId: OrgId; readonly conditions: Conditions },
): Promise<PushedConditions> {
  const { orgId } = request;
  const org = await ports.orgs.get(orgId);
  if (org === undefined) throw new AppError('not-found', `The org ${orgId} is not connected.`);
  if (org.phase !== 'auditing' && org.phase !== 'active') throw notSetUp(org);

  requirePackage(org);
  requireConditions(org, request.conditions);
  const salesforce = await ports.salesforce.forOrg(org);
  const client = packageClient(salesforce, org);
  const describes = await describeMirrored(salesforce, Object.keys(org.objects));
  const wanted = withUsedFields(request.conditions, org);
  const conditions = completeConditions(describes, wanted);
  const written = await writeSyncedFields(client, conditions);

  let changed: readonly string[] = [];
  const next = await changeOrg(ports, orgId, (current) => {
    const viewAll = new Set(Object.keys(current.objects).filter((o) => sees(current.objects[o])));
    const objects = mirroredStates(describes, conditions, current.objects, viewAll);
    changed = Object.keys(objects).filter((o) => differs(current.objects[o], objects[o]));
    return { ...current, conditions, objects };
  });
  // Before the ping, which may fail: pushed once more, these conditions would change nothing.
  if (next !== undefined && changed.length > 0) await readColumns(ports, next, changed);
  await publishPing(client);
  ports.telemetry.info('ConditionsPushed', { orgId, rows: written, objects: changed.length });
  return { conditions, changed };
}

/** A version that is not known yet is tried: its first notice tells it. */
function requireConditions({ packageVersion }: OrgState, { on }: Conditions): void {
  if (!on || packageVersion === undefined || !isTooOld(packageVersion)) return;
  throw new AppError(
    'conflict',
    `The package in the org, version ${packageVersion}, is too old for Sync Conditions: upgrade it to ${OLDEST_PACKAGE.join('.')} or newer first.`,
  );
}

function notSetUp(org: OrgState): AppError {
  return new AppError(
    'conflict',
    `The org is in phase ${org.phase}: install the package and connect it first.`,
  );
}

/** Every mirrored object is listed, with at least what identifies its records. */
function completeConditions(describes: Describes, wanted: Conditions): Conditions {
  if (!wanted.on) return wanted;
  for (const object of Object.keys(wanted.objects)) {
    if (!describes.has(object) || isSwept(object)) throw notMirrored(object, [...describes.keys()]);
  }
  const announced = [...describes].filter(([object]) => !isSwept(object));
  const objects = announced.map(([object, { fields }]) => {
    const listed = Object.hasOwn(wanted.objects, object) ? wanted.objects[object] : undefined;
    return [object, completeFields(object, fields, listed ?? [])];
  });
  return { on: true, objects: Object.fromEntries(objects) };
}

function notMirrored(object: string, mirrored: readonly string[]): AppError {
  const name = /^\w{1,80}$/.test(object) ? object : 'One object';
  return new AppError(
    'invalid-input',
    `${name} is not mirrored, or the Sync User does not see it. Mirrored are ${mirrored.join(', ')}.`,
    { pointer: '/objects' },
  );
}

function sees(state: ObjectState | undefined): boolean {
  return state?.viewAll === true;
}

function differs(before: ObjectState | undefined, after: ObjectState | undefined): boolean {
  if (before?.fieldSet.hash !== after?.fieldSet.hash) return true;
  return before?.fieldSet.fields.join() !== after?.fieldSet.fields.join();
}

async function readColumns(
  ports: PushConditionsPorts,
  org: OrgState,
  objects: readonly string[],
): Promise<void> {
  const { orgId, revision } = org;
  const reason = 'The Sync Conditions changed: the mirror holds other fields now.';
  await startPass(ports, { orgId, kind: 'audit', id: `audit-${revision}`, reason, objects });
}
