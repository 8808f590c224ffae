import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTIONS } from '../../../cdk/functions.ts';

/** Folders as the stacks take them, for tests of templates: what the functions do is not looked at. @returns the folder */
export function stubBundles(folder: string): string {
  for (const name of Object.keys(FUNCTIONS)) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), `export const handler = '${name}';\n`);
  }
  return folder;
}
