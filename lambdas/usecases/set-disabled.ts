import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { changeOrg } from './change-org.ts';
import { packageClient, requirePackage } from './package-client.ts';
import { publishPing, writeDisabled } from './package-rows.ts';
import { type StartPassPorts, startPass } from './start-pass.ts';

/**
 * Ticks or unticks *Disable Mixmax RTS* in the org, as an admin could. Unticking reads what was saved meanwhile.
 *
 * @throws AppError conflict when the org has no Mixmax Settings
 */
export async function setDisabled(
  ports: StartPassPorts & Pick<Ports, 'salesforce' | 'telemetry'>,
  org: OrgState,
  disabled: boolean,
): Promise<void> {
  const { orgId } = org;
  requirePackage(org);
  const client = packageClient(await ports.salesforce.forOrg(org), org);
  if ((await writeDisabled(client, orgId, disabled)) === 'missing') {
    throw new AppError('conflict', 'The org has no Mixmax Settings: connect it first.');
  }
  await changeOrg(ports, orgId, (current) => {
    const { examination: _, ...rest } = current;
    return rest;
  });
  ports.telemetry.info('DisabledSet', { orgId, disabled });
  if (disabled) return;
  await startPass(ports, { orgId, kind: 'gap', reason: 'Sync was enabled again in Salesforce.' });
  await publishPing(client);
}
