import { elements, type Metadata, metadataOf, type PackageFile, text } from './package-source.ts';

/** What the rules look up: the components that deploy together, by name. */
export interface SourcePackage {
  readonly files: readonly PackageFile[];
  readonly paths: ReadonlySet<string>;
  /** By API name. */
  readonly objects: ReadonlyMap<string, Metadata>;
  /** By `Object.Field`; fields of Activity only as `Activity.Field`. */
  readonly fields: ReadonlyMap<string, Metadata>;
  /** Names of the files with this ending. */
  named(ending: string): ReadonlySet<string>;
}

/** One metadata file under a rule. */
interface Component {
  readonly file: PackageFile;
  readonly root: Metadata;
}

/** @returns what is wrong with the component, without its path */
export type ComponentRule = (component: Component, source: SourcePackage) => readonly string[];

/** @throws Error for a metadata file that is not XML; check that first */
export function sourcePackage(files: readonly PackageFile[]): SourcePackage {
  const ending = (end: string) => files.filter((file) => file.path.endsWith(end));
  return {
    files,
    paths: new Set(files.map((file) => file.path)),
    objects: new Map(ending('.object-meta.xml').map((file) => [file.name, metadataOf(file)])),
    fields: new Map(ending('.field-meta.xml').map((file) => [fieldPath(file), metadataOf(file)])),
    named: (end) => new Set(ending(end).map((file) => file.name)),
  };
}

/** The object whose folder a field or list view lies in. */
export function parentObject(file: PackageFile): string {
  return /(?:^|\/)objects\/([^/]+)\//.exec(file.path)?.[1] ?? '';
}

/** `Object.Field` of a field file. */
export function fieldPath(file: PackageFile): string {
  return `${parentObject(file)}.${file.name}`;
}

export const isPlatformEvent = (object: string) => object.endsWith('__e');

export function isCustomSetting(object: string, source: SourcePackage): boolean {
  return text(source.objects.get(object), 'customSettingsType') !== undefined;
}

/** A standard object always exists; a custom one must deploy along. */
export function objectExists(object: string, source: SourcePackage): boolean {
  return !/__[a-z]+$/.test(object) || source.objects.has(object);
}

/** Standard fields are believed; of custom ones the file must be there. */
export function customField(object: string, name: string, source: SourcePackage) {
  return source.fields.get(`${/^(Task|Event)$/.test(object) ? 'Activity' : object}.${name}`);
}

export function without(root: Metadata, names: readonly string[]): string[] {
  return names
    .filter((name) => elements(root, name).length === 0)
    .map((name) => `<${name}> is missing`);
}

export function forbidden(root: Metadata, names: readonly string[], where: string): string[] {
  return names
    .filter((name) => elements(root, name).length > 0)
    .map((name) => `<${name}> is not allowed ${where}`);
}
