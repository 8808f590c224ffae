import { EnumType } from '../platform/enums.ts';
import type { ClassInfo, MethodInfo, TriggerEvent, TriggerInfo } from '../program.ts';
import { CompiledFile } from '../runtime/compiled-file.ts';
import type { ProgramParts } from '../runtime/compiled-program.ts';
import {
  methodKey,
  type RuntimeClass,
  type RuntimeField,
  type RuntimeMethod,
} from '../runtime/runtime-class.ts';
import { supertypesOf } from '../types/conversions.ts';
import { allInterfaces, ancestors, isExceptionClass } from '../types/hierarchy.ts';
import { restResource } from '../types/rest-resources.ts';
import {
  type ClassSymbol,
  hasAnnotation,
  isTestMethod,
  type MethodSymbol,
  topLevel,
} from '../types/symbols.ts';
import type { TypeTable } from '../types/type-table.ts';
import { print } from './code.ts';
import type { TranslatedFile } from './translated-file.ts';

/** Puts the translated files together as a program. */
export function assembleProgram(files: readonly TranslatedFile[], types: TypeTable): ProgramParts {
  const symbols = files.flatMap(({ symbol }) => (symbol === undefined ? [] : withInner(symbol)));
  const enums = symbols
    .filter((symbol) => symbol.kind === 'enum')
    .map(
      (symbol) =>
        new EnumType(
          symbol.name,
          symbol.declaration.constants.map((constant) => constant.name),
        ),
    );
  const enumByName = new Map(enums.map((type) => [type.name, type]));
  const compiled = files.map((file) => [file, compiledFile(file, enumByName)] as const);
  return {
    platform: types.platform,
    triggers: files.flatMap(({ trigger }) =>
      trigger === undefined ? [] : [triggerInfo(trigger, types)],
    ),
    classes: symbols.map((symbol) => classInfo(symbol, types)),
    runtimeClasses: symbols
      .filter((symbol) => symbol.kind !== 'enum')
      .map((symbol) => runtimeClass(symbol, types)),
    enums,
    classFiles: new Map(
      compiled.flatMap(([file, code]) =>
        file.symbol === undefined ? [] : [[file.symbol.name, code]],
      ),
    ),
    triggerFiles: new Map(
      compiled.flatMap(([file, code]) =>
        file.trigger === undefined ? [] : [[file.trigger.name, code]],
      ),
    ),
  };
}

function compiledFile(file: TranslatedFile, enums: ReadonlyMap<string, EnumType>): CompiledFile {
  const { members, constants, enums: enumNames } = file.imports;
  return new CompiledFile({
    path: file.path,
    scriptName: file.scriptName,
    code: print(file.code),
    spans: file.spans,
    members: members.map(({ member, owner, key }) => {
      const call = member !== null && typeof member === 'object' ? member.call : member;
      if (call === null) {
        throw new TypeError(`${owner.name} lists ${key} without what it does`);
      }
      return call;
    }),
    constants,
    enums: enumNames.flatMap((name) => enums.get(name) ?? []),
    executableLines: [...file.lines].sort((a, b) => a - b),
  });
}

function triggerInfo(
  trigger: NonNullable<TranslatedFile['trigger']>,
  types: TypeTable,
): TriggerInfo {
  return {
    name: trigger.name,
    object: types.schema.find(trigger.object)?.name ?? trigger.object,
    events: new Set(trigger.events.filter(isTriggerEvent)),
  };
}

function isTriggerEvent(event: string): event is TriggerEvent {
  return /^(before (insert|update|delete)|after (insert|update|delete|undelete))$/.test(event);
}

function classInfo(symbol: ClassSymbol, types: TypeTable): ClassInfo {
  const resource = restResource(symbol);
  return {
    ...(resource === undefined ? {} : { restResource: resource }),
    name: symbol.name,
    isTest: symbol.isTest,
    ...(symbol.superclass === undefined ? {} : { superclass: symbol.superclass.name }),
    interfaces: supertypeNames(symbol, types),
    methods: [...symbol.methods.values()].flat().map(methodInfo),
  };
}

function methodInfo(method: MethodSymbol): MethodInfo {
  return {
    name: method.name,
    isStatic: method.isStatic,
    isTest: isTestMethod(method.modifiers),
    isTestSetup: hasAnnotation(method.modifiers, 'TestSetup'),
    parameterTypes: method.parameters.map((parameter) => parameter.type.name),
    returnType: method.returnType.name,
  };
}

/** Generic ones with and without their type arguments. */
function supertypeNames(symbol: ClassSymbol, types: TypeTable): Set<string> {
  const names = new Set<string>();
  for (const type of supertypesOf(types, types.classRef(symbol))) {
    names.add(type.name);
    if (type.kind === 'platform') {
      names.add(type.definition.name);
    }
  }
  return names;
}

function runtimeClass(symbol: ClassSymbol, types: TypeTable): RuntimeClass {
  return {
    name: symbol.name,
    topLevel: topLevel(symbol).name,
    innerMember: symbol.outer === undefined ? undefined : `${symbol.simpleName}$`,
    isAbstract: symbol.isAbstract,
    isInterface: symbol.kind === 'interface',
    isException: isExceptionClass(symbol),
    supertypes: new Set([symbol.name, 'Object', ...supertypeNames(symbol, types)]),
    fields: runtimeFields(symbol),
    methods: runtimeMethods(symbol, types),
    constructors: new Map(
      symbol.constructors.map((method) => [method.parameters.length, method.jsName]),
    ),
  };
}

function runtimeFields(symbol: ClassSymbol): RuntimeField[] {
  return [...ancestors(symbol)].reverse().flatMap((owner) =>
    [...owner.fields.values()]
      .filter((field) => !field.isStatic)
      .map((field) => ({
        name: field.name,
        jsName: field.jsName,
        type: field.type.name,
        isTransient: field.isTransient,
        getter:
          typeof field.property?.getter === 'object' ? field.property.getter.jsName : undefined,
      })),
  );
}

function runtimeMethods(
  symbol: ClassSymbol,
  types: TypeTable,
): Map<string, readonly RuntimeMethod[]> {
  const found = new Map<string, readonly RuntimeMethod[]>();
  const interfaces = allInterfaces(symbol, types).flatMap((type) =>
    type.kind === 'class' ? [type.symbol] : [],
  );
  const owners = [...ancestors(symbol), ...(symbol.isAbstract ? interfaces : [])];
  for (const method of owners.flatMap((owner) => [...owner.methods.values()].flat())) {
    const key = methodKey(method.name, method.parameters.length);
    const overloads = found.get(key) ?? [];
    if (!overloads.some((known) => known.jsName === method.jsName)) {
      found.set(key, [...overloads, runtimeMethod(method)]);
    }
  }
  return found;
}

function runtimeMethod(method: MethodSymbol): RuntimeMethod {
  const { name, jsName, isStatic, isAbstract, suspends, parameters, returnType } = method;
  return {
    name,
    jsName,
    isStatic,
    isAbstract,
    isPrivate: method.visibility === 'private' && !isAbstract,
    suspends,
    parameterTypes: parameters.map((parameter) => parameter.type.name),
    parameterNames: parameters.map((parameter) => parameter.name),
    returnType: returnType.name,
  };
}

function withInner(symbol: ClassSymbol): ClassSymbol[] {
  return [symbol, ...symbol.inner.values()];
}
