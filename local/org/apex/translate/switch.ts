import type { Expression, SwitchCase, SwitchStatement } from '../syntax/ast.ts';
import { type ApexType, isPlatform } from '../types/apex-type.ts';
import { castIsPossible } from '../types/conversions.ts';
import { type Code, joined, type Step, text } from './code.ts';
import { enumConstantOf } from './enum-constants.ts';
import { operation } from './operators.ts';
import type { Translator } from './translator.ts';
import { typed, type Value } from './value.ts';

/** `switch on` as a chain of tests: `break` and `continue` inside keep meaning the loop around it. */
export function switchStatement(t: Translator, node: SwitchStatement): Step {
  const subject = t.value(node.subject);
  const kept = t.body.scratch();
  const value = typed(subject.type, kept, subject.nonNull);
  const steps = node.cases.map((branch) => translateCase(t, branch, value));
  const hasElse = node.cases.some(isElse);
  const codes = steps.map((step): Code => step.code);
  checkElseIsLast(t, node);
  checkValuesOnce(t, node);
  return {
    code: [`${kept} = `, subject.code, '; ', joined(codes, 'else ')],
    ends: hasElse && steps.every((step) => step.ends),
  };
}

function translateCase(t: Translator, branch: SwitchCase, subject: Value): Step {
  if (branch.binding !== undefined) {
    return typeCase(t, branch, branch.binding, subject);
  }
  const body = t.block(branch.body);
  if (isElse(branch)) {
    return body;
  }
  const tests = branch.values.map((value) => test(t, subject, value));
  return { code: ['if (', joined(tests, ' || '), ') ', body.code], ends: body.ends };
}

function typeCase(
  t: Translator,
  branch: SwitchCase,
  binding: NonNullable<SwitchCase['binding']>,
  subject: Value,
): Step {
  const type = t.resolveType(binding.type);
  if (!castIsPossible(t.body.unit.resolver.types, subject.type, type)) {
    t.body.problem(binding.type.at, `${subject.type.name} is never an instance of ${type.name}`);
  }
  return t.body.scoped(() => {
    const local = t.body.declare(binding.name, type, binding.type.at);
    const body = t.block(branch.body);
    const condition: Code = ['if ($.is(', subject.code, `, ${text(type.name)})) `];
    const cast: Code = ['$.cast(', subject.code, `, ${text(type.name)})`];
    const bound: Code = [`{ let ${local.jsName} = `, isWider(type) ? cast : subject.code, '; '];
    return { code: [condition, bound, body.code, '} '], ends: body.ends };
  });
}

/** A branch of these types may be given a value that is stored in another way. */
function isWider(type: ApexType): boolean {
  return ['Long', 'Double', 'Decimal', 'Datetime'].some((name) => isPlatform(type, name));
}

/** Strings match with their case here, unlike with `==`. */
function test(t: Translator, subject: Value, node: Expression): Code {
  const value = enumConstantOf(t.body, subject.type, node) ?? t.value(node);
  if (isPlatform(subject.type, 'String') && isPlatform(value.type, 'String')) {
    return ['(', subject.code, ' === ', value.code, ')'];
  }
  return operation(t.body, '==', subject, value, node.at).code;
}

/** Literals and enum values; what else a branch names may differ at run time. */
function checkValuesOnce(t: Translator, node: SwitchStatement): void {
  const seen = new Set<string>();
  for (const value of node.cases.flatMap(({ values }) => values)) {
    const key =
      value.kind === 'literal' ? value.text : value.kind === 'name' ? value.name.toLowerCase() : '';
    if (key !== '' && seen.has(key)) {
      t.body.problem(value.at, `Duplicate when value: ${key}`);
    }
    seen.add(key);
  }
}

function isElse(branch: SwitchCase): boolean {
  return branch.binding === undefined && branch.values.length === 0;
}

function checkElseIsLast(t: Translator, node: SwitchStatement): void {
  const index = node.cases.findIndex(isElse);
  const branch = node.cases[index];
  if (branch !== undefined && index < node.cases.length - 1) {
    t.body.problem(branch.at, 'when else must be the last branch');
  }
}
