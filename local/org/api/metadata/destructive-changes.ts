import { XMLParser } from 'fast-xml-parser';
import type { SourceFile } from '../../apex/program.ts';
import { OrgError } from '../../errors.ts';

/** A component that a deploy is to delete. */
export interface Removal {
  /** Metadata type, e.g. `ApexClass`. */
  readonly type: string;
  readonly fullName: string;
  /** The manifest that names it. */
  readonly manifest: string;
}

/** Whether the source file belongs to the component of that name. */
type Owns = (path: string, fullName: string) => boolean;

const file =
  (folder: string, suffix: string): Owns =>
  (path, name) =>
    path === `${folder}/${name}.${suffix}-meta.xml`;

const code =
  (folder: string, suffix: string): Owns =>
  (path, name) =>
    path === `${folder}/${name}.${suffix}` || path === `${folder}/${name}.${suffix}-meta.xml`;

const partOfObject =
  (folder: string, suffix: string): Owns =>
  (path, name) => {
    const [object = '', part = ''] = name.split('.');
    return path === `objects/${object}/${folder}/${part}.${suffix}-meta.xml`;
  };

/** An object takes along what shows it. */
const object: Owns = (path, name) =>
  path.startsWith(`objects/${name}/`) ||
  path.startsWith(`layouts/${name}-`) ||
  path === `tabs/${name}.tab-meta.xml`;

const OWNERS: ReadonlyMap<string, Owns> = new Map([
  ['ApexClass', code('classes', 'cls')],
  ['ApexTrigger', code('triggers', 'trigger')],
  ['ApexTestSuite', file('testSuites', 'testSuite')],
  ['CustomApplication', file('applications', 'app')],
  ['CustomField', partOfObject('fields', 'field')],
  // Taken out of their file: label-removals.ts.
  ['CustomLabel', () => false],
  ['CustomObject', object],
  ['CustomTab', file('tabs', 'tab')],
  ['DuplicateRule', file('duplicateRules', 'duplicateRule')],
  ['Layout', file('layouts', 'layout')],
  ['ListView', partOfObject('listViews', 'listView')],
  ['MatchingRules', file('matchingRules', 'matchingRule')],
  ['PermissionSet', file('permissionsets', 'permissionset')],
  [
    'PlatformEventSubscriberConfig',
    file('PlatformEventSubscriberConfigs', 'platformEventSubscriberConfig'),
  ],
  ['RemoteSiteSetting', file('remoteSiteSettings', 'remoteSite')],
]);

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'types' || name === 'members',
});

/**
 * Reads `destructiveChanges.xml`, `…Pre.xml` or `…Post.xml`. An empty one is sent as a matter of routine.
 * @throws OrgError for what is no manifest, for wildcards, and for types that this org cannot delete
 */
export function readRemovals(manifest: string, text: string): Removal[] {
  if (/<!DOCTYPE/i.test(text))
    throw new OrgError('INVALID_FILE', `${manifest}: no document types.`);
  return typesOf(manifest, text).flatMap(({ name, members }) => {
    const type = typeof name === 'string' ? name : '';
    if (!OWNERS.has(type)) {
      throw new OrgError(
        'UNSUPPORTED',
        `${manifest}: this org cannot delete a ${type} by a deploy.`,
      );
    }
    return listOf(members).map((fullName) => {
      if (typeof fullName === 'string' && /^[\w][\w .-]*$/.test(fullName)) {
        return { type, fullName, manifest };
      }
      throw new OrgError('INVALID_FILE', `${manifest}: a ${type} to delete has no plain name.`);
    });
  });
}

function typesOf(
  manifest: string,
  text: string,
): readonly { readonly name?: unknown; readonly members?: unknown }[] {
  let document: { Package?: { types?: unknown } | string };
  try {
    document = parser.parse(text, true) as typeof document;
  } catch {
    throw new OrgError('INVALID_FILE', `${manifest} is not XML.`);
  }
  if (document.Package === undefined) {
    throw new OrgError('INVALID_FILE', `${manifest} holds no Package.`);
  }
  return typeof document.Package === 'string'
    ? []
    : (listOf(document.Package.types) as { readonly name?: unknown; readonly members?: unknown }[]);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** @returns paths of the component's source files; none when the org does not have it */
export function pathsOf({ type, fullName }: Removal, files: readonly SourceFile[]): string[] {
  const owns = OWNERS.get(type);
  return files.filter(({ path }) => owns?.(path, fullName) === true).map(({ path }) => path);
}
