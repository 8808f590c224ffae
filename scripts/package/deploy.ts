import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elements, metadataOf, packageFile } from '../check/package-source.ts';
import { projectRoot } from '../project-root.ts';
import { deployGatewaySite } from './gateway-site.ts';
import type { Workbench } from './workbench.ts';

export interface DeployOptions {
  /** Alias or user name, as `sf` knows it. */
  readonly targetOrg: string;
  readonly production: boolean;
  /** Salesforce checks and runs the tests; nothing changes. */
  readonly dryRun: boolean;
  /** Undefined: the remote site is left to the connection. */
  readonly gatewayHost: string | undefined;
}

const WAIT_MINUTES = '60';
const DEPLOY_SUITE = 'force-app/test/testSuites/RtsDeploy.testSuite-meta.xml';

/** Deploys the package's source with its tests: to a production org with those tests only that touch no other data. */
export async function deployPackage(bench: Workbench, options: DeployOptions): Promise<void> {
  const common = [
    // A project made a moment ago knows no history: in a tracked org its every file would be a conflict.
    ...['--target-org', options.targetOrg, '--wait', WAIT_MINUTES, '--ignore-conflicts'],
    ...(options.dryRun ? ['--dry-run'] : []),
  ];
  const folders = ['force-app/main', 'force-app/test'];
  const tests = await testOptions(options.production);
  await bench.withProject({ folders }, (folder) =>
    bench.sf.run(
      [
        ...['project', 'deploy', 'start'],
        ...folders.flatMap((path) => ['--source-dir', path]),
        ...tests,
        ...common,
      ],
      folder,
    ),
  );
  if (options.gatewayHost !== undefined) {
    await deployGatewaySite(bench, options.gatewayHost, common);
  }
}

async function testOptions(production: boolean): Promise<readonly string[]> {
  if (!production) return ['--test-level', 'RunLocalTests'];
  const classes = await deployTests();
  return [
    ...['--test-level', 'RunSpecifiedTests'],
    ...classes.flatMap((name) => ['--tests', name]),
  ];
}

/** Names of the test classes that touch no other data than the package's own: what a production org runs. */
export async function deployTests(): Promise<readonly string[]> {
  const text = await readFile(join(projectRoot, DEPLOY_SUITE), 'utf8');
  return elements(metadataOf(packageFile(DEPLOY_SUITE, text)), 'testClassName').map(String);
}
