import {
  chooseOpportunity,
  type OpportunityFacts,
  type OpportunityRule,
} from '#core/activities/choose-opportunity.ts';
import type { Person } from '#core/activities/match-person.ts';
import { type RecordId, recordId } from '#core/ids.ts';
import { idsCondition, MAX_IDS_PER_QUERY, soqlSelect } from '#core/soql.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';

/** Ids that one call takes. */
const MAX_RETRIEVED = 2_000;
const FACTS = ['OwnerId', 'IsClosed', 'CloseDate', 'CreatedDate', 'AccountId'];

/** Somebody whose opportunity is wanted, by the rule of the role of the user who logs. */
export interface Wanted {
  readonly person: Person;
  readonly rule: OpportunityRule;
}

interface Role {
  readonly contactId: string;
  readonly opportunityId: RecordId;
  readonly isPrimary: boolean;
}

/**
 * Reads opportunities at the moment of writing (R16): roles change without a trigger. Costs a call for every 2,000
 * contacts, and one for every 2,000 of their opportunities; none where nobody relates to opportunities.
 *
 * @returns Related To of a contact: the opportunity that the rule chooses, else its account
 */
export async function readOpportunities(
  salesforce: Pick<Salesforce, 'queryAll' | 'retrieve'>,
  wanted: readonly Wanted[],
): Promise<(person: Person, rule: OpportunityRule, userId: RecordId) => RecordId | null> {
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
  const byAccount = await readAll(salesforce, 'Opportunity', FACTS, 'AccountId', accounts);

  return (person, rule, userId) => {
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
    const chosen =
      rule.through === 'none'
        ? undefined
        : chooseOpportunity(candidates.map(factsOf), rule, userId);
    return chosen?.id ?? person.accountId;
  };
}

async function readRoles(
  salesforce: Pick<Salesforce, 'queryAll'>,
  contacts: readonly RecordId[],
): Promise<readonly Role[]> {
  const fields = ['ContactId', 'OpportunityId', 'IsPrimary'];
  const rows = await readAll(salesforce, 'OpportunityContactRole', fields, 'ContactId', contacts);
  return rows.map(({ fields: role }) => ({
    contactId: String(role['ContactId']),
    opportunityId: recordId(String(role['OpportunityId']), 'OpportunityId'),
    isPrimary: role['IsPrimary'] === true,
  }));
}

async function readAll(
  salesforce: Pick<Salesforce, 'queryAll'>,
  object: string,
  fields: readonly string[],
  field: string,
  ids: readonly RecordId[],
): Promise<readonly ReadRecord[]> {
  const distinct = [...new Set(ids)];
  const soqls: string[] = [];
  for (let start = 0; start < distinct.length; start += MAX_IDS_PER_QUERY) {
    const some = distinct.slice(start, start + MAX_IDS_PER_QUERY);
    soqls.push(soqlSelect(object, ['Id', ...fields], idsCondition(field, some)));
  }
  return (await salesforce.queryAll(soqls)).flat();
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
