import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import { soqlSelect } from '#core/soql.ts';
import type { Ports } from '#ports/ports.ts';
import type { DeploymentProgress, Salesforce } from '#ports/salesforce.ts';
import { changeOrg } from './change-org.ts';
import { startLooking } from './look-for-package.ts';

export type DeployPackagePorts = Pick<Ports, 'orgs' | 'salesforce' | 'bulkQueue' | 'clock'>;

/** The package's source as it is carried along: in the metadata format, and the tests that a production org runs. */
export interface PackageSource {
  readonly zip: Uint8Array;
  /** Names of Apex test classes that touch no other data than the package's own. */
  readonly tests: readonly string[];
}

/**
 * Begins to deploy the package's source as the Sync User. Once it is in the org, the package is found and set up as any
 * other is (R17), with the Sync User's permission sets before.
 *
 * @returns id of the deployment, `0Af…`
 * @throws AppError conflict where the org has the package under a namespace: source would stand beside it
 */
export async function deployPackage(
  ports: DeployPackagePorts,
  org: OrgState,
  { zip, tests }: PackageSource,
): Promise<{ readonly id: string; readonly tests: number }> {
  if (org.packageNamespace !== undefined) {
    const message = `The org has the package with the namespace ${org.packageNamespace} already: upgrade that one.`;
    throw new AppError('conflict', message);
  }
  const salesforce = await ports.salesforce.forOrg(org, 'admin');
  const runTests = (await wantsTests(salesforce)) ? tests : [];
  const id = await salesforce.beginDeployment(zip, { runTests });
  await changeOrg(ports, org.orgId, (current) => ({ ...current, deploymentId: id }));
  await startLooking(ports, org.orgId);
  return { id, tests: runTests.length };
}

/** A production org takes no Apex without tests; in all others they would only take time. */
async function wantsTests(salesforce: Salesforce): Promise<boolean> {
  const soql = soqlSelect('Organization', ['Id', 'IsSandbox', 'OrganizationType']);
  for await (const { records } of salesforce.query(soql)) {
    for (const record of records) {
      const { IsSandbox, OrganizationType } = record?.fields ?? {};
      return IsSandbox !== true && OrganizationType !== 'Developer Edition';
    }
  }
  return true;
}

/** How far the org's last deployment from here has come; undefined before the first. Costs one call. */
export async function packageDeployment(
  { salesforce }: Pick<Ports, 'salesforce'>,
  org: OrgState,
): Promise<(DeploymentProgress & { readonly id: string }) | undefined> {
  const id = org.deploymentId;
  if (id === undefined) return undefined;
  const client = await salesforce.forOrg(org, 'admin');
  return { id, ...(await client.deployment(id)) };
}
