import type { SourceFile } from '../../../local/org/apex/program.ts';

/**
 * SFDX source in which every class, trigger, custom object and custom field has another name, and the product's name is
 * gone from everything else. Names are turned letter by letter (A↔N), in whatever case they stand, so each stays unique
 * and as long as it was.
 */
export function renamedSource(files: readonly SourceFile[]): SourceFile[] {
  const code = namesIn(files, /([^/]+)\.(?:cls|trigger)$/);
  const custom = namesIn(files, /\/([^/]+)__[a-z]+\.(?:object|field)-meta\.xml$/);
  const name = new RegExp(
    `\\b(?:${code.join('|')})\\b|\\b(?:${custom.join('|')})(?=__(?:c|e|r|mdt)\\b)|mixmax|\\brts(?![a-z])`,
    'gi',
  );
  const product = /Rts|RTS/g;
  const renamed = (text: string): string => text.replace(name, turned).replace(product, turned);
  return files.map(({ path, text }) => ({ path: renamed(path), text: renamed(text) }));
}

/** Longest first: an alternative is taken as it stands in the pattern. */
function namesIn(files: readonly SourceFile[], pattern: RegExp): string[] {
  const names = files.flatMap(({ path }) => pattern.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort((a, b) => b.length - a.length);
}

function turned(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}
