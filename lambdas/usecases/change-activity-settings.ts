import type { ActivitySettings } from '#core/activities/role-settings.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { activitySettingsOf } from './activity-settings-of.ts';

const ATTEMPTS = 10;

/**
 * Changes an org's settings of activities by a pure step, again from the start where somebody else was faster.
 * Effective for what is written from then on.
 */
export async function changeActivitySettings(
  ports: Pick<Ports, 'activitySettings'>,
  orgId: OrgId,
  step: (settings: ActivitySettings) => ActivitySettings,
): Promise<ActivitySettings> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const current = await activitySettingsOf(ports, orgId);
    const next = step(current);
    if ((await ports.activitySettings.put(orgId, next)) === 'stored') return next;
  }
  throw new AppError('conflict', 'The settings are being changed by others; try again.', {
    retryable: true,
  });
}
