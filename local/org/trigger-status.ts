import type { SourceFile } from './apex/program.ts';

/** `Name.trigger-meta.xml` of a trigger that was switched off. */
const INACTIVE = /<status>\s*Inactive\s*<\/status>/;

/** Names in lower case of triggers that are deployed but do not run. */
export function inactiveTriggers(files: readonly SourceFile[]): ReadonlySet<string> {
  const names = files.flatMap(({ path, text }) => {
    const name = /([^/]+)\.trigger-meta\.xml$/i.exec(path)?.[1];
    return name !== undefined && INACTIVE.test(text) ? [name.toLowerCase()] : [];
  });
  return new Set(names);
}
