import { AppError } from '#core/errors.ts';
import type { Fault } from '#core/examination.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { type SignInRefusal, SignInRefused } from '#core/sign-in-refused.ts';
import { soqlText } from '#core/soql.ts';
import {
  judgedTrial,
  SYNC_PERMISSIONS,
  type SyncPermission,
  type SyncUserCheck,
  syncUserFault,
  type Trial,
} from '#core/sync-user.ts';
import type { Ports } from '#ports/ports.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { changeOrg } from './change-org.ts';
import { settingsObject } from './package-rows.ts';

type CheckPorts = Pick<Ports, 'orgs' | 'clock' | 'telemetry'>;

const UNTRIED: SyncUserCheck['permissions'] = {
  ModifyAllData: 'untried',
  ApiEnabled: 'untried',
  ViewAllUsers: 'untried',
  ViewSetup: 'untried',
  CustomizeApplication: 'untried',
};

const FAULT_OF: Readonly<Record<SignInRefusal, Fault['code']>> = {
  inactive: 'sync-user-inactive',
  refused: 'sync-user-refused',
  'org-replaced': 'org-replaced',
};

/**
 * Tries what the Sync User must be allowed to, one operation a permission (R18), and keeps what came of it. A sign-in
 * that is refused is a finding, an outage is not. Costs 6 calls.
 */
export async function checkSyncUser(
  ports: CheckPorts,
  salesforce: Salesforce,
  org: OrgState,
): Promise<SyncUserCheck> {
  const { orgId } = org;
  const found = await findings(salesforce, org);
  const atMs = ports.clock.now();
  let check: SyncUserCheck = { atMs, ...found };
  await changeOrg(ports, orgId, (current) => {
    const { suspectSyncUser: _, ...rest } = current;
    check = withSince({ atMs, ...found }, current.syncUserCheck);
    return { ...rest, syncUserCheck: check };
  });
  const fault = syncUserFault(check);
  if (fault !== undefined) ports.telemetry.warn('SyncUserFault', { orgId, fault: fault.code });
  return check;
}

/** Has the sweep check the Sync User at its next turn: Salesforce has just refused it. */
export async function suspectSyncUser(ports: Pick<Ports, 'orgs'>, orgId: OrgId): Promise<void> {
  await changeOrg(ports, orgId, (org) =>
    org.suspectSyncUser === true ? org : { ...org, suspectSyncUser: true },
  );
}

/** A fault that was there before is as old as it was. */
function withSince(check: SyncUserCheck, before: SyncUserCheck | undefined): SyncUserCheck {
  const fault = syncUserFault(check);
  if (fault === undefined) return check;
  const same = before !== undefined && syncUserFault(before)?.code === fault.code;
  return { ...check, sinceMs: (same ? before.sinceMs : undefined) ?? check.atMs };
}

async function findings(
  salesforce: Salesforce,
  org: OrgState,
): Promise<Pick<SyncUserCheck, 'signIn' | 'permissions'>> {
  try {
    return { permissions: await tryAll(salesforce, org) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unauthorized') throw error;
    const signIn = signInFault(error);
    return { signIn, permissions: org.syncUserCheck?.permissions ?? UNTRIED };
  }
}

function signInFault(error: AppError): Fault {
  if (!(error instanceof SignInRefused))
    return { code: 'sync-user-refused', detail: error.message };
  return { code: FAULT_OF[error.refusal], detail: error.detail };
}

async function tryAll(
  salesforce: Salesforce,
  { syncUser, packageNamespace, phase }: OrgState,
): Promise<SyncUserCheck['permissions']> {
  const installed = phase !== 'not-installed';
  const about = {
    userId: syncUser.id,
    ...(installed && { settingsObject: settingsObject(packageNamespace) }),
  };
  const trials: Record<SyncPermission, Trial> = { ...UNTRIED };
  const api = await salesforce.tryPermission('ApiEnabled', about);
  if (api !== 'allowed') return { ...trials, ApiEnabled: api };
  const declared = await declaredPermissions(salesforce, syncUser.id);
  for (const permission of SYNC_PERMISSIONS) {
    const trial =
      permission === 'ApiEnabled' ? api : await salesforce.tryPermission(permission, about);
    trials[permission] = judgedTrial(permission, trial, declared, installed);
  }
  return trials;
}

/** How an org refuses a query about permissions to who may not view Setup. */
const UNREADABLE: ReadonlySet<string> = new Set(['salesforce-refused', 'salesforce-field-gone']);

/** What the user's profile and permission sets give; undefined when the user may not read them. */
export async function declaredPermissions(
  salesforce: Salesforce,
  userId: string,
): Promise<ReadonlySet<string> | undefined> {
  const fields = SYNC_PERMISSIONS.map((permission) => `Permissions${permission}`);
  const assigned = `SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = ${soqlText(userId)}`;
  const soql = `SELECT Id, ${fields.join(', ')} FROM PermissionSet WHERE Id IN (${assigned})`;
  const given = new Set<string>();
  try {
    for await (const { records } of salesforce.query(soql)) {
      for (const { fields: row } of records) {
        for (const permission of SYNC_PERMISSIONS) {
          if (row[`Permissions${permission}`] === true) given.add(permission);
        }
      }
    }
    return given;
  } catch (error) {
    if (error instanceof AppError && UNREADABLE.has(error.code)) return undefined;
    throw error;
  }
}
