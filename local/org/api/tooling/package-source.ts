import type { InstalledPackage, Packages } from '../packaging/packages.ts';
import type { ToolingRow, ToolingSource } from './tooling-data.ts';
import {
  installedSubscriberPackage,
  subscriberPackage,
  subscriberPackageVersion,
} from './tooling-objects.ts';

/** Installed packages with their versions. */
export function packageSource(packages: Packages): ToolingSource {
  return {
    objects: [subscriberPackage, subscriberPackageVersion, installedSubscriberPackage],
    version: () => packages.revision,
    rows: () => packages.installed.flatMap(packageRows),
  };
}

function packageRows(installed: InstalledPackage): ToolingRow[] {
  const { id, packageId, versionId, name, version, namespace = null } = installed;
  const { major, minor, patch, build } = version;
  return [
    {
      object: subscriberPackage,
      values: { Id: packageId, Name: name, NamespacePrefix: namespace, Description: null },
    },
    {
      object: subscriberPackageVersion,
      values: {
        Id: versionId,
        Name: name,
        MajorVersion: major,
        MinorVersion: minor,
        PatchVersion: patch,
        BuildNumber: build,
        IsManaged: false,
        Package2ContainerOptions: 'Unlocked',
        SubscriberPackageId: packageId,
      },
    },
    {
      object: installedSubscriberPackage,
      values: { Id: id, SubscriberPackageId: packageId, SubscriberPackageVersionId: versionId },
    },
  ];
}
