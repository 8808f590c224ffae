import { OrgError } from '../errors.ts';
import type { ApiOrg } from './api-org.ts';

/** The org as the user's requests see it: for most administrators the org itself. */
export function orgAs(org: ApiOrg, userId: string): ApiOrg {
  const { everything, schema, soql, store } = org.access.of(userId);
  return everything ? org : { ...org, engine: org.engine, schema, soql, store };
}

/** Sessions of users who were frozen or deactivated are over. */
export function mayLogIn(org: ApiOrg, userId: string): boolean {
  return org.access.of(userId).mayLogIn;
}

/**
 * @throws OrgError API_DISABLED_FOR_ORG (403) where the org's edition has no API, API_CURRENTLY_DISABLED (403) for a
 *   user without "API Enabled", administrators included
 */
export function requireApiEnabled(org: ApiOrg, userId: string): void {
  if (!org.edition.api) {
    throw new OrgError(
      'API_DISABLED_FOR_ORG',
      'API is not enabled for this Organization or Partner',
      {
        status: 403,
      },
    );
  }
  if (org.access.of(userId).has('ApiEnabled')) return;
  throw new OrgError('API_CURRENTLY_DISABLED', 'API is disabled for this User', { status: 403 });
}

/** @throws OrgError INSUFFICIENT_ACCESS (403) for a user who may not use the Metadata API */
export function requireMetadataAccess(org: ApiOrg, userId: string): void {
  const access = org.access.of(userId);
  if (access.has('ModifyAllData') || access.has('ModifyMetadata')) return;
  throw new OrgError(
    'INSUFFICIENT_ACCESS',
    'use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions',
    { status: 403 },
  );
}
