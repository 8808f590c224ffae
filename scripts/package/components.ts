import { elements, metadataOf, type PackageFile, text } from '../check/package-source.ts';
import { parentObject } from '../check/source-package.ts';

/** Names of components by metadata type, as a package.xml lists them. */
export type Components = ReadonlyMap<string, readonly string[]>;

/** Metadata types by the suffix of their source files. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['cls', 'ApexClass'],
  ['trigger', 'ApexTrigger'],
  ['app', 'CustomApplication'],
  ['field', 'CustomField'],
  ['labels', 'CustomLabel'],
  ['object', 'CustomObject'],
  ['permissionset', 'PermissionSet'],
  ['platformEventSubscriberConfig', 'PlatformEventSubscriberConfig'],
  ['remoteSite', 'RemoteSiteSetting'],
  ['tab', 'CustomTab'],
  ['testSuite', 'ApexTestSuite'],
]);

/** What goes with its object and cannot go before it: the last layout, for one. */
const PARTS_OF_OBJECTS: ReadonlySet<string> = new Set(['layout', 'listView']);

/**
 * The components that removing the source means, by type and in order of names. Parts of an object that is removed
 * itself are left out.
 * @throws Error naming a file whose type is not known here: it would stay behind in the org
 */
export function removableComponents(files: readonly PackageFile[]): Components {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const [, suffix = ''] = /\.([A-Za-z]+)-meta\.xml$/.exec(file.path) ?? [];
    const type = TYPES.get(suffix);
    if (suffix === '' || PARTS_OF_OBJECTS.has(suffix)) continue;
    if (type === undefined) throw new Error(`${file.path}: components of this type are not known`);
    const names = componentNames(type, file);
    if (names.length > 0) found.set(type, [...(found.get(type) ?? []), ...names].sort());
  }
  return found;
}

function componentNames(type: string, file: PackageFile): readonly string[] {
  if (type === 'CustomLabel') {
    const labels = elements(metadataOf(file), 'labels');
    return labels.map((label) => text(label, 'fullName') ?? '');
  }
  if (type !== 'CustomField') return [file.name];
  const object = parentObject(file);
  return /__[a-z]+$/.test(object) ? [] : [`${object}.${file.name}`];
}

/** A manifest, as `package.xml` and `destructiveChanges.xml` have it. */
export function manifestXml(components: Components, apiVersion: string): string {
  const types = [...components].map(([type, names]) => {
    const members = names.map((name) => `        <members>${name}</members>\n`).join('');
    return `    <types>\n${members}        <name>${type}</name>\n    </types>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
${types.join('')}    <version>${apiVersion}</version>
</Package>
`;
}
