import type { ApiOrg } from '../api-org.ts';
import type { ConnectedApp } from './connected-apps.ts';
import { OauthError } from './oauth-error.ts';

/**
 * What a user must have before an assertion alone opens the org for him: an administrator's approval by permission set,
 * or, where users approve an app themselves, a refresh token that he once let it have.
 * @throws OauthError in Salesforce's words
 */
export function requireApproval(org: ApiOrg, app: ConnectedApp, userId: string): void {
  const { approved = 'everybody' } = app;
  if (approved === 'everybody') return;
  if (approved === 'nobody') {
    if (org.refreshTokens.isHeld(app.clientId, userId)) return;
    throw new OauthError('invalid_grant', "user hasn't approved this consumer");
  }
  if (!isAdmitted(org, app, userId)) throw new OauthError('invalid_app_access', NOT_ADMITTED);
}

export const NOT_ADMITTED = 'user is not admin approved to access this app';

/** Whether the user may use the app at all: of an app for approved users only, those who hold its permission sets. */
export function isAdmitted(org: ApiOrg, { approved }: ConnectedApp, userId: string): boolean {
  return typeof approved !== 'object' || holdsOneOf(org, approved.holdersOf, userId);
}

const ASSIGNMENT = `SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = :user AND PermissionSet.Name IN :names`;

function holdsOneOf(org: ApiOrg, names: readonly string[], userId: string): boolean {
  const binds = new Map<string, string | readonly string[]>([
    ['user', userId],
    ['names', names],
  ]);
  const options = { binds, nowMs: org.scheduler.now(), userId };
  return org.soql.count(org.soql.plan(ASSIGNMENT), options) > 0;
}
