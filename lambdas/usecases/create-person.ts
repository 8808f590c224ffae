import { roleOf } from '#core/activities/role-settings.ts';
import type { Creation, Origin } from '#core/creation.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Fields } from '#core/record.ts';
import { soqlSelect, soqlText } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { activitySettingsOf } from './activity-settings-of.ts';
import { findUsers } from './find-users.ts';
import { clientOfUser, type WriterPorts } from './open-writers.ts';

export type CreatePersonPorts = WriterPorts &
  Pick<Ports, 'mirror' | 'creations' | 'activitySettings'>;

export interface PersonRequest {
  /** The sender's: sending the same again makes no second record. */
  readonly id: string;
  readonly object: 'Contact' | 'Lead';
  /** The Mixmax user for whom it is made. */
  readonly user: string;
  readonly fields: Fields & { readonly Email: string };
  readonly origin: Origin;
}

export interface CreatedPerson {
  readonly outcome: 'created' | 'known';
  readonly recordId: RecordId;
}

/**
 * Creates a contact or lead in Salesforce (A79), as the user where connected, else as the Sync User with the user as
 * owner. What made it is kept (A80). A repeat after a lost answer finds what was made. Costs two or three calls.
 *
 * @throws AppError conflict where a contact or unconverted lead has the address, in the mirror or in the org;
 *   unprocessable with Salesforce's code and fields where the org's rules refuse it; invalid-input for an unknown user
 *   or field
 */
export async function createPerson(
  ports: CreatePersonPorts,
  org: OrgState,
  request: PersonRequest,
): Promise<CreatedPerson> {
  const user = request.user.toLowerCase();
  const userId = (await findUsers(ports, org.orgId, [user])).get(user)?.id;
  if (userId === undefined) throw unknownUser();
  const known = await ports.creations.get(org.orgId, request.id);
  if (known !== undefined && !isSame(known, request)) throw idInUse();
  if (known?.recordId !== undefined) return { outcome: 'known', recordId: known.recordId };
  const syncUser = await ports.salesforce.forOrg(org, 'activities');
  const present = await findPresent(ports, syncUser, org, request, known);
  if (present !== undefined && known === undefined) throw exists(present);
  const creation = known ?? (await begin(ports, org, request));
  const recordId = present?.id ?? (await create(ports, org, request, userId, syncUser, creation));
  await ports.creations.put({ ...creation, state: 'created', recordId });
  return { outcome: known === undefined ? 'created' : 'known', recordId };
}

function isSame({ object, email }: Creation, request: PersonRequest): boolean {
  return object === request.object && email === request.fields.Email.toLowerCase();
}

interface Present {
  readonly object: 'Contact' | 'Lead';
  readonly id: RecordId;
}

/**
 * Who has the address: by the mirror, which costs nothing, then by the org, which is never behind.
 * @param known an earlier try whose answer was lost: only what was made since then by it counts
 */
async function findPresent(
  ports: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  { orgId }: OrgState,
  { object, fields: { Email } }: PersonRequest,
  known: Creation | undefined,
): Promise<Present | undefined> {
  const mirrored = known === undefined ? await ports.mirror.findByEmail(orgId, Email) : [];
  for (const { object: of, id, fields } of mirrored) {
    if (of === 'Contact') return { object: of, id };
    if (of === 'Lead' && fields['IsConverted'] !== true) return { object: of, id };
  }
  for (const of of known === undefined ? (['Contact', 'Lead'] as const) : [object]) {
    const unconverted = of === 'Lead' ? ' AND IsConverted = false' : '';
    const where = `Email = ${soqlText(Email)}${unconverted}`;
    for await (const { records } of salesforce.query(soqlSelect(of, ['Id'], where))) {
      const [first] = records;
      if (first !== undefined) return { object: of, id: first.id };
    }
  }
  return undefined;
}

async function begin(
  { creations, clock }: Pick<Ports, 'creations' | 'clock'>,
  { orgId }: OrgState,
  { id, object, user, fields, origin }: PersonRequest,
): Promise<Creation> {
  const email = fields.Email.toLowerCase();
  const creation: Creation = {
    orgId,
    revision: 0,
    id,
    object,
    email,
    user: user.toLowerCase(),
    origin,
    atMs: clock.now(),
    state: 'creating',
  };
  if ((await creations.put(creation)) === 'conflict') throw idInUse();
  return { ...creation, revision: 1 };
}

async function create(
  ports: CreatePersonPorts,
  org: OrgState,
  { user, object, fields }: PersonRequest,
  userId: RecordId,
  syncUser: Salesforce,
  { id }: Creation,
): Promise<RecordId> {
  const settings = await activitySettingsOf(ports, org.orgId);
  const { assignmentRules = false } = roleOf(settings, user);
  try {
    const own = await clientOfUser(ports, org, 'activities', userId);
    const client = own ?? syncUser;
    await requireFields(client, object, fields);
    const owned = own === undefined && !assignmentRules ? { OwnerId: userId } : {};
    const options = object === 'Lead' ? { assignmentRules } : {};
    return await client.create(object, { ...owned, ...fields }, options);
  } catch (error) {
    // What was refused was not made: the id may be used again. Without an answer nobody knows.
    const unknown = error instanceof AppError && error.code === 'salesforce-unavailable';
    if (!unknown) await ports.creations.delete(org.orgId, id);
    throw translated(error);
  }
}

/** A field that is not there would have Salesforce refuse the call without saying which object it meant. */
async function requireFields(
  salesforce: Salesforce,
  object: 'Contact' | 'Lead',
  fields: Fields,
): Promise<void> {
  const described = await salesforce.describe(object);
  const writable = described?.fields.filter(({ createable }) => createable !== false) ?? [];
  const names = new Set(writable.map(({ name }) => name));
  const wrong = Object.keys(fields).find((name) => !names.has(name));
  if (wrong === undefined) return;
  const pointer = `/fields/${wrong}`;
  const reason = `body${pointer}: ${object} has no such field, or this user may not write it.`;
  throw new AppError('invalid-input', reason, { pointer });
}

/** The org's own words are the sender's answer: nothing of ours failed. */
function translated(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'salesforce-refused') return error;
  const duplicate = /DUPLICATES_DETECTED|DUPLICATE_VALUE/.test(error.message);
  return new AppError(duplicate ? 'conflict' : 'unprocessable', error.message);
}

function exists({ object, id }: Present): AppError {
  const message = `The ${object} ${id} has this address already: nothing was created.`;
  return new AppError('conflict', message, { pointer: '/fields/Email' });
}

function idInUse(): AppError {
  const message = 'body/id was used for another record, or is being used now.';
  return new AppError('conflict', message, { pointer: '/id' });
}

function unknownUser(): AppError {
  const message = 'body/user is no active Salesforce user, as far as the mirror knows.';
  return new AppError('invalid-input', message, { pointer: '/user' });
}
