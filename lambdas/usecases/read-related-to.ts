import type { Person } from '#core/activities/match-person.ts';
import {
  type LookupTarget,
  newestOf,
  type RelatedObject,
  type RelatedRecord,
} from '#core/activities/related-objects.ts';
import type { RoleSettings } from '#core/activities/role-settings.ts';
import type { RecordId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { readByIds } from './read-by-ids.ts';
import { type Opportunities, readOpportunities } from './read-opportunities.ts';
import { isThere } from './related-objects.ts';

type RelationRules = Pick<RoleSettings, 'opportunities' | 'relatedObjects'>;
type Reading = Pick<Salesforce, 'queryAll' | 'retrieve' | 'describe'>;

/** A contact whose related record is wanted, by the role of the user who logs. */
interface Wanted {
  readonly person: Person;
  readonly role: RelationRules;
}

/** Related To of a contact, for a Salesforce user whose activity it is. */
export type RelatedTo = (person: Person, role: RelationRules, userId: RecordId) => RecordId | null;

/**
 * Reads what contacts' activities are related to at the moment of writing (R16): custom objects that the role puts
 * first, the opportunity, the other custom objects, the account. Costs what opportunities cost, and for each custom
 * object that a role has picked a describe, kept for ten minutes, and a call for every 2,000 look-ups.
 */
export async function readRelatedTo(
  ports: Pick<Ports, 'telemetry'>,
  salesforce: Reading,
  wanted: readonly Wanted[],
): Promise<RelatedTo> {
  const opportunities = await readOpportunities(
    salesforce,
    wanted.map(({ person, role }) => ({ person, rule: role.opportunities })),
  );
  const found = await readCustomRecords(ports, salesforce, opportunities, wanted);
  return (person, role, userId) => {
    const opportunity = opportunities.chosen(person, role.opportunities, userId);
    const parents = { Contact: person.id, Account: person.accountId, Opportunity: opportunity };
    const newest = (first: boolean) =>
      role.relatedObjects
        .filter(({ beforeOpportunity }) => beforeOpportunity === first)
        .map((one) => newestOf(found.get(keyOf(one)) ?? [], parents[one.to] ?? undefined))
        .find((id) => id !== undefined);
    return newest(true) ?? opportunity ?? newest(false) ?? person.accountId;
  };
}

async function readCustomRecords(
  ports: Pick<Ports, 'telemetry'>,
  salesforce: Reading,
  opportunities: Opportunities,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, readonly RelatedRecord[]>> {
  const picked = wanted.flatMap(({ person, role }) =>
    role.relatedObjects.map((relation) => ({
      relation,
      parents: parentsOf(person, role, relation.to, opportunities),
    })),
  );
  const found = new Map<string, readonly RelatedRecord[]>();
  for (const [key, group] of Map.groupBy(picked, ({ relation }) => keyOf(relation))) {
    const [first] = group;
    if (first === undefined) continue;
    // What was deleted since an admin picked it must not hold up every activity; the set-up of activities shows it.
    if (!(await isThere(salesforce, first.relation))) {
      ports.telemetry.warn('RelatedObjectGone', { relation: key });
      continue;
    }
    const ids = group.flatMap(({ parents }) => parents);
    found.set(key, await readOne(salesforce, first.relation, ids));
  }
  return found;
}

function parentsOf(
  person: Person,
  role: RelationRules,
  to: LookupTarget,
  opportunities: Opportunities,
): readonly RecordId[] {
  if (to === 'Contact') return [person.id];
  if (to === 'Account') return person.accountId === null ? [] : [person.accountId];
  return opportunities.of(person, role.opportunities).map(({ id }) => id);
}

async function readOne(
  salesforce: Reading,
  { object, lookup }: RelatedObject,
  parents: readonly RecordId[],
): Promise<readonly RelatedRecord[]> {
  const rows = await readByIds(salesforce, object, [lookup, 'CreatedDate'], lookup, parents);
  return rows.map(({ id, fields }) => ({
    id,
    parentId: String(fields[lookup]),
    createdDate: String(fields['CreatedDate']),
  }));
}

function keyOf({ object, lookup }: RelatedObject): string {
  return `${object}.${lookup}`;
}
