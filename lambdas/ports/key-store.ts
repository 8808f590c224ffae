import type { OrgId } from '#core/ids.ts';

export interface ApiKey {
  readonly id: string;
  readonly orgId: OrgId;
  readonly label: string;
  readonly createdAtMs: number;
}

/** API keys of the HTTP API, by the SHA-256 of the key (hex); the key itself is never stored. */
export interface KeyStore {
  /** @throws AppError conflict for an id or hash that exists */
  add(key: ApiKey, sha256: string): Promise<void>;
  find(sha256: string): Promise<ApiKey | undefined>;
  list(orgId: OrgId): Promise<readonly ApiKey[]>;
  revoke(orgId: OrgId, keyId: string): Promise<'revoked' | 'unknown'>;
  /** One-time codes for `POST /v1/orgs`: true exactly once per stored code. */
  addSetupCode(sha256: string): Promise<void>;
  useSetupCode(sha256: string): Promise<boolean>;
}
