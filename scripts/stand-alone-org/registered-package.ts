import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type PackageVersion,
  packageVersion,
  type VersionNumber,
} from '../../local/org/api/packaging/package-version.ts';
import { readSourceFolders } from '../../local/org/source-files.ts';
import { UserError } from '../one-machine/user-error.ts';

interface Project {
  readonly packageDirectories?: readonly {
    readonly path?: string;
    readonly package?: string;
    readonly versionNumber?: string;
  }[];
}

const FIRST: VersionNumber = { major: 1, minor: 0, patch: 0, build: 1 };

/**
 * A package version from source folders. Its name and number come from the `sfdx-project.json` above the first folder.
 * @param option `force-app/main`, or several folders with commas between them
 * @throws UserError when a folder cannot be read, or no project names it
 */
export async function registeredPackage(option: string): Promise<PackageVersion> {
  const folders = option.split(',').map((path) => resolve(path));
  const { name, version } = namedIn(folders[0] ?? '');
  try {
    return packageVersion(name, version, await readSourceFolders(folders));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`--package ${option}: ${reason}`);
  }
}

function namedIn(folder: string): { readonly name: string; readonly version: VersionNumber } {
  const { root, project } = projectAbove(folder);
  const directory = (project.packageDirectories ?? []).find(
    ({ path = '' }) => resolve(root, path) === folder,
  );
  if (directory?.package === undefined) {
    throw new UserError(
      `--package ${folder}: ${join(root, 'sfdx-project.json')} lists no package directory of that path.`,
    );
  }
  return { name: directory.package, version: readNumber(directory.versionNumber) };
}

function projectAbove(folder: string): { readonly root: string; readonly project: Project } {
  for (let root = folder; root !== dirname(root); root = dirname(root)) {
    try {
      const text = readFileSync(join(root, 'sfdx-project.json'), 'utf8');
      return { root, project: JSON.parse(text) as Project };
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new UserError(`${join(root, 'sfdx-project.json')} is no JSON.`);
      }
    }
  }
  throw new UserError(`--package ${folder}: no sfdx-project.json lies above it.`);
}

/** `1.2.0.NEXT`: what comes next is the first build. */
function readNumber(text: string | undefined): VersionNumber {
  const [, major, minor, patch, build] = /^(\d+)\.(\d+)\.(\d+)\.(\d+|NEXT)$/.exec(text ?? '') ?? [];
  if (major === undefined) return FIRST;
  const number = { major: Number(major), minor: Number(minor), patch: Number(patch) };
  return { ...number, build: build === 'NEXT' ? 1 : Number(build) };
}
