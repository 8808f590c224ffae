import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder, or that of the plugin built from it: the nearest one above that holds the package's source. */
export const projectRoot = nearestWith('force-app/main', import.meta.dirname);

function nearestWith(content: string, folder: string): string {
  if (existsSync(join(folder, content))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`${content} is missing beside ${import.meta.dirname}.`);
  return nearestWith(content, parent);
}
