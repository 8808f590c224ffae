import {
  chooseOpportunity,
  type OpportunityFacts,
  type OpportunityRule,
} from '#core/activities/choose-opportunity.ts';
import type { Person } from '#core/activities/match-person.ts';
import { type RecordId, recordId } from '#core/ids.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { readByIds } from './read-by-ids.ts';

/** Ids that one call takes. */
const MAX_RETRIEVED = 2_000;
const FACTS = ['OwnerId', 'IsClosed', 'CloseDate', 'CreatedDate', 'AccountId'];

/** Somebody whose opportunity is wanted, by the rule of the role of the user who logs. */
interface Wanted {
  readonly person: Person;
  readonly rule: OpportunityRule;
}

export interface Opportunities {
  /** Those among which the rule chooses. */
  of(person: Person, rule: OpportunityRule): readonly OpportunityFacts[];
  chosen(person: Person, rule: OpportunityRule, userId: RecordId): RecordId | undefined;
}

interface Role {
  readonly contactId: string;
  readonly opportunityId: RecordId;
  readonly isPrimary: boolean;
}

/**
 * Reads opportunities at the moment of writing (R16): roles change without a trigger. Costs a call for every 2,000
 * contacts, and one for every 2,000 of their opportunities; none where nobody relates to opportunities.
 */
export async function readOpportunities(
  salesforce: Pick<Salesforce, 'queryAll' | 'retrieve'>,
  wanted: readonly Wanted[],
): Promise<Opportunities> {
  const ofPeople = (through: readonly OpportunityRule['through'][]) =>
    wanted.filter(({ rule }) => through.includes(rule.through)).map(({ person }) => person);
  const roles = await readRoles(
    salesforce,
    ofPeople(['primary-role', 'any-role']).map(({ id }) => id),
  );
  const accounts = ofPeople(['account']).flatMap(({ accountId }) => accountId ?? []);
  const byRole = await retrieveAll(
    salesforce,
    roles.map(({ opportunityId }) => opportunityId),
  );
  const byAccount = await readByIds(salesforce, 'Opportunity', FACTS, 'AccountId', accounts);

  const of: Opportunities['of'] = (person, rule) => {
    if (rule.through === 'none') return [];
    const linked = new Set(
      roles
        .filter(
          ({ contactId, isPrimary }) =>
            contactId === person.id && (isPrimary || rule.through === 'any-role'),
        )
        .map(({ opportunityId }) => opportunityId),
    );
    const candidates =
      rule.through === 'account'
        ? byAccount.filter(({ fields }) => fields['AccountId'] === person.accountId)
        : byRole.filter(({ id }) => linked.has(id));
    return candidates.map(factsOf);
  };
  return {
    of,
    chosen: (person, rule, userId) => chooseOpportunity(of(person, rule), rule, userId)?.id,
  };
}

async function readRoles(
  salesforce: Pick<Salesforce, 'queryAll'>,
  contacts: readonly RecordId[],
): Promise<readonly Role[]> {
  const fields = ['ContactId', 'OpportunityId', 'IsPrimary'];
  const rows = await readByIds(salesforce, 'OpportunityContactRole', fields, 'ContactId', contacts);
  return rows.map(({ fields: role }) => ({
    contactId: String(role['ContactId']),
    opportunityId: recordId(String(role['OpportunityId']), 'OpportunityId'),
    isPrimary: role['IsPrimary'] === true,
  }));
}

async function retrieveAll(
  salesforce: Pick<Salesforce, 'retrieve'>,
  ids: readonly RecordId[],
): Promise<readonly ReadRecord[]> {
  const distinct = [...new Set(ids)];
  const found: ReadRecord[] = [];
  for (let start = 0; start < distinct.length; start += MAX_RETRIEVED) {
    const some = distinct.slice(start, start + MAX_RETRIEVED);
    const { records } = await salesforce.retrieve('Opportunity', some, FACTS);
    found.push(...records.filter((record) => record !== null));
  }
  return found;
}

function factsOf({ id, fields }: ReadRecord): OpportunityFacts {
  return {
    id,
    ownerId: String(fields['OwnerId'] ?? ''),
    isClosed: fields['IsClosed'] === true,
    closeDate: String(fields['CloseDate'] ?? ''),
    createdDate: String(fields['CreatedDate'] ?? ''),
  };
}
