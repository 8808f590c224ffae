import { deserialize, serialize } from 'node:v8';
import { ApexDecimal, ApexDouble } from './numbers.ts';
import type { PlatformMember } from './platform/definition.ts';
import { EnumType } from './platform/enums.ts';
import { PLATFORM_TYPES } from './platform/platform-types.ts';
import type { Program } from './program.ts';
import { CompiledFile, type FileContents } from './runtime/compiled-file.ts';
import { CompiledProgram, type ProgramParts } from './runtime/compiled-program.ts';
import { PlatformIndex } from './types/type-table.ts';

/**
 * A compiled program as bytes, and back, without the compiler: loading the parser costs more memory than a whole org.
 * Everything in a program is plain data, but for what its code takes from the platform's tables and for its enums;
 * those are written by name and linked again.
 */
type PlatformFunction = FileContents['members'][number];

interface FileImage extends Omit<FileContents, 'members' | 'constants' | 'enums'> {
  /** Type and signature. */
  readonly members: readonly (readonly [type: string, key: string])[];
  readonly constants: readonly ConstantImage[];
  /** Names. */
  readonly enums: readonly string[];
}

type ConstantImage =
  | { readonly decimal: string; readonly scale: number }
  | { readonly double: number }
  | { readonly value: null | boolean | string | number | bigint };

interface ProgramImage extends Pick<ProgramParts, 'triggers' | 'classes' | 'runtimeClasses'> {
  readonly enums: readonly { readonly name: string; readonly constants: readonly string[] }[];
  readonly classFiles: ReadonlyMap<string, FileImage>;
  readonly triggerFiles: ReadonlyMap<string, FileImage>;
}

/** @throws TypeError for a program that another compiler made, or that holds what no image can */
export function programImage(program: Program): Uint8Array {
  if (!(program instanceof CompiledProgram))
    throw new TypeError('This program was not compiled here.');
  const { triggers, classes, runtimeClasses, enums, classFiles, triggerFiles } = program.parts;
  const image: ProgramImage = {
    triggers,
    classes,
    runtimeClasses,
    enums: enums.map(({ name, constants }) => ({ name, constants: constants.map((c) => c.name) })),
    classFiles: mapValues(classFiles, fileImage),
    triggerFiles: mapValues(triggerFiles, fileImage),
  };
  return serialize(image);
}

/** @throws TypeError when the bytes name something that the platform's tables do not have */
export function linkProgram(bytes: Uint8Array): Program {
  const image = deserialize(bytes) as ProgramImage;
  const enums = image.enums.map(({ name, constants }) => new EnumType(name, constants));
  const enumByName = new Map(enums.map((type) => [type.name, type]));
  const link = (file: FileImage) => linkFile(file, enumByName);
  return new CompiledProgram({
    platform: new PlatformIndex(PLATFORM_TYPES),
    triggers: image.triggers,
    classes: image.classes,
    runtimeClasses: image.runtimeClasses,
    enums,
    classFiles: mapValues(image.classFiles, link),
    triggerFiles: mapValues(image.triggerFiles, link),
  });
}

function fileImage({ contents }: CompiledFile): FileImage {
  const { path, scriptName, code, spans, executableLines } = contents;
  return {
    path,
    scriptName,
    code,
    spans,
    executableLines,
    members: contents.members.map(nameOf),
    constants: contents.constants.map(constantImage),
    enums: contents.enums.map(({ name }) => name),
  };
}

function linkFile(image: FileImage, enums: ReadonlyMap<string, EnumType>): CompiledFile {
  return new CompiledFile({
    ...image,
    members: image.members.map(([type, key]) => memberNamed(type, key)),
    constants: image.constants.map(constantOf),
    enums: image.enums.map((name) => required(enums.get(name), `the enum ${name}`)),
  });
}

function constantImage(value: FileContents['constants'][number]): ConstantImage {
  if (value instanceof ApexDecimal)
    return { decimal: value.unscaled.toString(), scale: value.scale };
  if (value instanceof ApexDouble) return { double: value.value };
  if (value !== null && typeof value === 'object') {
    throw new TypeError(`A constant of type ${value.apexType} has no image.`);
  }
  return { value };
}

function constantOf(image: ConstantImage): FileContents['constants'][number] {
  if ('decimal' in image) return new ApexDecimal(BigInt(image.decimal), image.scale);
  return 'double' in image ? new ApexDouble(image.double) : image.value;
}

/** Where each function stands in the tables. One that stands twice does the same in both places. */
const namesOfFunctions = new Map<PlatformFunction, readonly [type: string, key: string]>();
const functionsByName = new Map<string, PlatformFunction>();
for (const { name, members } of PLATFORM_TYPES) {
  for (const [key, member] of Object.entries(members)) {
    const call = functionOf(member);
    if (call === null) continue;
    namesOfFunctions.set(call, [name, key]);
    functionsByName.set(`${name} ${key}`, call);
  }
}

function functionOf(member: PlatformMember): PlatformFunction | null {
  return member !== null && typeof member === 'object' ? member.call : member;
}

function nameOf(member: PlatformFunction): readonly [type: string, key: string] {
  return required(namesOfFunctions.get(member), 'a function outside the platform’s tables');
}

function memberNamed(type: string, key: string): PlatformFunction {
  return required(functionsByName.get(`${type} ${key}`), `${type}: ${key}`);
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new TypeError(`The platform has no ${what}.`);
  return value;
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
