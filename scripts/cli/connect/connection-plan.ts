import { isIPv4 } from 'node:net';
import { deployPackage } from '../../package/deploy.ts';
import { installVersion } from '../../package/install.ts';
import { hasObject } from '../org-facts.ts';
import { isProduction } from '../running-cli.ts';
import { createClientApp } from './create-client-app.ts';
import { createReceiverConnection } from './create-receiver-connection.ts';
import { assignPermissionSets, holdsPermissionSets } from './permission-sets.ts';
import type { Connecting, Step } from './step.ts';

/** From an authenticated org to one that the receiver keeps in step, in this order. */
export function connectionPlan(connecting: Connecting): readonly Step[] {
  if (connecting.pollOnly) return [createReceiverConnection(connecting)];
  return [
    packageStep(connecting),
    permissionStep(connecting),
    createClientApp(connecting),
    createReceiverConnection(connecting),
  ];
}

function packageStep({ org, bench, facts, url, packageVersion }: Connecting): Step {
  const targetOrg = facts.username;
  const gatewayHost = publicHost(url);
  const production = isProduction(facts);
  const how =
    packageVersion === undefined
      ? `deploying its source with ${production ? 'the tests that touch no other data' : 'all its tests'}`
      : `installing version ${packageVersion}`;
  const site =
    gatewayHost === undefined ? '' : `, and allow callouts to https://${gatewayHost} (remote site)`;
  return {
    title: `Bring the Salesforce package into the org by ${how}${site}.`,
    isDone: () => hasObject(org.getConnection(), 'Mixmax_Settings__c'),
    run: () =>
      packageVersion === undefined
        ? deployPackage(bench, { targetOrg, production, dryRun: false, gatewayHost })
        : installVersion(bench, {
            ...{ targetOrg, version: packageVersion, adminsOnly: false, gatewayHost },
          }),
  };
}

/** A receiver of this machine is called by another name, which only it knows: it allows that itself. */
function publicHost(url: string): string | undefined {
  const { hostname, protocol, port } = new URL(url);
  const isPublic = protocol === 'https:' && port === '' && hostname !== 'localhost';
  return isPublic && !isIPv4(hostname) && !hostname.startsWith('[') ? hostname : undefined;
}

function permissionStep({ org, facts }: Connecting): Step {
  const connection = org.getConnection();
  return {
    title: `Assign the package's permission sets to ${facts.username}, who becomes the Sync User.`,
    isDone: () => holdsPermissionSets(connection, facts.userId),
    run: () => assignPermissionSets(connection, facts.userId),
  };
}
