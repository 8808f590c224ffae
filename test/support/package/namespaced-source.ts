import type { SourceFile } from '../../../local/org/apex/program.ts';

/**
 * SFDX source as it looks in an org where it was installed as a package with a namespace: custom objects and fields have
 * it in front. Code names them so too; in a real package it need not, and means the same.
 */
export function namespacedSource(files: readonly SourceFile[], namespace: string): SourceFile[] {
  const names = files.flatMap(
    ({ path }) => /\/([^/]+)__[a-z]+\.(?:object|field)-meta\.xml$/.exec(path)?.[1] ?? [],
  );
  const longestFirst = [...new Set(names)].sort((a, b) => b.length - a.length);
  const name = new RegExp(`(?<![A-Za-z0-9_])(?:${longestFirst.join('|')})(?=__(?:c|e|r)\\b)`, 'g');
  const renamed = (text: string) => text.replace(name, (found) => `${namespace}__${found}`);
  return files.map(({ path, text }) => ({ path: renamed(path), text: renamed(text) }));
}
