import type { RecordId } from '../ids.ts';

/** What the choice among opportunities looks at. */
export interface OpportunityFacts {
  readonly id: RecordId;
  readonly ownerId: string;
  readonly isClosed: boolean;
  /** `YYYY-MM-DD` */
  readonly closeDate: string;
  /** ISO 8601 UTC */
  readonly createdDate: string;
}

/** F5–F7: which opportunities a role's members log to. */
export interface OpportunityRule {
  /** `none`: activities are related to accounts only. */
  readonly through: 'none' | 'primary-role' | 'any-role' | 'account';
  readonly owned: 'all' | 'by-user';
  readonly closed: boolean;
}

/** A47, and F6 as the help page words it. */
export const DEFAULT_OPPORTUNITY_RULE: OpportunityRule = {
  through: 'primary-role',
  owned: 'all',
  closed: false,
};

/** U11: an open one, then one that the user owns, then the one that closes soonest, then the newest. */
export function chooseOpportunity(
  candidates: readonly OpportunityFacts[],
  { owned, closed }: OpportunityRule,
  userId: RecordId,
): OpportunityFacts | undefined {
  const fitting = candidates.filter(
    ({ isClosed, ownerId }) => (closed || !isClosed) && (owned === 'all' || ownerId === userId),
  );
  return fitting.toSorted((one, other) => order(one, other, userId))[0];
}

function order(one: OpportunityFacts, other: OpportunityFacts, userId: RecordId): number {
  return (
    Number(one.isClosed) - Number(other.isClosed) ||
    Number(other.ownerId === userId) - Number(one.ownerId === userId) ||
    compare(one.closeDate, other.closeDate) ||
    compare(other.createdDate, one.createdDate) ||
    compare(one.id, other.id)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
