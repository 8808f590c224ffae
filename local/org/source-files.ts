import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { SourceFile } from './apex/program.ts';

/** Folders of the SFDX source format whose files this org understands; what lies elsewhere is left alone. */
const TYPE_FOLDERS: ReadonlySet<string> = new Set([
  'classes',
  'triggers',
  'objects',
  'remoteSiteSettings',
  'PlatformEventSubscriberConfigs',
]);

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
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const absolute = join(entry.parentPath, entry.name);
    const path = componentPath(relative(folder, absolute).split(sep).join('/'));
    if (path !== undefined) found.push({ path, text: await readFile(absolute, 'utf8') });
  }
  return found;
}

/**
 * The path of a component without the package folders above it; undefined for what the org does not take. Apex may lie
 * in subfolders that mean nothing.
 */
export function componentPath(path: string): string | undefined {
  const segments = path.split('/');
  const start = segments.findIndex((segment) => TYPE_FOLDERS.has(segment));
  const name = segments.at(-1) ?? '';
  if (start < 0 || name.startsWith('.')) return undefined;
  const type = segments[start] ?? '';
  if (type === 'classes' || type === 'triggers') return `${type}/${name}`;
  return segments.slice(start).join('/');
}
