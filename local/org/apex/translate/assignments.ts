import type { AssignExpression, Expression, Position, StepExpression } from '../syntax/ast.ts';
import { isPlatform } from '../types/apex-type.ts';
import type { Code } from './code.ts';
import { operation } from './operators.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, type Place, settled, typed, type Value } from './value.ts';

export function assignValue(t: Translator, node: AssignExpression): Value {
  const place = placeOf(t, node.target);
  const value = t.value(node.value);
  if (place === undefined) {
    return ERROR_VALUE;
  }
  if (node.operator === '=') {
    const assigned = t.convert(value, place.type, node.value.at);
    return typed(place.type, place.write(assigned.code), assigned.nonNull);
  }
  const { prepare, read, write } = place.stable();
  const before = typed(place.type, read);
  const after = operation(t.body, node.operator.slice(0, -1), before, value, node.at);
  const result = narrowed(t, after, place, node.at);
  return typed(place.type, prepared(prepare, write(result.code)), true);
}

/** `i++` has the value before, `++i` the one after. */
export function stepValue(t: Translator, node: StepExpression): Value {
  const place = placeOf(t, node.operand);
  if (place === undefined) {
    return ERROR_VALUE;
  }
  if (!isPlatform(place.type, 'Integer', 'Long', 'Double', 'Decimal')) {
    t.body.problem(
      node.at,
      `The operator does not apply to this type: ${place.type.name}${node.operator}`,
    );
    return ERROR_VALUE;
  }
  const { prepare, read, write } = place.stable();
  const one = t.convert(
    { ...typed(t.body.unit.resolver.types.get('Integer'), '1', true), integer: 1n },
    place.type,
    node.at,
  );
  const name = `$o.${node.operator === '++' ? 'add' : 'sub'}${place.type.name}`;
  if (node.prefix) {
    const code = write([`${name}(`, read, ', ', one.code, ')']);
    return typed(place.type, prepared(prepare, code), true);
  }
  const before = t.body.scratch();
  const step = write([`${name}(${before} = `, read, ', ', one.code, ')']);
  return typed(place.type, prepared(prepare, ['(', step, `, ${before})`]), true);
}

function prepared(prepare: Code, code: Code): Code {
  return prepare === '' ? code : ['(', prepare, ', ', code, ')'];
}

/** What an expression assigns to; reports when it cannot be assigned. */
function placeOf(t: Translator, node: Expression): Place | undefined {
  const target = t.chain(node);
  if (target.kind !== 'value') {
    t.body.problem(node.at, 'Expression cannot be assigned');
    return undefined;
  }
  const value = settled(target);
  if (value.place === undefined) {
    if (value.type.kind !== 'error') {
      t.body.problem(node.at, 'Expression cannot be assigned');
    }
    return undefined;
  }
  if (value.place.refusal !== undefined) {
    t.body.problem(node.at, value.place.refusal);
    return undefined;
  }
  return value.place;
}

/** `i += aLong` is refused as `i = i + aLong` is; `text += anything` is fine. */
function narrowed(t: Translator, value: Value, place: Place, at: Position): Value {
  return value.type.kind === 'error' ? ERROR_VALUE : t.convert(value, place.type, at);
}
