import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertSource } from '../check/conversion.ts';
import { deployTests } from '../package/deploy.ts';
import { projectRoot } from '../project-root.ts';

/** Everything but the remote site, whose host is the installation's own: setting the package up deploys it. */
const SOURCES = ['force-app/main', 'force-app/test', 'force-app/site/permissionsets'];

/**
 * The package's source as the Metadata API takes it, and the names of the tests that a production org is to run, for a
 * receiver to carry along: `package.zip` and `tests.json`.
 */
export async function buildPackageSource(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const folders = SOURCES.map((folder) => join(projectRoot, folder));
  await convertSource(folders, { zip: join(outDir, 'package.zip') }, '66.0');
  await writeFile(join(outDir, 'tests.json'), `${JSON.stringify(await deployTests())}\n`);
}
