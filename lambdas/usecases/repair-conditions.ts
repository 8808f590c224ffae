import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { packageClient } from './package-client.ts';
import { publishPing, syncedFieldChanges, writeSyncedRows } from './package-rows.ts';
import { startPass } from './start-pass.ts';

export type RepairConditionsPorts = Pick<
  Ports,
  'orgs' | 'jobs' | 'bulkQueue' | 'salesforce' | 'clock' | 'random' | 'telemetry'
>;

/**
 * After a notice whose conditions were not ours: writes our conditions into the org's synced fields again (DESIGN §5).
 * Where rows had to be written, the org did not send what it should have for a while, so that stretch is read.
 */
export async function repairConditions(ports: RepairConditionsPorts, orgId: OrgId): Promise<void> {
  const org = await ports.orgs.get(orgId);
  if (org?.conditionsDriftedAtMs === undefined) return;
  if (org.phase !== 'auditing' && org.phase !== 'active') return;
  const rows = await unlessRefused(ports, org, () => rewriteRows(ports, org));
  if (rows === undefined) return;
  await changeOrg(ports, orgId, (current) => {
    const {
      conditionsDriftedAtMs,
      conditionsRewriting: _,
      conditionsRefused: __,
      ...rest
    } = current;
    return conditionsDriftedAtMs === org.conditionsDriftedAtMs ? rest : current;
  });
  ports.telemetry.info('ConditionsRepaired', { orgId, rows });
}

/** @returns how many of the org's rows were not as they should be */
async function rewriteRows(ports: RepairConditionsPorts, org: OrgState): Promise<number> {
  const { orgId, conditionsDriftedAtMs } = org;
  const client = packageClient(await ports.salesforce.forOrg(org), org);
  const rows = await syncedFieldChanges(client, org.conditions);
  // Noted first: a try that stops between writing and reading leaves nothing to write for the next one.
  if (rows.length > 0) {
    await changeOrg(ports, orgId, (current) => ({ ...current, conditionsRewriting: true }));
    await writeSyncedRows(client, rows);
  }
  if (rows.length > 0 || org.conditionsRewriting === true) {
    await startPass(ports, {
      orgId,
      kind: 'gap',
      id: `drift-${conditionsDriftedAtMs}`,
      reason: 'Synced fields in the org were not as the Sync Conditions say.',
    });
    await publishPing(client);
  }
  return rows.length;
}

/**
 * What the org refuses is an admin's matter, and shown (R18): a validation rule, rights that were taken, a package that is
 * gone. The sweep has it tried again.
 */
async function unlessRefused<T>(
  ports: RepairConditionsPorts,
  { orgId }: OrgState,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable || error.code === 'unauthorized')
      throw error;
    const conditionsRefused = error.message;
    await changeOrg(ports, orgId, (org) =>
      org.conditionsRefused === conditionsRefused ? org : { ...org, conditionsRefused },
    );
    ports.telemetry.warn('ConditionsRefused', { orgId, reason: conditionsRefused });
    return undefined;
  }
}
