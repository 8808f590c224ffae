import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import { soqlText } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { declaredPermissions } from './check-sync-user.ts';

/** What makes somebody an admin of the page; one is enough. */
const ADMIN_PERMISSIONS = ['CustomizeApplication', 'ModifyAllData'] as const;

/** Whether a user of the org is active. Costs a call. */
export async function isActiveUser(
  ports: Pick<Ports, 'orgs' | 'salesforce'>,
  orgId: OrgId,
  userId: string,
): Promise<boolean> {
  const salesforce = await salesforceOf(ports, orgId);
  return salesforce !== undefined && (await isActive(salesforce, userId));
}

/**
 * Whether a user of the org is active and may customize it, by profile or permission set. The Sync User is asked, so that
 * nothing of the user's own sign-in has to be kept. Costs two calls.
 *
 * @throws AppError conflict where the Sync User may not see permissions
 */
export async function isOrgAdmin(
  ports: Pick<Ports, 'orgs' | 'salesforce'>,
  orgId: OrgId,
  userId: string,
): Promise<boolean> {
  const salesforce = await salesforceOf(ports, orgId);
  if (salesforce === undefined || !(await isActive(salesforce, userId))) return false;
  const given = await declaredPermissions(salesforce, userId);
  if (given !== undefined) return ADMIN_PERMISSIONS.some((permission) => given.has(permission));
  throw new AppError(
    'conflict',
    'The Sync User may not see who is an admin: give it View Setup and Configuration.',
  );
}

/** Undefined for an org that is not connected. */
async function salesforceOf(
  { orgs, salesforce }: Pick<Ports, 'orgs' | 'salesforce'>,
  orgId: OrgId,
): Promise<Salesforce | undefined> {
  const org = await orgs.get(orgId);
  return org === undefined || org.phase === 'removed' ? undefined : salesforce.forOrg(org);
}

async function isActive(salesforce: Pick<Salesforce, 'count'>, userId: string): Promise<boolean> {
  return (await salesforce.count('User', `Id = ${soqlText(userId)} AND IsActive = true`)) === 1;
}
