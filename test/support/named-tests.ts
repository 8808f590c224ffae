import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/* Documents say by which tests something is held: the file in backticks, the title in quotes. */

const ROOT = join(import.meta.dirname, '../..');

/** Paths from the project's folder. */
export function filesBelow(folder: string, suffix: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(suffix))
    .map((file) => join(folder, file));
}

export function projectText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const tests = [...filesBelow('test', '.test.ts'), ...filesBelow('test', '.contract.ts')];

/** Quotes as either of their forms, white space as one blank. */
const plain = (text: string): string => text.replaceAll(/[’']/g, "'").replaceAll(/\s+/g, ' ');

/** Test files that a text names in backticks: a whole path, or its end. */
export function testFilesNamedIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, named = '']) => {
    const found = tests.filter((file) => file === `test/${named}` || file.endsWith(`/${named}`));
    expect(found, `files called ${named}`).toHaveLength(1);
    return found[0] ?? '';
  });
}

/** Every title in double quotes stands in one of the files that the text names; `…` in a title stands for anything. */
export function expectNamedTests(text: string): void {
  const files = testFilesNamedIn(text);
  const sources = files.map((file) => plain(projectText(file)));
  for (const [, title = ''] of text.matchAll(/"([^"]+)"/g)) {
    const parts = plain(title)
      .split('…')
      .map((part) => part.trim());
    const isThere = sources.some((source) => parts.every((part) => source.includes(part)));
    expect(isThere, `"${title}" in ${files.join(', ')}`).toBe(true);
  }
}
