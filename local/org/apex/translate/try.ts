import type { CatchClause, TryStatement } from '../syntax/ast.ts';
import type { ApexType } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import { type Code, joined, type Step, text } from './code.ts';
import type { Translator } from './translator.ts';

export function tryStatement(t: Translator, node: TryStatement): Step {
  const body = t.block(node.body);
  const caught = t.body.scratch();
  const earlier: ApexType[] = [];
  const clauses = node.catches.map((clause) => catchClause(t, clause, caught, earlier));
  const last = node.finallyBody === undefined ? undefined : t.block(node.finallyBody);
  const handlers: Code =
    clauses.length === 0
      ? ''
      : [
          `catch ($error) { ${caught} = $.caught($error); `,
          joined(
            clauses.map((clause) => clause.code),
            'else ',
          ),
          `else throw ${caught}; } `,
        ];
  const code: Code = [
    'try ',
    body.code,
    handlers,
    last === undefined ? '' : ['finally ', last.code],
  ];
  const attemptsEnd = body.ends && clauses.every((clause) => clause.ends);
  return { code, ends: attemptsEnd || last?.ends === true };
}

/** @param earlier types of the clauses before this one, to which its own is added */
function catchClause(
  t: Translator,
  clause: CatchClause,
  caught: string,
  earlier: ApexType[],
): Step {
  const type = t.resolveType(clause.type);
  const exception = t.body.unit.resolver.types.get('Exception');
  const { types } = t.body.unit.resolver;
  if (implicitConversion(types, type, exception) === undefined) {
    t.body.problem(clause.type.at, `Catch variable must be of type Exception: ${type.name}`);
  } else if (earlier.some((one) => one.kind !== 'error' && implicitConversion(types, type, one))) {
    t.body.problem(clause.type.at, `Exception already caught: ${type.name}`);
  }
  earlier.push(type);
  return t.body.scoped(() => {
    const local = t.body.declare(clause.name, type, clause.at);
    const body = t.block(clause.body);
    const test: Code = ['if ($.is(', caught, `, ${text(type.name)})) `];
    const bound = `{ let ${local.jsName} = ${caught}; `;
    return { code: [test, bound, body.code, '} '], ends: body.ends };
  });
}
