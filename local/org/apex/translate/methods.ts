import type { BlockStatement, CallExpression, Statement } from '../syntax/ast.ts';
import { VOID } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import { ancestors, isExceptionClass } from '../types/hierarchy.ts';
import {
  type ClassSymbol,
  type FieldSymbol,
  type InitStep,
  type MethodSymbol,
  type Sharing,
  sharingOf,
} from '../types/symbols.ts';
import { Body, type FileUnit } from './body.ts';
import { type Code, callOf } from './code.ts';
import { type Constructor, chooseConstructor, constructorCall } from './creation.ts';
import { statements } from './statements.ts';
import { Translator } from './translator.ts';
import type { Value } from './value.ts';

/** A method or accessor as a member of its generated class. */
export function methodCode(
  unit: FileUnit,
  owner: ClassSymbol,
  method: MethodSymbol,
  block: BlockStatement,
  storageOf?: FieldSymbol,
): Code {
  const body = new Body({
    unit,
    owner,
    method,
    isStatic: method.isStatic,
    returnType: method.returnType,
    ...(storageOf === undefined ? {} : { storageOf }),
  });
  const parameters = declareParameters(body, method);
  const { code, ends } = statements(new Translator(body), block.statements);
  if (!ends && method.returnType !== VOID) {
    body.problem(block.end, `Missing return statement: ${method.name}`);
  }
  const head: Code = [
    { line: method.at.line },
    method.isStatic ? 'static ' : '',
    { ifSuspends: method, print: '*' },
    `${method.jsName}(${parameters}) { `,
  ];
  const whole = withSharing(owner, method, counted(method, code));
  return [head, body.scratchDeclaration(), whole, { line: block.end.line }, '} '];
}

/** A constructor: a method that prepares the new instance and returns it. */
export function constructorCode(unit: FileUnit, owner: ClassSymbol, method: MethodSymbol): Code {
  const body = new Body({
    unit,
    owner,
    method,
    isStatic: false,
    returnType: VOID,
    initializes: true,
    returnCode: 'return this; ',
  });
  const parameters = declareParameters(body, method);
  const t = new Translator(body);
  const { chained, rest } = splitChaining(method.body?.statements ?? []);
  const start = chaining(t, owner, method, chained);
  const { code } = statements(t, rest);
  return [
    { line: method.at.line },
    { ifSuspends: method, print: '*' },
    `${method.jsName}(${parameters}) { `,
    body.scratchDeclaration(),
    withSharing(owner, method, counted(method, [start, code, 'return this; '])),
    { line: method.body?.end.line ?? method.at.line },
    '} ',
  ];
}

/** Initializers and init blocks, each a member of its own on its own line; `$fields` and `$clinit` call them in order. */
export function initStepCode(
  unit: FileUnit,
  owner: ClassSymbol,
  step: InitStep,
  isStatic: boolean,
): Code {
  const index = (isStatic ? owner.staticSteps : owner.instanceSteps).indexOf(step);
  const init = isStatic ? owner.staticInit : owner.instanceInit;
  const body = new Body({
    unit,
    owner,
    method: init,
    isStatic,
    returnType: VOID,
    initializes: true,
    ...(step.kind === 'field' ? { storageOf: step.field } : {}),
  });
  const t = new Translator(body);
  const code = step.kind === 'field' ? fieldInit(t, step) : t.block(step.body).code;
  return [
    { line: (step.kind === 'field' ? step.field : step.body).at.line },
    isStatic ? 'static ' : '',
    { ifSuspends: init, print: '*' },
    `${initStepName(owner, index, isStatic)}() { `,
    body.scratchDeclaration(),
    code,
    '} ',
  ];
}

/** The members that run all steps of a class. */
export function initCode(owner: ClassSymbol): Code {
  const run = (init: MethodSymbol, isStatic: boolean, count: number): Code => [
    isStatic ? 'static ' : '',
    { ifSuspends: init, print: '*' },
    `${init.jsName}() { `,
    withSharing(
      owner,
      init,
      Array.from({ length: count }, (_, index) => [
        callOf(init, `this.${initStepName(owner, index, isStatic)}()`),
        '; ',
      ]),
    ),
    '} ',
  ];
  return [
    run(owner.instanceInit, false, owner.instanceSteps.length),
    run(owner.staticInit, true, owner.staticSteps.length),
  ];
}

function initStepName(owner: ClassSymbol, index: number, isStatic: boolean): string {
  return isStatic ? `$static${index}` : `${owner.instanceInit.jsName}$${index}`;
}

function fieldInit(t: Translator, step: Extract<InitStep, { kind: 'field' }>): Code {
  const { field } = step;
  const { line } = field.at;
  const { lines } = t.body.unit;
  const count = lines.has(line) ? '' : `$c[${line}]++; `;
  lines.add(line);
  const value = t.convert(t.value(step.value), field.type, step.value.at);
  return [count, `this.${field.jsName} = `, value.code, '; '];
}

function declareParameters(body: Body, method: MethodSymbol): string {
  return method.parameters
    .map((parameter) => body.declare(parameter.name, parameter.type, parameter.at).jsName)
    .join(', ');
}

/** Methods that may recurse count their depth, so that endless recursion becomes Apex's own limit error. */
function counted(method: MethodSymbol, code: Code): Code {
  return [
    { ifRecursive: method, print: '$.enter(); try { ' },
    code,
    { ifRecursive: method, print: '} finally { $.leave(); } ' },
  ];
}

/** `inherited sharing` enforces it where nobody before has said anything. */
const SET_SHARING: Readonly<Record<Sharing, string>> = {
  with: `'with'`,
  without: `'without'`,
  inherited: `$s ?? 'with'`,
};

/** Code of a class that says whether sharing is enforced says so to what it does and calls, and takes it back. */
function withSharing(owner: ClassSymbol, method: MethodSymbol, code: Code): Code {
  method.sharing = sharingOf(owner);
  if (method.sharing === undefined) {
    return code;
  }
  const start = `const $s = $r.sharing; $r.sharing = ${SET_SHARING[method.sharing]}; try { `;
  return [
    { ifSetsSharing: method, print: start },
    code,
    { ifSetsSharing: method, print: '} finally { $r.sharing = $s; } ' },
  ];
}

function splitChaining(list: readonly Statement[]): {
  chained: CallExpression | undefined;
  rest: readonly Statement[];
} {
  const [first, ...rest] = list;
  const call = first?.kind === 'expression' ? first.expression : undefined;
  const isChaining =
    call?.kind === 'call' && call.target === undefined && /^(this|super)$/i.test(call.name);
  return isChaining ? { chained: call, rest } : { chained: undefined, rest: list };
}

/** `this(…)`, or the fields and then the superclass's constructor. */
function chaining(
  t: Translator,
  owner: ClassSymbol,
  method: MethodSymbol,
  call: CallExpression | undefined,
): Code {
  const args = (call?.args ?? []).map((arg) => t.value(arg));
  const at = call ?? method;
  const mark: Code = { line: at.at.line };
  if (call?.name.toLowerCase() === 'this') {
    const target = chooseConstructor(t.body, owner, args, call);
    return target === undefined
      ? ''
      : [mark, constructorCall(t.body, target, 'this', args, call), '; '];
  }
  const parent = owner.superclass;
  if (parent?.kind === 'class') {
    const target = chooseConstructor(t.body, parent.symbol, args, at);
    const base = target === undefined ? '' : constructorCall(t.body, target, 'super', args, at);
    return isExceptionClass(owner)
      ? [mark, base, '; ', ownFields(owner, method)]
      : [allFields(owner, method), mark, base, '; '];
  }
  if (call !== undefined && parent === undefined) {
    t.body.problem(call.at, 'There is no superclass to call');
  }
  // `super(message)` of an exception: its base class keeps message and cause.
  const base: Code =
    parent === undefined || call === undefined
      ? ''
      : [mark, constructorCall(t.body, chooseBase(t, args), 'super', args, call), '; '];
  return isExceptionClass(owner) ? [base, ownFields(owner, method)] : allFields(owner, method);
}

function ownFields(owner: ClassSymbol, method: MethodSymbol): Code {
  const { instanceInit } = owner;
  method.calls.add(instanceInit);
  return [callOf(instanceInit, `this.${instanceInit.jsName}()`), '; '];
}

/**
 * The fields of all classes of the instance are there before any constructor goes on, the superclass's first: a
 * constructor may call a method that a subclass overrides. The subclass's constructor, which begins first, sees to it.
 */
function allFields(owner: ClassSymbol, method: MethodSymbol): Code {
  const chain = [...ancestors(owner)].reverse();
  const fields = chain.map((symbol) => ownFields(symbol, method));
  const isAlone = chain.length === 1 && !owner.isVirtual && !owner.isAbstract;
  return isAlone ? fields : ['if (this.$made !== true) { this.$made = true; ', fields, '} '];
}

function chooseBase(t: Translator, args: readonly Value[]): Constructor {
  const { types } = t.body.unit.resolver;
  const [first] = args;
  const message = types.get('String');
  const cause = types.get('Exception');
  const only =
    first !== undefined && implicitConversion(types, first.type, message) ? message : cause;
  return { builtIn: args.length === 2 ? [message, cause] : args.length === 1 ? [only] : [] };
}
