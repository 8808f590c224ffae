import type { ToolingSource } from './tooling-data.ts';
import {
  installedSubscriberPackage,
  subscriberPackage,
  subscriberPackageVersion,
} from './tooling-objects.ts';

/** Empty here: source is deployed, packages are not installed. */
export function packageSource(): ToolingSource {
  return {
    objects: [subscriberPackage, subscriberPackageVersion, installedSubscriberPackage],
    version: () => 0,
    rows: () => [],
  };
}
