import type { OrgId } from '#core/ids.ts';

export interface ApiKey {
  readonly id: string;
  readonly orgId: OrgId;
  readonly label: string;
  readonly createdAtMs: number;
}

/** A sign-in by browser that has begun. */
export interface StoredSignIn {
  /** Of its state, hex. */
  readonly sha256: string;
  /** Opens only with what the browser holds. */
  readonly sealed: string;
  readonly begunAtMs: number;
  readonly expiresAtMs: number;
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
  /** Whether a set-up code is stored; it is not used up. */
  knowsSetupCode(sha256: string): Promise<boolean>;
  /** Sign-ins under way. What has expired by `begunAtMs` may be forgotten. */
  addSignIn(signIn: StoredSignIn): Promise<void>;
  /** The sign-in of a state, exactly once however many ask; also when it has expired, if it is still there. */
  takeSignIn(sha256: string): Promise<Omit<StoredSignIn, 'sha256'> | undefined>;
}
