import { choosePerson } from '#core/activities/match-person.ts';
import { AppError } from '#core/errors.ts';
import { type RecordId, toId18 } from '#core/ids.ts';
import type { FieldsByObject, OrgState } from '#core/org.ts';
import type { MirrorRecord } from '#core/record.ts';
import { formatValue, localeOf, parseVariable, type VariablePath } from '#core/variables.ts';
import type { Ports } from '#ports/ports.ts';
import type { DescribedObject, Salesforce } from '#ports/salesforce.ts';
import { declareFieldUse } from './declare-field-use.ts';
import { findUsers } from './find-users.ts';
import type { PushConditionsPorts } from './push-conditions.ts';

/** Whose declarations of fields in use these are (A77). */
const VARIABLES_CONSUMER = 'variables';

export type FillVariablesPorts = PushConditionsPorts & Pick<Ports, 'mirror'>;

export interface VariablesRequest {
  /** The Mixmax user who writes. */
  readonly user: string;
  /** To whom. */
  readonly person: { readonly email: string } | { readonly id: RecordId };
  readonly names: readonly string[];
}

export interface FilledVariables {
  /** Text by name, of those that have one. */
  readonly values: Readonly<Record<string, string>>;
  /** Why a name has no text. */
  readonly missing: Readonly<
    Record<string, 'unknown-name' | 'no-record' | 'no-field' | 'not-synced' | 'empty'>
  >;
  /** Names whose text may be older than what Salesforce shows: formulas, and all while Apex is not heard. */
  readonly stale: readonly string[];
}

interface Found {
  readonly record: MirrorRecord | undefined;
  readonly described: DescribedObject | undefined;
}

/**
 * Fills the variables of an e-mail from the mirror, in the user's locale and time zone (A77). Fields that were not in use
 * before are declared: they are synced from then on. Costs describes, which are kept for ten minutes.
 *
 * @throws AppError invalid-input for an unknown user
 */
export async function fillVariables(
  ports: FillVariablesPorts,
  org: OrgState,
  { user, person, names }: VariablesRequest,
): Promise<FilledVariables> {
  const address = user.toLowerCase();
  const writer = (await findUsers(ports, org.orgId, [address])).get(address);
  if (writer === undefined) {
    const message = 'body/user is no active Salesforce user, as far as the mirror knows.';
    throw new AppError('invalid-input', message, { pointer: '/user' });
  }
  const salesforce = await ports.salesforce.forOrg(org);
  const me = await ports.mirror.get(org.orgId, 'User', writer.id);
  const people = await personRecords(ports, org, person, writer.id);
  const roots = { ...people, User: me };
  const told = {
    locale: localeOf(me?.fields['LocaleSidKey']),
    timeZone: writer.timeZone,
  };
  const filled = {
    values: {} as Mutable<string>,
    missing: {} as Mutable<Reason>,
    stale: [] as string[],
  };
  const used: Record<string, Set<string>> = {};
  for (const name of new Set(names)) {
    const path = parseVariable(name);
    if (path === undefined) filled.missing[name] = 'unknown-name';
    else await fillOne(ports, salesforce, org, { name, path, roots, told, filled, used });
  }
  await declare(ports, org, used);
  return filled;
}

type Mutable<V> = Record<string, V>;
type Reason = FilledVariables['missing'][string];

interface One {
  readonly name: string;
  readonly path: VariablePath;
  readonly roots: Readonly<Record<VariablePath['root'], MirrorRecord | undefined>>;
  readonly told: { readonly locale: string; readonly timeZone: string };
  readonly filled: { values: Mutable<string>; missing: Mutable<Reason>; stale: string[] };
  readonly used: Record<string, Set<string>>;
}

async function fillOne(
  ports: FillVariablesPorts,
  salesforce: Salesforce,
  org: OrgState,
  { name, path, roots, told, filled, used }: One,
): Promise<void> {
  let found: Found = {
    record: roots[path.root],
    described: await salesforce.describe(path.root),
  };
  for (const lookup of path.lookups)
    found = await follow(ports, salesforce, org, found, lookup, used);
  const { record, described } = found;
  const field = described && fieldNamed(described, path.field);
  if (described === undefined || field === undefined) {
    filled.missing[name] = 'no-field';
    return;
  }
  const isMirrored = Object.hasOwn(org.objects, described.name);
  if (!field.calculated && isMirrored) note(used, described.name, field.name);
  const value = record?.fields[field.name];
  const text = value === undefined ? undefined : formatValue(value, field.type, told);
  if (record === undefined) filled.missing[name] = isMirrored ? 'no-record' : 'not-synced';
  else if (value === undefined) filled.missing[name] = 'not-synced';
  else if (text === undefined) filled.missing[name] = 'empty';
  else filled.values[name] = text;
  if (text !== undefined && (field.calculated || org.mode.name !== 'realtime'))
    filled.stale.push(name);
}

async function follow(
  { mirror }: Pick<Ports, 'mirror'>,
  salesforce: Salesforce,
  { orgId, objects }: OrgState,
  { record, described }: Found,
  lookup: string,
  used: Record<string, Set<string>>,
): Promise<Found> {
  const field = described && fieldNamed(described, lookup);
  const [object] = field?.referenceTo ?? [];
  if (described === undefined || field === undefined || object === undefined) {
    return { record: undefined, described: undefined };
  }
  if (Object.hasOwn(objects, described.name)) note(used, described.name, field.name);
  const id = toId18(String(record?.fields[field.name] ?? '')) as RecordId | undefined;
  // An owner may be a queue: users come first among what it refers to, or are not there.
  const of = field.referenceTo.includes('User') ? 'User' : object;
  const target = id === undefined ? undefined : await mirror.get(orgId, of, id);
  const live = target !== undefined && !target.deleted && !target.hidden ? target : undefined;
  return { record: live, described: await salesforce.describe(of) };
}

async function personRecords(
  { mirror }: Pick<Ports, 'mirror'>,
  { orgId }: OrgState,
  person: VariablesRequest['person'],
  userId: RecordId,
): Promise<Readonly<Record<'Contact' | 'Lead', MirrorRecord | undefined>>> {
  if ('id' in person) {
    const [contact, lead] = [
      await mirror.get(orgId, 'Contact', person.id),
      await mirror.get(orgId, 'Lead', person.id),
    ];
    return { Contact: live(contact), Lead: live(lead) };
  }
  const found = await mirror.findByEmail(orgId, person.email);
  const chosen = (object: 'Contact' | 'Lead') => {
    const own = found.filter((record) => record.object === object);
    const best = choosePerson(own, userId);
    return own.find(({ id }) => id === best?.id);
  };
  return { Contact: chosen('Contact'), Lead: chosen('Lead') };
}

function live(record: MirrorRecord | undefined): MirrorRecord | undefined {
  return record === undefined || record.deleted || record.hidden ? undefined : record;
}

function fieldNamed({ fields }: DescribedObject, name: string) {
  return fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
}

function note(used: Record<string, Set<string>>, object: string, field: string): void {
  used[object] = (used[object] ?? new Set()).add(field);
}

/** Adds what is new to what was declared before; a template that is not used any more is for its owner to take back. */
async function declare(
  ports: FillVariablesPorts,
  org: OrgState,
  used: Record<string, Set<string>>,
): Promise<void> {
  const before: FieldsByObject = org.fieldUses?.[VARIABLES_CONSUMER] ?? {};
  const merged: FieldsByObject = Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(used)])].map((object) => [
      object,
      [...new Set([...(before[object] ?? []), ...(used[object] ?? [])])].sort(),
    ]),
  );
  const isNew = Object.entries(used).some(([object, fields]) =>
    [...fields].some((field) => !before[object]?.includes(field)),
  );
  if (isNew) await declareFieldUse(ports, org, VARIABLES_CONSUMER, merged);
}
