import type { Org } from '../../../local/org/org.ts';
import type { OracleWorld } from '../../../test/property/activities/oracle.ts';

/** What the org held of opportunities and their primary contacts when somebody asked, at a place of the journal. */
export interface DealFacts {
  readonly place: number;
  readonly opportunities: OracleWorld['opportunities'];
}

const ROLES = 'SELECT OpportunityId, ContactId FROM OpportunityContactRole WHERE IsPrimary = true';
const DEALS = 'SELECT Id, OwnerId, IsClosed, CloseDate, CreatedDate FROM Opportunity ORDER BY Id';

/** @param hidden ids that no client sees now */
export function dealsOf(org: Org, hidden: ReadonlySet<string>): OracleWorld['opportunities'] {
  const rows = (soql: string) =>
    [...org.soql.runArrays(org.soql.plan(soql), { nowMs: org.clock.now(), userId: org.orgId })].map(
      (row) => row.map((value) => String(value ?? '')),
    );
  const roles = rows(ROLES);
  return rows(DEALS).flatMap(([id = '', owner = '', closed, closes = '', created = '']) =>
    hidden.has(id)
      ? []
      : [
          {
            id,
            owner,
            closed: closed === 'true' || closed === '1',
            closes,
            created,
            primary: roles.filter(([deal]) => deal === id).map(([, contact = '']) => contact),
          },
        ],
  );
}
