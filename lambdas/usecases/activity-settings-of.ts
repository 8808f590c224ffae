import { type ActivitySettings, DEFAULT_SETTINGS } from '#core/activities/role-settings.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

/** What an org has set for its activities; the defaults where nobody has set anything. */
export async function activitySettingsOf(
  { activitySettings }: Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
): Promise<ActivitySettings> {
  return (await activitySettings.get(orgId)) ?? DEFAULT_SETTINGS;
}
