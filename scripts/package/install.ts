import { projectRoot } from '../project-root.ts';
import { deployGatewaySite } from './gateway-site.ts';
import type { Workbench } from './workbench.ts';

interface InstallOptions {
  readonly targetOrg: string;
  /** 04t… or an alias of sfdx-project.json. */
  readonly version: string;
  readonly adminsOnly: boolean;
  readonly gatewayHost: string | undefined;
}

const WAIT_MINUTES = '20';

/**
 * Installs a built version. For all users by default, as the installation page offers it: a user without access to
 * the package's classes would still be noticed, but could not run its flow action.
 */
export async function installVersion(bench: Workbench, options: InstallOptions): Promise<void> {
  const target = ['--target-org', options.targetOrg];
  await bench.sf.run(
    [
      ...['package', 'install', '--package', options.version, ...target],
      ...['--security-type', options.adminsOnly ? 'AdminsOnly' : 'AllUsers'],
      ...['--wait', WAIT_MINUTES, '--publish-wait', WAIT_MINUTES, '--no-prompt'],
    ],
    projectRoot,
  );
  if (options.gatewayHost !== undefined) {
    await deployGatewaySite(bench, options.gatewayHost, [
      ...target,
      ...['--wait', WAIT_MINUTES, '--ignore-conflicts'],
    ]);
  }
}
