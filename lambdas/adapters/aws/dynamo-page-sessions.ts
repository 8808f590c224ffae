import type { OrgId } from '#core/ids.ts';
import type { PageSession, PageSessions } from '#ports/page-sessions.ts';
import { bodyOf } from './bodies.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { orgPartition, PAGE_SESSION_PREFIX, pageSessionKey } from './keys.ts';

/** Sessions in the control table, beside the org's state; the table removes them some time after they have expired. */
export class DynamoPageSessions implements PageSessions {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async put(sha256: string, session: PageSession): Promise<void> {
    const expiresAtSeconds = Math.ceil(session.expiresAtMs / 1_000);
    const key = pageSessionKey(session.orgId, sha256);
    await this.#table.put({ ...key, body: JSON.stringify(session), expiresAtSeconds });
  }

  async find(orgId: OrgId, sha256: string): Promise<PageSession | undefined> {
    const item = await this.#table.get(pageSessionKey(orgId, sha256));
    return item === undefined ? undefined : bodyOf<PageSession>(item);
  }

  async delete(orgId: OrgId, sha256: string): Promise<void> {
    await this.#table.delete(pageSessionKey(orgId, sha256));
  }

  async clear(orgId: OrgId): Promise<void> {
    const items = await this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': PAGE_SESSION_PREFIX },
    });
    for (const { sk } of items) {
      await this.delete(orgId, String(sk).slice(PAGE_SESSION_PREFIX.length));
    }
  }
}
