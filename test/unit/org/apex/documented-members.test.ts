import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileApex } from '../../../../local/org/apex/compile-apex.ts';
import { PLATFORM_TYPES } from '../../../../local/org/apex/platform/platform-types.ts';
import { PlatformIndex } from '../../../../local/org/apex/types/type-table.ts';
import { loadStandardSchema } from '../../../../local/org/schema/standard-schema.ts';
import {
  type DocumentedMember,
  type DocumentedType,
  readDocumentedPlatform,
} from '../../../support/apex-platform/documented-platform.ts';
import { memberCalls, memberName } from '../../../support/apex-platform/member-calls.ts';

/**
 * Every member that Salesforce lists of a type that this org has either compiles or is in `absent-members.txt`, and
 * then the compiler's message names it. Every type that this org does not have is in `absent-types.txt`.
 */
const platform = new PlatformIndex(PLATFORM_TYPES);
const documented = readDocumentedPlatform().sort((a, b) => (a.name < b.name ? -1 : 1));
const known = documented
  .filter(({ name }) => platform.find(name) !== undefined)
  .map((type) => ({ ...type, members: type.members.filter(isTried) }));

/**
 * Left out: constructors without parameters (the list has one for every class, whether it can be constructed or not),
 * and what is no method call: `runAs` has a block, `addError` stands behind a field of a record.
 */
function isTried({ kind, name, parameters }: DocumentedMember): boolean {
  if (kind === 'constructor') return parameters.length > 0;
  return name !== 'runAs' && name !== 'addError';
}

interface Absence {
  readonly member: string;
  readonly message: string;
}

function absencesOf(types: readonly DocumentedType[]): Absence[] {
  const { problems } = compileApex(types.map(memberCalls), loadStandardSchema());
  const absences = new Map<string, Absence>();
  for (const { file, line, message } of problems) {
    const type = types[Number(/\d+/.exec(file)?.[0])];
    // The class begins in line 1, its members follow.
    const member = type?.members[line - 2];
    if (type === undefined || member === undefined) throw new Error(`${file}:${line}: ${message}`);
    const name = memberName(type, member);
    if (!absences.has(name)) absences.set(name, { member: name, message });
  }
  return [...absences.values()];
}

function listed(file: string): string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const absences = absencesOf(known);

test('members that are not there are those that are listed', () => {
  const lines = listed('absent-members.txt');
  const rests = lines.filter((line) => line.endsWith('.*')).map((line) => line.slice(0, -1));
  const restOf = (member: string) => rests.find((rest) => member.startsWith(rest));
  const members = absences.map(({ member }) => member);
  const single = members.filter((member) => restOf(member) === undefined);
  expect(single.sort()).toEqual(lines.filter((line) => !line.endsWith('.*')).sort());
  expect(new Set(members.map(restOf).filter((rest) => rest !== undefined))).toEqual(new Set(rests));
});

test('the compiler names what is not there', () => {
  const unnamed = absences.filter(({ member, message }) => {
    const name = /(\w+)(?:\(|$)/.exec(member)?.[1] ?? member;
    const isNamed = message.toLowerCase().includes(name.toLowerCase());
    return !isNamed && !message.startsWith('Invalid type: ');
  });
  expect(unnamed).toEqual([]);
});

const absent = documented.filter(({ name }) => platform.find(name) === undefined);

test('the compiler names types that are not there', () => {
  const fields = absent.map(({ name }, index) => `static ${name} v${index};`);
  const text = ['public class Types {', ...fields, '}'].join('\n');
  const { problems } = compileApex([{ path: 'classes/Types.cls', text }], loadStandardSchema());
  const messages = new Map(problems.map(({ line, message }) => [line, message]));
  const unnamed = absent.filter(
    ({ name }, index) => messages.get(index + 2) !== `Invalid type: ${name}`,
  );
  expect(unnamed.map(({ name }) => name)).toEqual([]);
});

test('types that are not there are those that are listed', () => {
  const spaces = listed('absent-types.txt').filter((line) => line.endsWith('.*'));
  const single = absent
    .map(({ name }) => name)
    .filter((name) => !spaces.includes(`${name.split('.')[0]}.*`));
  const lines = listed('absent-types.txt').filter((line) => !line.endsWith('.*'));
  expect(single.sort()).toEqual(lines.sort());
  const partly = spaces.filter((space) =>
    PLATFORM_TYPES.some(
      ({ name }) => `${name.split('.')[0]}.*`.toLowerCase() === space.toLowerCase(),
    ),
  );
  expect(partly).toEqual([]);
});
