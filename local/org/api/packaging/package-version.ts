import { createHash } from 'node:crypto';
import type { SourceFile } from '../../apex/program.ts';
import { buildId } from '../../schema/ids.ts';

/** A version of a package that may be installed into the org. */
export interface PackageVersion {
  /** 18 characters, prefix 04t: what the install link names. */
  readonly id: string;
  /** 18 characters, prefix 033; the same for every version. */
  readonly packageId: string;
  readonly name: string;
  readonly version: VersionNumber;
  /** In front of the names of its objects and fields, which its files have there already. */
  readonly namespace?: string;
  readonly files: readonly SourceFile[];
}

export interface VersionNumber {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly build: number;
}

const REMOTE_SITE = /^remoteSiteSettings\/.+\.remoteSite-meta\.xml$/;

/** Name and number make the ids, so that a link outlives a restart. */
export function packageVersion(
  name: string,
  version: VersionNumber,
  files: readonly SourceFile[],
  namespace?: string,
): PackageVersion {
  return {
    id: buildId('04t', 'Dp0', numberOf(`${name}@${versionText(version)}`)),
    packageId: buildId('033', 'Dp0', numberOf(name)),
    name,
    version,
    ...(namespace !== undefined && { namespace }),
    files,
  };
}

function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** `1.0.0.1` */
export function versionText({ major, minor, patch, build }: VersionNumber): string {
  return `${major}.${minor}.${patch}.${build}`;
}

/** Addresses outside Salesforce that the package's code may call. */
export function thirdPartySites({ files }: Pick<PackageVersion, 'files'>): string[] {
  return files
    .filter(({ path }) => REMOTE_SITE.test(path))
    .flatMap(({ text }) => /<url>\s*([^<\s]+)\s*<\/url>/.exec(text)?.[1] ?? []);
}

/** The same files with every remote site switched off. */
export function withoutThirdParties(files: readonly SourceFile[]): SourceFile[] {
  return files.map((file) =>
    REMOTE_SITE.test(file.path)
      ? { ...file, text: file.text.replace(/<isActive>[^<]*</, '<isActive>false<') }
      : file,
  );
}
