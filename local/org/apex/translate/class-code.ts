import type { MemberDeclaration } from '../syntax/ast.ts';
import { jsPath } from '../types/declare-classes.ts';
import { isExceptionClass } from '../types/hierarchy.ts';
import type { ClassSymbol, FieldSymbol, MethodSymbol } from '../types/symbols.ts';
import { Body, type FileUnit } from './body.ts';
import { type Code, text } from './code.ts';
import { constructorCode, initCode, initStepCode, methodCode } from './methods.ts';
import { classCode as classReference } from './names.ts';

/** What the platform calls on instances, and the Apex methods that answer. */
const HOOKS: readonly {
  readonly hook: string;
  readonly jsName: string;
  readonly parameter: string;
}[] = [
  { hook: 'apexEquals', jsName: 'equals$Object', parameter: 'other' },
  { hook: 'apexHash', jsName: 'hashcode$', parameter: '' },
  { hook: 'apexString', jsName: 'tostring$', parameter: '' },
];

/** The generated class: members stand on the lines of their source, inner classes inside their outer one. */
export function classCode(unit: FileUnit, symbol: ClassSymbol): Code {
  const members = symbol.declaration.members.map((member) => memberCode(unit, symbol, member));
  const implicit = symbol.constructors.filter((ctor) => ctor.body === undefined);
  return [
    `class ${jsPath(symbol.name)}$ extends `,
    superclassCode(unit, symbol),
    ` { static apexName = ${text(symbol.name)}; get apexType() { return ${text(symbol.name)}; } `,
    members,
    { line: symbol.declaration.end.line },
    implicit.map((ctor) => constructorCode(unit, symbol, ctor)),
    initCode(symbol),
    exceptionCode(symbol),
    hooksCode(symbol),
    '} ',
  ];
}

function superclassCode(unit: FileUnit, symbol: ClassSymbol): Code {
  const parent = symbol.superclass;
  if (parent?.kind === 'class') {
    const body = new Body({
      unit,
      owner: symbol,
      method: symbol.staticInit,
      isStatic: true,
      returnType: symbol.staticInit.returnType,
    });
    return ['(', classReference(body, parent.symbol), ')'];
  }
  return parent === undefined ? '$.ApexInstance' : '$.CompiledException';
}

function memberCode(unit: FileUnit, symbol: ClassSymbol, member: MemberDeclaration): Code {
  switch (member.kind) {
    case 'method': {
      const method = findMethod(symbol, member);
      return method === undefined || member.body === undefined
        ? ''
        : methodCode(unit, symbol, method, member.body);
    }
    case 'constructor': {
      const method = symbol.constructors.find((ctor) => ctor.at === member.at);
      return method === undefined ? '' : constructorCode(unit, symbol, method);
    }
    case 'field':
      return member.declarators.map((declarator) => {
        const field = symbol.fields.get(declarator.name.toLowerCase());
        return field?.at === declarator.at ? fieldCode(unit, symbol, field) : '';
      });
    case 'property': {
      const field = symbol.fields.get(member.name.toLowerCase());
      return field?.at === member.at ? propertyCode(unit, symbol, field) : '';
    }
    case 'initializer': {
      const steps = member.isStatic ? symbol.staticSteps : symbol.instanceSteps;
      const step = steps.find((item) => item.kind === 'block' && item.body === member.body);
      return step === undefined ? '' : initStepCode(unit, symbol, step, member.isStatic);
    }
    default:
      return innerCode(unit, symbol, member.name);
  }
}

/** Made when first used: an inner class may extend one that stands below it, or its own outer class. */
function innerCode(unit: FileUnit, outer: ClassSymbol, name: string): Code {
  const inner = outer.inner.get(name.toLowerCase());
  if (inner === undefined || inner.kind !== 'class') {
    return '';
  }
  const holder = jsPath(inner.name);
  return [
    { line: inner.declaration.at.line },
    `static get ${inner.simpleName}$() { return ${holder} ??= `,
    classCode(unit, inner),
    '; } ',
  ];
}

function fieldCode(unit: FileUnit, symbol: ClassSymbol, field: FieldSymbol): Code {
  const steps = field.isStatic ? symbol.staticSteps : symbol.instanceSteps;
  const step = steps.find((item) => item.kind === 'field' && item.field === field);
  return [
    { line: field.at.line },
    `${field.isStatic ? 'static ' : ''}${field.jsName} = null; `,
    step === undefined ? '' : initStepCode(unit, symbol, step, field.isStatic),
  ];
}

function propertyCode(unit: FileUnit, symbol: ClassSymbol, field: FieldSymbol): Code {
  const accessors = [field.property?.getter, field.property?.setter].filter(
    (accessor) => typeof accessor === 'object',
  );
  return [
    { line: field.at.line },
    `${field.isStatic ? 'static ' : ''}${field.jsName} = null; `,
    accessors
      .sort((a, b) => a.at.line - b.at.line)
      .map((accessor) =>
        accessor.body === undefined ? '' : methodCode(unit, symbol, accessor, accessor.body, field),
      ),
  ];
}

/** Exceptions made with the constructors every exception has still initialize the fields of all their classes. */
function exceptionCode(symbol: ClassSymbol): Code {
  return isExceptionClass(symbol)
    ? `$fields() { super.$fields(); this.${symbol.instanceInit.jsName}(); return this; } `
    : '';
}

function hooksCode(symbol: ClassSymbol): Code {
  const declared = new Set([...symbol.methods.values()].flat().map((method) => method.jsName));
  return HOOKS.filter((hook) => declared.has(hook.jsName)).map(
    ({ hook, jsName, parameter }) =>
      `${hook}(${parameter}) { return this.${jsName}(${parameter}); } `,
  );
}

function findMethod(
  symbol: ClassSymbol,
  member: Extract<MemberDeclaration, { kind: 'method' }>,
): MethodSymbol | undefined {
  return symbol.methods.get(member.name.toLowerCase())?.find((method) => method.at === member.at);
}

/** Methods the platform itself calls, in the middle of its own work: they cannot wait for a callout. */
export function isHook(method: MethodSymbol): boolean {
  return HOOKS.some((hook) => hook.jsName === method.jsName);
}
