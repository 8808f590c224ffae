import { AGGREGATE_RESULT } from '../sobject.ts';
import type { SoqlExpression } from '../syntax/ast.ts';
import { type Code, joined, text } from './code.ts';
import type { Translator } from './translator.ts';
import { typed, type Value } from './value.ts';

/** `[SELECT …]`: rows, or a number for `COUNT()`. Binds are handed over by name. */
export function soqlValue(t: Translator, node: SoqlExpression): Value {
  const { body } = t;
  const { types } = body.unit.resolver;
  const binds = node.binds.map((bind, index): Code => {
    const value = t.value(bind);
    return [`[${text(`b${index}`)}, `, value.code, ']'];
  });
  body.method.accessesData = true;
  const fault = body.unit.checkSoql(node.text);
  const schema = types.schema.find(node.from);
  if (fault !== undefined || schema === undefined) {
    body.problem(node.at, fault ?? `sObject type '${node.from}' is not supported.`);
  }
  const args: Code = [text(node.text), ', [', joined(binds, ', '), ']'];
  if (node.countOnly) {
    return typed(types.get('Integer'), ['$.queryCount(', args, ')'], true);
  }
  const row = node.aggregate ? types.sobject(AGGREGATE_RESULT) : types.sobject(schema);
  const code: Code = ['$.query(', text(row.name), ', ', args, ')'];
  const loopCode: Code = ['$.loopRows(', text(row.name), ', ', args, ')'];
  const value = typed(types.list(row), code, true);
  return { ...value, isQuery: true, queryArguments: args, loopCode };
}
