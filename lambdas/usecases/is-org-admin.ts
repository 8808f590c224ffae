import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import { soqlText } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import { declaredPermissions } from './check-sync-user.ts';

/** What makes somebody an admin of the page; one is enough. */
const ADMIN_PERMISSIONS = ['CustomizeApplication', 'ModifyAllData'] as const;

/** Whether a user of the org is active. Costs a call. */
export async function isActiveUser(
  ports: Pick<Ports, 'orgs' | 'salesforce'>,
  orgId: OrgId,
  userId: string,
): Promise<boolean> {
  const org = await ports.orgs.get(orgId);
  if (org === undefined || org.phase === 'removed') return false;
  const salesforce = await ports.salesforce.forOrg(org);
  return (await salesforce.count('User', `Id = ${soqlText(userId)} AND IsActive = true`)) === 1;
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
  const org = await ports.orgs.get(orgId);
  if (org === undefined || !(await isActiveUser(ports, orgId, userId))) return false;
  const salesforce = await ports.salesforce.forOrg(org);
  const given = await declaredPermissions(salesforce, userId);
  if (given !== undefined) return ADMIN_PERMISSIONS.some((permission) => given.has(permission));
  throw new AppError(
    'conflict',
    'The Sync User may not see who is an admin: give it View Setup and Configuration.',
  );
}
