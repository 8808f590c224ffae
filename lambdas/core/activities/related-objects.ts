import type { RecordId } from '../ids.ts';

/** What a custom object's look-up may point to. Not leads: Salesforce refuses a lead with a related record. */
export const LOOKUP_TARGETS = ['Contact', 'Account', 'Opportunity'] as const;

export type LookupTarget = (typeof LOOKUP_TARGETS)[number];

/** A74, F8: a custom object that a role's members relate activities to. */
export interface RelatedObject {
  /** API name, such as `Project__c`. */
  readonly object: string;
  /** Its field that points to the contact, the contact's account or the chosen opportunity. */
  readonly lookup: string;
  readonly to: LookupTarget;
  /** It comes before an opportunity; otherwise after it, and before the account. */
  readonly beforeOpportunity: boolean;
}

/** A record of a custom object, and what its look-up points to. */
export interface RelatedRecord {
  readonly id: RecordId;
  readonly parentId: string;
  /** ISO 8601 UTC */
  readonly createdDate: string;
}

/** U41: of several that point to the same parent, the newest. */
export function newestOf(
  records: readonly RelatedRecord[],
  parentId: RecordId | undefined,
): RecordId | undefined {
  const own = records.filter((record) => record.parentId === parentId);
  return own.toSorted(newerFirst)[0]?.id;
}

function newerFirst(one: RelatedRecord, other: RelatedRecord): number {
  const [left, right] = [one.createdDate + one.id, other.createdDate + other.id];
  return left > right ? -1 : left < right ? 1 : 0;
}
