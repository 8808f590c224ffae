import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileApart } from '../../../../local/org/apex/compile-apart.ts';
import { compileApex } from '../../../../local/org/apex/compile-apex.ts';
import { linkProgram, programImage } from '../../../../local/org/apex/program-image.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';

const SOURCES = [
  {
    path: 'classes/Parcel.cls',
    text: `public class Parcel {
  public enum Size { SMALL, LARGE }
  private static final Decimal RATE = 1.25;
  public static String label(Integer weight) {
    Size size = weight > 10 ? Size.LARGE : Size.SMALL;
    return size.name() + ' ' + (weight * RATE) + ' ' + 2.5d + ' ' + Math.max(1, 2);
  }
}`,
  },
  {
    path: 'triggers/OnAccount.trigger',
    text: 'trigger OnAccount on Account (after insert) {\n  Parcel.label(Trigger.new.size());\n}',
  },
];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('keeps a program whole: code, lines, classes, triggers', () => {
  const { program } = compileApex(SOURCES, loadStandardSchema());
  if (!program) expect.fail('it must compile');
  const linked = linkProgram(programImage(program));
  expect(linked.classes).toEqual(program.classes);
  expect(linked.triggers).toEqual(program.triggers);
  expect(linked.executableLines).toEqual(program.executableLines);
  expect(deserialize(programImage(linked))).toEqual(deserialize(programImage(program)));
});

it('compiles in another process once, and again only when something changed', () => {
  const cache = join(folder, 'program');
  const schema = loadStandardSchema();
  const first = compileApart(cache)(SOURCES, schema);
  expect(first.problems).toEqual([]);
  const written = readFileSync(cache);
  expect(compileApart(cache)(SOURCES, schema).program?.classes).toEqual(first.program?.classes);
  expect(readFileSync(cache).equals(written)).toBe(true);
  const changed = SOURCES.map((file) => ({
    ...file,
    text: file.text.replace('LARGE }', 'LARGE, HUGE }'),
  }));
  compileApart(cache)(changed, schema);
  expect(readFileSync(cache).equals(written)).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(['program', 'program.trees']);
});

it('compiles anew over a cache that a kill cut short', () => {
  const cache = join(folder, 'program');
  const schema = loadStandardSchema();
  compileApart(cache)(SOURCES, schema);
  writeFileSync(cache, readFileSync(cache).subarray(0, 100));
  expect(compileApart(cache)(SOURCES, schema).program).toBeDefined();
});

it('hands on every problem of source that does not compile, and keeps nothing', () => {
  const cache = join(folder, 'program');
  const broken = [
    { path: 'classes/Broken.cls', text: 'public class Broken { Strin a; Integr b; }' },
  ];
  const { program, problems } = compileApart(cache)(broken, loadStandardSchema());
  expect(program).toBeUndefined();
  expect(problems).toHaveLength(2);
  expect(readdirSync(folder)).toEqual([]);
});
