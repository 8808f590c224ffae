import type { TriggerDeclaration } from '../syntax/ast.ts';
import { NO_MODIFIERS } from '../syntax/nodes.ts';
import { VOID } from '../types/apex-type.ts';
import { jsPath } from '../types/declare-classes.ts';
import { type ClassSymbol, type MethodSymbol, methodSymbol } from '../types/symbols.ts';
import { Body, type FileUnit } from './body.ts';
import { classCode } from './class-code.ts';
import type { Code } from './code.ts';
import { statements } from './statements.ts';
import { Translator } from './translator.ts';

/**
 * A file as a JavaScript function. Called once per transaction with the runtime `$`, the line counters `$c`, the
 * operators `$o`, platform members `$m`, constants `$k` and enums `$e`, it gives the class or the trigger's function.
 */
export function classFileCode(unit: FileUnit, symbol: ClassSymbol): Code {
  const inner = [...symbol.inner.values()].filter((candidate) => candidate.kind === 'class');
  const holders = inner.map((candidate) => jsPath(candidate.name));
  const code = classCode(unit, symbol);
  return [
    prelude(unit, holders),
    { line: symbol.declaration.at.line },
    code,
    `return ${jsPath(symbol.name)}$; })`,
  ];
}

export interface TriggerCode {
  readonly method: MethodSymbol;
  readonly code: Code;
}

export function triggerFileCode(unit: FileUnit, trigger: TriggerDeclaration): TriggerCode {
  const method = methodSymbol({
    name: trigger.name,
    owner: undefined,
    jsName: 'trigger',
    label: `Trigger.${trigger.name}`,
    at: trigger.at,
    modifiers: NO_MODIFIERS,
    isStatic: true,
    parameters: [],
    returnType: VOID,
    body: trigger.body,
    visibility: 'public',
  });
  const body = new Body({ unit, owner: undefined, method, isStatic: true, returnType: VOID });
  const { code } = statements(new Translator(body), trigger.body.statements);
  return {
    method,
    code: [
      prelude(unit, []),
      { line: trigger.at.line },
      'return function',
      { ifSuspends: method, print: '*' },
      ' trigger() { ',
      body.scratchDeclaration(),
      code,
      { line: trigger.body.end.line },
      '}; })',
    ],
  };
}

/** To be made last, when it is known what the file needs. */
function prelude(unit: FileUnit, holders: readonly string[]): Code {
  const { members, constants, enums, classes } = unit.imports;
  const outside = [...classes].map((name) => `${jsPath(name)}$`);
  const variables = [...outside, ...holders];
  return [
    `(function ($, $c, $o, ${list('$m', members)}, ${list('$k', constants)}, ${list('$e', enums)}) { `,
    'const $r = $.realm; ',
    variables.length === 0 ? '' : `let ${variables.join(', ')}; `,
  ];
}

/** `[$m0, $m1]`: a parameter that takes a list apart. */
function list(name: string, items: readonly unknown[]): string {
  return `[${items.map((_, index) => `${name}${index}`).join(', ')}]`;
}
