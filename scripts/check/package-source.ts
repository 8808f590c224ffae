import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { projectRoot } from '../project-root.ts';

const ROOT = join(projectRoot, 'force-app');

export interface PackageFile {
  /** Below `force-app`, with forward slashes. */
  readonly path: string;
  /** File name up to its first point. */
  readonly name: string;
  readonly text: string;
}

/** A metadata element: text, or its children by name; everything that may repeat is an array. */
export type Metadata = { readonly [member: string]: Metadata[] } | string;

/** Every file of a Salesforce source folder (by default the package's), sorted by path. */
export function readPackage(folder = ROOT): PackageFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map((path) => packageFile(path, readFileSync(join(folder, path), 'utf8')));
}

export function packageFile(path: string, content: string): PackageFile {
  return { path, name: basename(path).replace(/\..*$/, ''), text: content };
}

/** Files of the package whose path ends as told, sorted. */
export function packageFiles(ending: string): PackageFile[] {
  return readPackage().filter((file) => file.path.endsWith(ending));
}

const parser = new XMLParser({
  ignoreDeclaration: true,
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: () => true,
});

/** The root element of a metadata file. */
export function metadataOf(file: PackageFile): Metadata {
  const document = parser.parse(file.text) as Record<string, Metadata[]>;
  const [root] = Object.values(document).flat();
  if (root === undefined) throw new Error(`${file.path} is empty`);
  return root;
}

export function elements(parent: Metadata | undefined, name: string): Metadata[] {
  return parent === undefined || typeof parent === 'string' ? [] : (parent[name] ?? []);
}

export function text(parent: Metadata | undefined, name: string): string | undefined {
  const [first] = elements(parent, name);
  return typeof first === 'string' ? first : undefined;
}

/** Apex without comments and string contents, lines kept. */
export function apexCode(file: PackageFile): string {
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  return file.text.replace(/'(?:\\.|[^'\\\n])*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith("'") ? `'${blank(match.slice(1, -1))}'` : blank(match),
  );
}
