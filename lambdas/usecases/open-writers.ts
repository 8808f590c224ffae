import { wellKnownMapping } from '#core/activities/field-mapping.ts';
import type { ActivityShape, OrgShape } from '#core/activities/task-fields.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Purpose } from '#core/quota.ts';
import { SignInRefused } from '#core/sign-in-refused.ts';
import type { UserConnection } from '#core/user-connection.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import type { SalesforceCredentials } from '#ports/secrets.ts';
import { openCredentials, sealCredentials } from './user-credentials.ts';

export type WriterPorts = Pick<
  Ports,
  'userConnections' | 'salesforce' | 'secrets' | 'random' | 'clock' | 'telemetry'
>;

/** Who writes rows, and what the org looks like to him. */
export interface Writer {
  readonly salesforce: Salesforce;
  readonly shape: OrgShape;
  /** Absent = it is the Sync User. */
  readonly user?: ConnectedWriter;
}

interface ConnectedWriter {
  readonly username: string;
  /** Notes that Salesforce does not let the user in any more. @returns what to tell of rows that wait for it */
  refused(error: AppError): Promise<AppError>;
}

/** The writer of a Salesforce user's rows, or why they cannot be written now. */
export type WriterOf = (userId: RecordId) => Writer | AppError;

/**
 * Opens a session for each user who is connected (D7); the rows of all others are the Sync User's to write, with the
 * user as owner. Costs two describes for each connected user, kept for ten minutes.
 */
export async function openWriters(
  ports: WriterPorts,
  org: OrgState,
  purpose: Purpose,
  syncUser: Writer,
  userIds: readonly RecordId[],
): Promise<WriterOf> {
  const writers = new Map<RecordId, Writer | AppError>();
  for (const userId of new Set(userIds)) {
    const connection = await ports.userConnections.get(org.orgId, userId);
    if (connection === undefined) continue;
    writers.set(userId, await openWriter(ports, org, purpose, syncUser, connection));
  }
  return (userId) => writers.get(userId) ?? syncUser;
}

/**
 * A client of the user's own, for what is done once; undefined where the user is not connected.
 *
 * @throws AppError unauthorized where Salesforce does not let the user in any more
 */
export async function clientOfUser(
  ports: WriterPorts,
  org: OrgState,
  purpose: Purpose,
  userId: RecordId,
): Promise<Salesforce | undefined> {
  const connection = await ports.userConnections.get(org.orgId, userId);
  return connection && (await openClient(ports, org, purpose, connection));
}

async function openClient(
  ports: WriterPorts,
  org: OrgState,
  purpose: Purpose,
  connection: UserConnection,
): Promise<Salesforce> {
  const credentials = await openCredentials(ports, connection);
  if (credentials === undefined) throw new SignInRefused('refused', 'unreadable', '');
  const onRotated = (next: SalesforceCredentials) => rotate(ports, connection, next);
  const { userId } = connection;
  return await ports.salesforce.forUser(org, { userId, credentials, onRotated }, purpose);
}

async function openWriter(
  ports: WriterPorts,
  org: OrgState,
  purpose: Purpose,
  { shape }: Writer,
  connection: UserConnection,
): Promise<Writer | AppError> {
  const { username } = connection;
  try {
    const salesforce = await openClient(ports, org, purpose, connection);
    const own = await shapeFor(salesforce, shape, username);
    const writer = {
      username,
      refused: (error: AppError) => refused(ports, connection, error),
    };
    return { salesforce, shape: own, user: writer };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'unauthorized' ? await refused(ports, connection, error) : error;
  }
}

/** Nothing is written as somebody else meanwhile: an admin who sees it decides. */
async function refused(
  ports: WriterPorts,
  connection: UserConnection,
  error: AppError,
): Promise<AppError> {
  const { orgId, userId, username } = connection;
  const detail = error instanceof SignInRefused ? error.detail : 'token refused';
  const reason = `Salesforce does not let ${username} in any more (${detail}): connect the user again, or disconnect the user to have the Sync User write. Both try what waits once more.`;
  ports.telemetry.warn('UserSignInRefused', { orgId, userId, detail });
  if (connection.problem === undefined) {
    const problem = { reason, sinceMs: ports.clock.now() };
    // Whoever was faster has connected the user again, or noticed the same.
    await ports.userConnections.put({ ...connection, problem });
  }
  return new AppError('unauthorized', reason);
}

async function rotate(
  ports: WriterPorts,
  { orgId, userId }: UserConnection,
  credentials: SalesforceCredentials,
): Promise<void> {
  const sealed = await sealCredentials(ports, orgId as OrgId, userId, credentials);
  for (;;) {
    const current = await ports.userConnections.get(orgId, userId);
    if (current === undefined) return;
    if ((await ports.userConnections.put({ ...current, sealed })) === 'stored') return;
  }
}

/** A62: fields that the user may not write are left out of the user's rows. */
async function shapeFor(
  salesforce: Salesforce,
  { task, event }: OrgShape,
  username: string,
): Promise<OrgShape> {
  const describe = async (object: 'Task' | 'Event') => {
    const described = await salesforce.describe(object);
    if (described !== undefined) return described.fields;
    throw new AppError(
      'salesforce-refused',
      `${username} does not see ${object}s in Salesforce: give the user access to them, or disconnect the user.`,
    );
  };
  return {
    task: only(task, await describe('Task')),
    event: only(event, await describe('Event')),
  };
}

function only<S extends ActivityShape>(shape: S, fields: ActivityShape['fields']): S {
  const { keyField, timeFields } = shape;
  const writable = fields.filter(({ createable }) => createable !== false);
  const names = new Set(writable.map(({ name }) => name));
  return {
    ...shape,
    fields,
    wellKnown: wellKnownMapping(fields),
    keyField: keyField !== undefined && names.has(keyField) ? keyField : undefined,
    timeFields: timeFields.filter((field) => names.has(field)),
  };
}
