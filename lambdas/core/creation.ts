import type { OrgId, RecordId } from './ids.ts';

/** A contact or lead that was made for Mixmax (A79). Changed only by compare-and-swap on `revision` (0 = not stored yet). */
export interface Creation {
  readonly orgId: OrgId;
  readonly revision: number;
  /** The sender's: the same id never makes two records. */
  readonly id: string;
  readonly object: 'Contact' | 'Lead';
  /** Lower case. */
  readonly email: string;
  /** The Mixmax user. */
  readonly user: string;
  /** What made it, such as a rule: A80. */
  readonly origin: Origin;
  readonly atMs: number;
  /** `creating`: it may be in Salesforce without our knowing its id. */
  readonly state: 'creating' | 'created';
  readonly recordId?: RecordId;
}

export interface Origin {
  readonly from: 'rule' | 'compose' | 'sidebar' | 'sequence' | 'other';
  /** Name or id of the rule. */
  readonly rule?: string;
}
