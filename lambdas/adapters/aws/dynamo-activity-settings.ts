import type { ActivitySettings } from '#core/activities/role-settings.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivitySettingsStore } from '#ports/activity-settings-store.ts';
import { bodyOf, stillAt, versioned } from './bodies.ts';
import { type DynamoTable, NOT_EXISTS } from './dynamo-table.ts';
import { activitySettingsKey } from './keys.ts';

/** One item of the control table per org. */
export class DynamoActivitySettings implements ActivitySettingsStore {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async get(orgId: OrgId): Promise<ActivitySettings | undefined> {
    const item = await this.#table.get(activitySettingsKey(orgId));
    return item === undefined ? undefined : bodyOf<ActivitySettings>(item);
  }

  async put(orgId: OrgId, next: ActivitySettings): Promise<'stored' | 'conflict'> {
    const settings = { ...next, revision: next.revision + 1 };
    const condition = next.revision === 0 ? NOT_EXISTS : stillAt(next.revision);
    const item = { ...activitySettingsKey(orgId), ...versioned(settings) };
    return (await this.#table.put(item, condition)) ? 'stored' : 'conflict';
  }

  async clear(orgId: OrgId): Promise<void> {
    await this.#table.delete(activitySettingsKey(orgId));
  }
}
