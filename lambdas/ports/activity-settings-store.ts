import type { ActivitySettings } from '#core/activities/role-settings.ts';
import type { OrgId } from '#core/ids.ts';

/** One document per org: roles and exclusions. */
export interface ActivitySettingsStore {
  /** Undefined while an org has the defaults. */
  get(orgId: OrgId): Promise<ActivitySettings | undefined>;
  /** Writes with revision + 1 if the stored revision is `next.revision` (0 = none is stored). */
  put(orgId: OrgId, next: ActivitySettings): Promise<'stored' | 'conflict'>;
  clear(orgId: OrgId): Promise<void>;
}
