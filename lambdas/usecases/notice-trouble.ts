import { AppError, type AppErrorCode } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { suspectSyncUser } from './check-sync-user.ts';

const PREFIX = 'Notices wait: ';

/** What passes by itself or by an admin's hand, however long it takes: the notice is as good as before. */
const PASSING: ReadonlySet<AppErrorCode> = new Set([
  'salesforce-unavailable',
  'salesforce-quota',
  'unauthorized',
  'throttled',
  'unavailable',
  'conflict',
]);

/** Whether a message that failed of this may succeed later, unchanged. */
export function isPassing(error: unknown): boolean {
  return error instanceof AppError && PASSING.has(error.code);
}

/** What an admin can do something about, or wants to know of. */
const TOLD: ReadonlySet<AppErrorCode> = new Set([
  'salesforce-unavailable',
  'salesforce-quota',
  'salesforce-refused',
  'salesforce-field-gone',
  'unauthorized',
]);

/** Says on the org's state why its notices are not applied. */
export async function noteTrouble(
  ports: Pick<Ports, 'orgs'>,
  orgId: OrgId,
  error: unknown,
): Promise<void> {
  if (!(error instanceof AppError) || !TOLD.has(error.code)) return;
  if (error.code === 'unauthorized') await suspectSyncUser(ports, orgId);
  const problem = PREFIX + error.message;
  await changeOrg(ports, orgId, (org) => (org.problem === problem ? org : { ...org, problem }));
}

/** Notices are applied again. A problem that others noted stays. */
export async function clearTrouble(ports: Pick<Ports, 'orgs'>, org: OrgState): Promise<void> {
  if (!org.problem?.startsWith(PREFIX)) return;
  await changeOrg(ports, org.orgId, (current) => {
    if (!current.problem?.startsWith(PREFIX)) return current;
    const { problem: _, ...healthy } = current;
    return healthy;
  });
}
