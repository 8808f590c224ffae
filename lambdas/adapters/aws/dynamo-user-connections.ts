import type { OrgId, RecordId } from '#core/ids.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { UserConnections } from '#ports/user-connections.ts';
import { bodyOf, stillAt, versioned } from './bodies.ts';
import { type DynamoTable, EXISTS, type Item, NOT_EXISTS } from './dynamo-table.ts';
import { orgPartition, USER_CONNECTION_PREFIX, userConnectionKey } from './keys.ts';

/** Connections in the control table, one item each beside the org's state: an org has hundreds at most. */
export class DynamoUserConnections implements UserConnections {
  readonly #table: DynamoTable;

  constructor(control: DynamoTable) {
    this.#table = control;
  }

  async get(orgId: OrgId, userId: RecordId): Promise<UserConnection | undefined> {
    const item = await this.#table.get(userConnectionKey(orgId, userId));
    return item === undefined ? undefined : bodyOf<UserConnection>(item);
  }

  async list(orgId: OrgId): Promise<readonly UserConnection[]> {
    return (await this.#items(orgId)).map((item) => bodyOf<UserConnection>(item));
  }

  async put(connection: UserConnection): Promise<'stored' | 'conflict'> {
    const { orgId, userId, revision } = connection;
    const condition = revision === 0 ? NOT_EXISTS : stillAt(revision);
    const body = versioned({ ...connection, revision: revision + 1 });
    const stored = await this.#table.put(
      { ...userConnectionKey(orgId, userId), ...body },
      condition,
    );
    return stored ? 'stored' : 'conflict';
  }

  async delete(orgId: OrgId, userId: RecordId): Promise<'deleted' | 'unknown'> {
    const deleted = await this.#table.delete(userConnectionKey(orgId, userId), EXISTS);
    return deleted ? 'deleted' : 'unknown';
  }

  async clear(orgId: OrgId): Promise<void> {
    for (const { userId } of await this.list(orgId)) await this.delete(orgId, userId);
  }

  #items(orgId: OrgId): Promise<readonly Item[]> {
    return this.#table.queryAll({
      KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': orgPartition(orgId), ':prefix': USER_CONNECTION_PREFIX },
    });
  }
}
