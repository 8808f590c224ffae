import type { OrgId } from '#core/ids.ts';

/** One change that somebody made to an org's sync: who, when and what, without the values. */
export interface LoggedChange {
  /** Unique in the org. */
  readonly id: string;
  readonly orgId: OrgId;
  readonly atMs: number;
  /** A Salesforce username, the label of a key, or the link of one machine. */
  readonly who: string;
  readonly by: 'page' | 'key';
  /** The operation's id in the API's document. */
  readonly operation: string;
  /** What it was about, from its path: a role, a consumer of fields, an id. */
  readonly about?: string;
}

/** The log of changes, kept for a year. */
export interface ChangeLog {
  /** The same id again changes nothing. */
  append(change: LoggedChange): Promise<void>;
  /** Writes a change that is in the log anew, under its time and id; one that is not there any more stays gone. */
  replace(change: LoggedChange): Promise<void>;
  /** Newest first, from `before` (exclusive). */
  list(
    orgId: OrgId,
    options: { readonly limit: number; readonly before?: Pick<LoggedChange, 'atMs' | 'id'> },
  ): Promise<readonly LoggedChange[]>;
  clear(orgId: OrgId): Promise<void>;
}
