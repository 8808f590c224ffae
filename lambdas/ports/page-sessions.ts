import type { OrgId } from '#core/ids.ts';

/** F17: who may do everything, and who may see and set what concerns himself. */
export type PageProfile = 'admin' | 'user';

/** Somebody who is signed in to the page. */
export interface PageSession {
  readonly orgId: OrgId;
  /** For the log of changes: a Salesforce username, or what signed in. */
  readonly who: string;
  /** Of the Salesforce user, asked every hour whether he still may; absent for a link of one machine. */
  readonly userId?: string;
  /** Absent = `admin`. */
  readonly profile?: PageProfile;
  /** When that was last asked, ms. */
  readonly checkedAtMs: number;
  readonly expiresAtMs: number;
}

/** Sessions of the page, by org and the SHA-256 of their secret (hex); the secret itself is never stored. */
export interface PageSessions {
  /** Replaces what has the same hash. What has expired may be forgotten. */
  put(sha256: string, session: PageSession): Promise<void>;
  /** Also a session that has expired, if it is still there. */
  find(orgId: OrgId, sha256: string): Promise<PageSession | undefined>;
  delete(orgId: OrgId, sha256: string): Promise<void>;
  clear(orgId: OrgId): Promise<void>;
}
