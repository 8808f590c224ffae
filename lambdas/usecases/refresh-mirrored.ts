import { pickedObjects } from '#core/activities/role-settings.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { activitySettingsOf } from './activity-settings-of.ts';
import { type RefreshedFields, type RefreshFieldsPorts, refreshFields } from './refresh-fields.ts';

/**
 * Compares the org's fields with what is mirrored (R13), and takes custom objects into the mirror that activities are
 * related to (R16). They stay in it when they are picked no longer, as fields do.
 *
 * @throws AppError as `refreshFields`
 */
export async function refreshMirrored(
  ports: RefreshFieldsPorts & Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
): Promise<RefreshedFields> {
  const settings = await activitySettingsOf(ports, orgId);
  return await refreshFields(ports, orgId, pickedObjects(settings));
}
