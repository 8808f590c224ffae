import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../one-machine/user-error.ts';
import { projectRoot } from '../project-root.ts';
import type { Workbench } from './workbench.ts';

/** As sfdx-project.json calls it. */
export const PACKAGE_NAME = 'Mixmax Real-Time Sync';
const DEFINITION = 'config/project-scratch-def.json';

interface VersionOptions {
  /** Alias or user name of the Dev Hub that owns the package. */
  readonly devHub: string;
  /** Makes the version installable in production orgs; it can never be changed then. */
  readonly promote: boolean;
}

/**
 * Builds a version of the unlocked package. The first time it also creates the package, whose id `sf` writes into
 * sfdx-project.json, where it is to be committed.
 */
export async function buildVersion(
  { sf, say }: Workbench,
  { devHub, promote }: VersionOptions,
): Promise<void> {
  const hub = ['--target-dev-hub', devHub];
  if (!(await aliases()).has(PACKAGE_NAME)) {
    await sf.run(
      [
        ...['package', 'create', '--name', PACKAGE_NAME, '--package-type', 'Unlocked'],
        ...['--path', 'force-app/main', ...hub],
      ],
      projectRoot,
    );
  }
  const create = [
    ...['package', 'version', 'create', '--package', PACKAGE_NAME, '--code-coverage'],
    ...['--definition-file', DEFINITION, '--installation-key-bypass', '--wait', '60', ...hub],
  ];
  if (!promote) {
    await sf.run(create, projectRoot);
    return;
  }
  const { status, result, message } = await sf.ask(create, projectRoot);
  if (status !== 0)
    throw new UserError(`The version was not built: ${message ?? 'sf said nothing'}`);
  const id = versionIdOf(result) ?? 'VERSION_ID';
  await sf.run(
    ['package', 'version', 'promote', '--package', id, '--no-prompt', ...hub],
    projectRoot,
  );
  say(`Install it with: npm run package -- install --package ${id} --target-org X`);
}

async function aliases(): Promise<ReadonlySet<string>> {
  const text = await readFile(join(projectRoot, 'sfdx-project.json'), 'utf8');
  const { packageAliases } = JSON.parse(text) as { packageAliases?: Record<string, string> };
  return new Set(Object.keys(packageAliases ?? {}));
}

/** 04t…, undefined when nothing was built, as with `--print`. */
function versionIdOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const id = 'SubscriberPackageVersionId' in result ? result.SubscriberPackageVersionId : undefined;
  return typeof id === 'string' ? id : undefined;
}
