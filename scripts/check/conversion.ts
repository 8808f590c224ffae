import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { elements, metadataOf, type PackageFile, readPackage, text } from './package-source.ts';
import { parentObject } from './source-package.ts';

const META = '-meta.xml';

/**
 * Converts source to the metadata format that an org takes, as `sf project convert source` does, and checks that every
 * component arrived. What the conversion refuses, it refuses before anything is sent to an org.
 * @param folder the source, such as `force-app`
 * @param apiVersion the project's, such as `66.0`
 * @returns one line for each fault
 */
export async function conversionFaults(folder: string, apiVersion: string): Promise<string[]> {
  const output = await mkdtemp(join(tmpdir(), 'conversion-'));
  try {
    await convertSource([folder], { folder: output }, apiVersion);
    return lossesOf(readPackage(folder), readPackage(output));
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    await rm(output, { recursive: true });
  }
}

/**
 * Writes source in the metadata format: into a folder, or as one ZIP.
 * @throws Error as Salesforce's library names it
 */
export async function convertSource(
  folders: readonly string[],
  into: { readonly folder: string } | { readonly zip: string },
  apiVersion: string,
): Promise<void> {
  // Read when the library is loaded; otherwise it keeps a log in the home folder.
  process.env['SF_DISABLE_LOG_FILE'] = 'true';
  const { ComponentSet, MetadataConverter } = await import('@salesforce/source-deploy-retrieve');
  const components = ComponentSet.fromSource([...folders]);
  components.sourceApiVersion = apiVersion;
  const output =
    'zip' in into
      ? ({
          type: 'zip',
          outputDirectory: dirname(into.zip),
          packageName: basename(into.zip, '.zip'),
          genUniqueDir: false,
        } as const)
      : ({ type: 'directory', outputDirectory: into.folder, genUniqueDir: false } as const);
  await new MetadataConverter().convert(components, 'metadata', output);
}

/** Components of the source that the converted package does not hold, or that its manifest does not name. */
export function lossesOf(
  source: readonly PackageFile[],
  converted: readonly PackageFile[],
): string[] {
  const components = source.filter(
    ({ path }) => path.endsWith(META) || /\.(cls|trigger)$/.test(path),
  );
  if (components.length === 0) return ['the source holds no component'];
  const manifest = converted.find(({ path }) => baseName(path) === 'package.xml');
  if (manifest === undefined) return ['the converted package has no manifest'];
  const named = membersOf(manifest);
  return components.flatMap((file) => {
    const child = childOf(file);
    const losses =
      child === undefined
        ? wholeLosses(file, named, converted)
        : childLosses(child, named, converted);
    return losses.map((loss) => `${file.path}: ${loss}`);
  });
}

interface Child {
  readonly object: string;
  /** Folder in the source and element in the converted object: `fields`, `listViews` … */
  readonly kind: string;
  readonly name: string;
}

/** What lies in a folder of its own in source format, and inside the object in metadata format. */
function childOf(file: PackageFile): Child | undefined {
  const [, kind] = /(?:^|\/)objects\/[^/]+\/([^/]+)\/[^/]+$/.exec(file.path) ?? [];
  return kind === undefined ? undefined : { object: parentObject(file), kind, name: file.name };
}

function childLosses(
  { object, kind, name }: Child,
  named: ReadonlySet<string>,
  converted: readonly PackageFile[],
): string[] {
  const home = converted.find(({ path }) => baseName(path) === `${object}.object`);
  const children = home === undefined ? [] : elements(metadataOf(home), kind);
  return [
    ...(children.some((child) => text(child, 'fullName') === name)
      ? []
      : [`${object}.object does not hold it`]),
    ...(named.has(object) || named.has(`${object}.${name}`) ? [] : ['the manifest leaves it out']),
  ];
}

function wholeLosses(
  file: PackageFile,
  named: ReadonlySet<string>,
  converted: readonly PackageFile[],
): string[] {
  const target = baseName(file.path).replace(META, '');
  const fullName = target.replace(/\.[^.]*$/, '');
  const isThere = converted.some(({ path }) => baseName(path) === target);
  return [
    ...(isThere ? [] : [`the converted package does not hold ${target}`]),
    ...(named.has(fullName) ? [] : ['the manifest leaves it out']),
  ];
}

function membersOf(manifest: PackageFile): ReadonlySet<string> {
  const types = elements(metadataOf(manifest), 'types');
  return new Set(types.flatMap((type) => elements(type, 'members')).map(String));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
