import { stateOf } from '#core/apply-plan.ts';
import { AppError } from '#core/errors.ts';
import type { ObjectState, OrgState } from '#core/org.ts';
import { type RefreshFieldsPorts, refreshFields } from './refresh-fields.ts';

/**
 * Reads by a field set; if the org has lost one of its fields meanwhile, retires that and reads once more by what is
 * left.
 * @throws what `read` throws, also where the describes still show every field
 */
export async function withKnownFields<T>(
  ports: RefreshFieldsPorts,
  org: OrgState,
  object: string,
  state: ObjectState,
  read: (state: ObjectState) => Promise<T>,
): Promise<T> {
  try {
    return await read(state);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'salesforce-field-gone') throw error;
    ports.telemetry.warn('FieldGone', { orgId: org.orgId, object, reason: error.message });
    await refreshFields(ports, org.orgId);
    const fresh = await ports.orgs.get(org.orgId);
    const left = fresh && stateOf(fresh, object);
    if (left === undefined || left.fieldSet.fields.join() === state.fieldSet.fields.join()) {
      throw error;
    }
    return await read(left);
  }
}
