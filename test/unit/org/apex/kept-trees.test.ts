import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileApex } from '../../../../local/org/apex/compile-apex.ts';
import { keep, readKept } from '../../../../local/org/apex/kept-file.ts';
import { KeptTrees } from '../../../../local/org/apex/kept-trees.ts';
import { type ParsedSource, parseSource } from '../../../../local/org/apex/syntax/parse-source.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ONE = { path: 'classes/One.cls', text: 'public class One { public Integer a = 1; }' };
const TWO = { path: 'classes/Two.cls', text: 'public class Two { One other; }' };
const BLOCK = { path: 'Block.apex', text: 'System.debug(1);' };

type Trees = ReadonlyMap<string, ParsedSource>;

function treesFile(): string {
  return join(temporaryFolder(), 'trees');
}

/** Parses these files, and keeps their trees. */
function kept(file: string, version: string, ...sources: readonly (typeof ONE)[]): ParsedSource[] {
  const trees = new KeptTrees(file, version);
  const parsed = sources.map(trees.parse);
  trees.save();
  return parsed;
}

/** Gives every kept tree a problem, which no parser finds in its text. */
function mark(file: string, version: string): void {
  const marked = [...(readKept<Trees>(file, version) ?? [])].map(([key, tree]) => {
    const problem = { file: tree.file.path, line: 1, column: 1, message: 'kept' };
    return [key, { ...tree, problems: [problem] }] as const;
  });
  keep(file, version, new Map(marked));
}

function messagesOf(parsed: readonly ParsedSource[]): string[] {
  return parsed.map(({ problems }) => problems.map(({ message }) => message).join());
}

test('a file that is as it was is not parsed again; a changed one is', () => {
  const file = treesFile();
  kept(file, 'v1', ONE, TWO);
  mark(file, 'v1');
  const changed = { ...TWO, text: 'public class Two { One another; }' };
  expect(messagesOf(kept(file, 'v1', ONE, changed))).toEqual(['kept', '']);
});

test('trees are kept as the parser made them, down to what the compiler makes of them', () => {
  const file = treesFile();
  kept(file, 'v1', ONE, TWO);
  const trees = new KeptTrees(file, 'v1');
  expect([ONE, TWO].map(trees.parse)).toEqual([ONE, TWO].map(parseSource));

  const schema = loadStandardSchema();
  const fromTrees = compileApex([ONE, TWO], schema, { parse: trees.parse });
  expect(fromTrees.problems).toEqual([]);
  expect(fromTrees.program?.classes).toEqual(compileApex([ONE, TWO], schema).program?.classes);
});

test('another compiler parses all of it anew', () => {
  const file = treesFile();
  kept(file, 'v1', ONE);
  mark(file, 'v1');
  expect(messagesOf(kept(file, 'v2', ONE))).toEqual(['']);
});

test('files that are gone are forgotten; anonymous blocks are never kept', () => {
  const file = treesFile();
  kept(file, 'v1', ONE, TWO);
  kept(file, 'v1', TWO, BLOCK);
  const paths = [...(readKept<Trees>(file, 'v1')?.values() ?? [])].map((tree) => tree.file.path);
  expect(paths).toEqual([TWO.path]);
});

test('nothing new, nothing written; a file that a kill cut short counts as none', () => {
  const file = treesFile();
  kept(file, 'v1', ONE);
  mark(file, 'v1');
  const before = readFileSync(file);
  kept(file, 'v1', ONE);
  expect(readFileSync(file).equals(before)).toBe(true);

  writeFileSync(file, before.subarray(0, before.length / 2));
  expect(messagesOf(kept(file, 'v1', ONE))).toEqual(['']);
  expect(existsSync(`${file}.${process.pid}.new`)).toBe(false);
});
