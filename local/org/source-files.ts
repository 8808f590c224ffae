import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SourceFile } from './apex/program.ts';
import type { ZipEntry } from './api/metadata/zip-reader.ts';
import { zip } from './zip-writer.ts';

/** Folders of the SFDX source format; a component's path begins with one of them. */
const TYPE_FOLDERS: ReadonlySet<string> = new Set([
  'classes',
  'triggers',
  'objects',
  'remoteSiteSettings',
  'PlatformEventSubscriberConfigs',
  'permissionsets',
  'layouts',
  'tabs',
  'applications',
  'labels',
  'testSuites',
  'customMetadata',
  'staticresources',
  'customPermissions',
  'cachePartitions',
  'settings',
  'duplicateRules',
  'matchingRules',
]);

/** Code and metadata; what else lies there (read-me files, images) is none of the org's business. */
const COMPONENT_FILE = /\.(cls|trigger|[A-Za-z]+-meta\.xml)$/;

/**
 * Reads source folders (`force-app`, or a part of it).
 * @returns files by component path, e.g. `classes/Sender.cls`, `objects/Parcel__c/fields/Size__c.field-meta.xml`
 * @throws Error naming the folder that cannot be read
 */
export async function readSourceFolders(folders: readonly string[]): Promise<SourceFile[]> {
  const files = new Map<string, SourceFile>();
  for (const folder of folders) {
    for (const file of await readFolder(folder)) files.set(file.path, file);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function readFolder(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(`The source folder ${folder} cannot be read (${error.code}).`);
    },
  );
  const found: SourceFile[] = [];
  const contents: ZipEntry[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const absolute = join(entry.parentPath, entry.name);
    const path = componentPath(relative(folder, absolute).split(sep).join('/'));
    if (COMPONENT_FILE.test(path)) found.push({ path, text: await readFile(absolute, 'utf8') });
    else if (isResourceContent(path)) contents.push({ path, bytes: await readFile(absolute) });
  }
  contents.sort((a, b) => (a.path < b.path ? -1 : 1));
  return [...found, ...resourceContents(contents)];
}

function isResourceContent(path: string): boolean {
  return path.startsWith('staticresources/') && !COMPONENT_FILE.test(path);
}

/**
 * What static resources hold, as source files: `staticresources/Name.resource`, in base64. A resource that lies there
 * as a folder is deployed as a zip archive of it.
 */
export function resourceContents(contents: readonly ZipEntry[]): SourceFile[] {
  const byName = Map.groupBy(contents, ({ path }) => path.split(/[/.]/)[1] ?? '');
  return [...byName].map(([name, files]) => {
    const [single] = files;
    const bytes =
      single !== undefined && files.length === 1 && single.path.split('/').length === 2
        ? single.bytes
        : zip(
            files.map(({ path, bytes: part }) => ({
              path: path.split('/').slice(2).join('/'),
              bytes: part,
            })),
          );
    return {
      path: `staticresources/${name}.resource`,
      text: Buffer.from(bytes).toString('base64'),
    };
  });
}

/** The path of a component without the package folders above it. Apex may lie in subfolders that mean nothing. */
export function componentPath(path: string): string {
  const segments = path.split('/');
  const start = segments.findIndex((segment) => TYPE_FOLDERS.has(segment));
  const type = segments[start];
  if (type === undefined) return path;
  if (type === 'classes' || type === 'triggers') return `${type}/${segments.at(-1)}`;
  return segments.slice(start).join('/');
}
