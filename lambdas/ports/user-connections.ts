import type { OrgId, RecordId } from '#core/ids.ts';
import type { UserConnection } from '#core/user-connection.ts';

/** Users of an org who are written as themselves, by the Salesforce user. */
export interface UserConnections {
  get(orgId: OrgId, userId: RecordId): Promise<UserConnection | undefined>;
  /** All of an org, by user id. */
  list(orgId: OrgId): Promise<readonly UserConnection[]>;
  /** Writes with revision + 1 if the stored revision is the connection's (0 = none is stored). */
  put(connection: UserConnection): Promise<'stored' | 'conflict'>;
  delete(orgId: OrgId, userId: RecordId): Promise<'deleted' | 'unknown'>;
  clear(orgId: OrgId): Promise<void>;
}
