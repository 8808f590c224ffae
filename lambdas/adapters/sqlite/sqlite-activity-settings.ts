import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActivitySettings } from '#core/activities/role-settings.ts';
import type { OrgId } from '#core/ids.ts';
import type { ActivitySettingsStore } from '#ports/activity-settings-store.ts';

export class SqliteActivitySettings implements ActivitySettingsStore {
  readonly #get: StatementSync;
  readonly #create: StatementSync;
  readonly #update: StatementSync;
  readonly #clear: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT body FROM activity_settings WHERE org_id = ?');
    this.#create = database.prepare(
      'INSERT INTO activity_settings (org_id, revision, body) VALUES (?, 1, ?) ON CONFLICT DO NOTHING',
    );
    this.#update = database.prepare(
      'UPDATE activity_settings SET revision = ?, body = ? WHERE org_id = ? AND revision = ?',
    );
    this.#clear = database.prepare('DELETE FROM activity_settings WHERE org_id = ?');
  }

  async get(orgId: OrgId): Promise<ActivitySettings | undefined> {
    const row = this.#get.get(orgId);
    return row === undefined ? undefined : (JSON.parse(String(row['body'])) as ActivitySettings);
  }

  async put(orgId: OrgId, next: ActivitySettings): Promise<'stored' | 'conflict'> {
    const revision = next.revision + 1;
    const body = JSON.stringify({ ...next, revision });
    const { changes } =
      next.revision === 0
        ? this.#create.run(orgId, body)
        : this.#update.run(revision, body, orgId, next.revision);
    return changes === 1 ? 'stored' : 'conflict';
  }

  async clear(orgId: OrgId): Promise<void> {
    this.#clear.run(orgId);
  }
}
