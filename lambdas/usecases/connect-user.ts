import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { Ports } from '#ports/ports.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { findUsers } from './find-users.ts';
import { retryOfUser } from './retry-activities.ts';
import { sealCredentials } from './user-credentials.ts';

export type ConnectUserPorts = Pick<
  Ports,
  | 'userConnections'
  | 'activityLedger'
  | 'activityQueue'
  | 'orgs'
  | 'mirror'
  | 'secrets'
  | 'salesforce'
  | 'clock'
  | 'random'
  | 'telemetry'
>;

export interface ConnectUserInput {
  readonly orgId: OrgId;
  /** The Mixmax user, lower case. */
  readonly user: string;
  readonly loginUrl: string;
  readonly apiVersion: string;
  readonly credentials: SalesforceCredentials;
}

export type ConnectedUser = Pick<UserConnection, 'orgId' | 'userId' | 'username' | 'user'>;

const ATTEMPTS = 10;

/**
 * Has a user's activities written as that user from now on (D7). Who it is, Salesforce says: it must be the user whose
 * activities they are, so that nobody's link connects somebody else. What waits for the connection is tried again.
 *
 * @throws AppError forbidden for a user of another org, or another user than the Mixmax user's
 */
export async function connectUser(
  ports: ConnectUserPorts,
  { orgId, user, loginUrl, apiVersion, credentials }: ConnectUserInput,
): Promise<ConnectedUser> {
  const salesforce = await ports.salesforce.withCredentials(loginUrl, apiVersion, credentials);
  const identity = await salesforce.identity();
  if (identity.orgId !== orgId) {
    throw new AppError(
      'forbidden',
      `This user belongs to the org ${identity.orgId}, not to ${orgId}: sign in as a user of that org.`,
    );
  }
  const { userId, username } = identity;
  if ((await findUsers(ports, orgId, [user])).get(user)?.id !== userId) {
    throw new AppError(
      'forbidden',
      `The Salesforce user ${username} does not have the e-mail address of this Mixmax user: sign in as the user who has it, or correct the address in Salesforce.`,
    );
  }
  const sealed = await sealCredentials(ports, orgId, userId, salesforce.credentials());
  const connection = { orgId, userId, username, user, sealed, connectedAtMs: ports.clock.now() };
  await store(ports, connection);
  await retryOfUser(ports, orgId, userId);
  ports.telemetry.info('UserConnected', { orgId, userId });
  return { orgId, userId, username, user };
}

/** Connecting again replaces what was there, with its problem. */
async function store(
  { userConnections }: Pick<Ports, 'userConnections'>,
  connection: Omit<UserConnection, 'revision'>,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const known = await userConnections.get(connection.orgId, connection.userId);
    const next = { ...connection, revision: known?.revision ?? 0 };
    if ((await userConnections.put(next)) === 'stored') return;
  }
  throw new AppError('conflict', 'This user is being connected elsewhere; try again.', {
    retryable: true,
  });
}

/** From now on the Sync User writes, with the user as owner. What waited for the user's sign-in is tried again. */
export async function disconnectUser(
  ports: Pick<
    Ports,
    'userConnections' | 'activityLedger' | 'activityQueue' | 'clock' | 'telemetry'
  >,
  orgId: OrgId,
  userId: RecordId,
): Promise<void> {
  if ((await ports.userConnections.delete(orgId, userId)) === 'unknown') {
    throw new AppError('not-found', 'This user is not connected.', { pointer: 'userId' });
  }
  await retryOfUser(ports, orgId, userId);
  ports.telemetry.info('UserDisconnected', { orgId, userId });
}
