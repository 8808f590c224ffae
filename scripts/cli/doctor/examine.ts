import type { Org } from '@salesforce/core';
import type { Receiver, Status } from '../receiver.ts';
import { type Finding, red, yellow } from './finding.ts';
import {
  checkAsyncHeadroom,
  checkBreaker,
  checkClock,
  checkPackageVersion,
  checkRemoteSite,
  checkSettings,
  checkTriggers,
  type ExaminedOrg,
  examineOrg,
} from './org-checks.ts';
import {
  checkCompleteness,
  checkDeadLetters,
  checkFieldSecurity,
  checkHeartbeat,
  checkPermissions,
  checkQuota,
  checkState,
} from './receiver-checks.ts';

/** Looks at an org's sync from both ends: what the receiver tells, and what the org itself shows. */
export async function examine(org: Org, receiver: Receiver): Promise<readonly Finding[]> {
  const status = await receiver.status();
  const [told, seen] = await Promise.all([checkReceiver(receiver, status), checkOrg(org, status)]);
  return [checkState(status), checkHeartbeat(status), checkCompleteness(status), ...seen, ...told];
}

async function checkReceiver(receiver: Receiver, status: Status): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    attempt('Permissions', async () => checkPermissions(await receiver.syncUser())),
    attempt('Field-level security', async () => [checkFieldSecurity(await receiver.fields())]),
    attempt('API requests', async () => [checkQuota(await receiver.limits())]),
  ]);
  return [...findings.flat(), checkDeadLetters(status)];
}

async function checkOrg(org: Org, status: Status): Promise<readonly Finding[]> {
  let examined: ExaminedOrg | undefined;
  try {
    examined = await examineOrg(org.getConnection(), org.getOrgId());
  } catch (error) {
    return [untold('The org', error)];
  }
  if (examined === undefined) {
    const fix = 'Run `sf mixmax rts connect`, or let this user see Mixmax Settings.';
    return [red('Package', 'It is not in the org, or this user does not see it.', fix)];
  }
  const patient = examined;
  const findings = await Promise.all([
    attempt('Package', async () => [await checkPackageVersion(patient)]),
    attempt('Mixmax Settings', async () => checkSettings(patient)),
    attempt('Triggers', async () => [await checkTriggers(patient)]),
    attempt('Remote site', async () => [await checkRemoteSite(patient)]),
    attempt('Breaker', async () => [await checkBreaker(patient)]),
    attempt('Asynchronous Apex', async () => [await checkAsyncHeadroom(patient)]),
    attempt('Clocks', async () => [await checkClock(patient, status.now)]),
  ]);
  return findings.flat();
}

/** One check that cannot be made hides no other. */
async function attempt(
  check: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [untold(check, error)];
  }
}

function untold(check: string, error: unknown): Finding {
  const reason = error instanceof Error ? error.message : String(error);
  return yellow(check, `It could not be looked at: ${reason}`, 'Mend that, then run this again.');
}
