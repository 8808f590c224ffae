import { OrgError } from '../../errors.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { notFound } from '../api-errors.ts';
import type { SourceDeployer } from '../metadata/deploys.ts';
import { type PackageVersion, type VersionNumber, withoutThirdParties } from './package-version.ts';

/** A package as it is in the org now. */
export interface InstalledPackage {
  /** 18 characters, prefix 0A3. */
  readonly id: string;
  readonly packageId: string;
  readonly versionId: string;
  readonly name: string;
  readonly version: VersionNumber;
  /** Absent or null for a package without one. */
  readonly namespace?: string | null;
  /** ISO UTC. */
  readonly installedDate: string;
  /** Who installed it, 18 characters. */
  readonly userId: string;
  /** Of its components. */
  readonly paths: readonly string[];
}

interface InstallOptions {
  /** Who installs it, 18 characters. */
  readonly userId: string;
  /** False leaves its remote sites inactive. */
  readonly allowThirdParties: boolean;
}

export interface Packages {
  /** @param versionId 15 or 18 characters @throws OrgError NOT_FOUND */
  require(versionId: string): PackageVersion;
  readonly installed: readonly InstalledPackage[];
  /** Another value whenever `installed` may have changed. */
  readonly revision: number;
  /**
   * Installs it, or puts it in the place of another version.
   * @throws DeployError; nothing is changed then
   */
  install(version: PackageVersion, options: InstallOptions): InstalledPackage;
  /** Removes its components and what they hold. @throws OrgError NOT_FOUND; DeployError when something still needs them */
  uninstall(id: string): void;
}

export interface PackagesDeps {
  readonly documents: DocumentStore;
  readonly deployer: SourceDeployer;
  readonly now: () => number;
  readonly versions: readonly PackageVersion[];
}

const COLLECTION = 'installedPackages';

/** Packages that were registered with the org, and what of them is installed; the latter is in its database. */
export function createPackages({ documents, deployer, now, versions }: PackagesDeps): Packages {
  let revision = 0;
  const list = (): InstalledPackage[] =>
    documents.list(COLLECTION).map(({ document }) => document as InstalledPackage);

  return {
    require(versionId) {
      const version = versions.find(({ id }) => id.slice(0, 15) === versionId.slice(0, 15));
      if (version === undefined) throw notFound('This package version is not known to this org.');
      return version;
    },
    get installed() {
      return list();
    },
    get revision() {
      return revision;
    },
    install(version, { userId, allowThirdParties }) {
      const before = list().find(({ packageId }) => packageId === version.packageId);
      const files = allowThirdParties ? version.files : withoutThirdParties(version.files);
      const paths = files.map(({ path }) => path);
      const removed = (before?.paths ?? []).filter((path) => !paths.includes(path));
      deployer.deploy({ files, removed }, { checkOnly: false });
      const id = before?.id ?? buildId('0A3', 'Dp0', documents.next(COLLECTION));
      const { id: versionId, packageId, name, version: number, namespace = null } = version;
      const installedDate = new Date(now()).toISOString();
      const installed = {
        id,
        packageId,
        versionId,
        name,
        version: number,
        namespace,
        installedDate,
        userId,
        paths,
      };
      documents.put(COLLECTION, id, installed);
      revision += 1;
      return installed;
    },
    uninstall(id) {
      const found = documents.get(COLLECTION, id) as InstalledPackage | undefined;
      if (found === undefined)
        throw new OrgError('NOT_FOUND', 'It is not installed.', { status: 404 });
      deployer.deploy({ files: [], removed: found.paths }, { checkOnly: false });
      documents.delete(COLLECTION, id);
      revision += 1;
    },
  };
}
