import { AppError } from '#core/errors.ts';
import type { InstalledPackage, Salesforce } from '#ports/salesforce.ts';
import { packageClient } from './package-client.ts';
import { isPackageThere } from './package-rows.ts';

/** The package's name, as its project gives it; that of a version in test goes on after it. */
const PACKAGE_NAME = /^Mixmax Real-Time Sync\b/;

export type PackageSearch =
  /** `namespace`: in front of the package's names; `version`: as it was installed, not known of deployed source. */
  | { readonly found: 'yes'; readonly namespace?: string; readonly version?: string }
  /** It is installed, and the Sync User sees neither its settings nor its events. */
  | { readonly found: 'hidden'; readonly version: string }
  | { readonly found: 'no' };

/**
 * Looks whether the package is in an org (R17), installed as a package or deployed from source, with a namespace or
 * without. Costs 2 or 3 calls while it is not there.
 */
export async function findPackage(salesforce: Salesforce): Promise<PackageSearch> {
  const bare = await isPackageThere(packageClient(salesforce, {}));
  const installed = await installedPackage(salesforce);
  if (bare) return { found: 'yes', ...(installed && { version: installed.version }) };
  if (installed === undefined) return { found: 'no' };
  const { namespace, version } = installed;
  if (namespace === null) return { found: 'hidden', version };
  const there = await isPackageThere(packageClient(salesforce, { packageNamespace: namespace }));
  return there ? { found: 'yes', namespace, version } : { found: 'hidden', version };
}

/** Without View Setup and Configuration nobody tells what is installed: only what is described counts then. */
async function installedPackage(salesforce: Salesforce): Promise<InstalledPackage | undefined> {
  try {
    const installed = await salesforce.installedPackages();
    return installed.find(({ name }) => PACKAGE_NAME.test(name));
  } catch (error) {
    if (error instanceof AppError && error.code === 'salesforce-refused') return undefined;
    throw error;
  }
}
