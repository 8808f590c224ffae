import type { OrgId, RecordId } from './ids.ts';

/** A user who has let the receiver write as him (D7, D15). Changed only by compare-and-swap on `revision` (0 = not stored yet). */
export interface UserConnection {
  readonly orgId: OrgId;
  readonly revision: number;
  /** The Salesforce user, as Salesforce told. */
  readonly userId: RecordId;
  readonly username: string;
  /** The Mixmax user, lower case. */
  readonly user: string;
  readonly connectedAtMs: number;
  /** His credentials, sealed with the org's key for them, which lies with the org's secrets. */
  readonly sealed: string;
  /** Why Salesforce does not let him in any more; cleared by connecting again. */
  readonly problem?: { readonly reason: string; readonly sinceMs: number };
}
