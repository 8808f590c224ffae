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

/** @throws OrgError API_CURRENTLY_DISABLED (403) for a user without "API Enabled" */
export function requireApiEnabled(org: ApiOrg, userId: string): void {
  const access = org.access.of(userId);
  if (access.everything || access.has('ApiEnabled')) return;
  throw new OrgError('API_CURRENTLY_DISABLED', 'API is disabled for this User', { status: 403 });
}
