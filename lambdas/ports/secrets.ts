import type { OrgId } from '#core/ids.ts';

/** How the Sync User signs in at Salesforce. */
export type SalesforceCredentials =
  | {
      readonly kind: 'jwt';
      readonly clientId: string;
      readonly username: string;
      readonly privateKeyPem: string;
    }
  | {
      readonly kind: 'client-credentials';
      readonly clientId: string;
      readonly clientSecret: string;
    }
  | {
      readonly kind: 'refresh-token';
      readonly clientId: string;
      readonly clientSecret?: string;
      readonly refreshToken: string;
    };

export interface OrgSecrets {
  /** `whsec_…`, the Mixmax Token in force. */
  readonly token: string;
  /** Still accepted until then (ms): the token before a rotation. */
  readonly previousToken?: { readonly token: string; readonly expiresAtMs: number };
  readonly credentials: SalesforceCredentials;
  /** What the credentials of connected users are sealed with; absent before the first one. */
  readonly userKey?: string;
}

/** Secrets per org. Adapters cache 300 s (10 s for "unknown") and answer from a stale cache when the store is down. */
export interface Secrets {
  /** Undefined for an unknown org. `fresh` skips the cache, at most once per 10 s and org. */
  find(orgId: OrgId, options?: { fresh?: boolean }): Promise<OrgSecrets | undefined>;
  put(orgId: OrgId, secrets: OrgSecrets): Promise<void>;
  delete(orgId: OrgId): Promise<void>;
}
