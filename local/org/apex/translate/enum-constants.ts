import type { Expression } from '../syntax/ast.ts';
import type { ApexType } from '../types/apex-type.ts';
import type { Body } from './body.ts';
import { text } from './code.ts';
import { typed, type Value } from './value.ts';

/** A constant of the enum by its bare name, as `when RED` writes it; undefined when the type is no enum. */
export function enumConstantOf(body: Body, type: ApexType, node: Expression): Value | undefined {
  const name = node.kind === 'name' ? node.name.toLowerCase() : undefined;
  const names = constantNames(type);
  if (name === undefined || names === undefined) {
    return undefined;
  }
  const index = names.findIndex((constant) => constant.toLowerCase() === name);
  if (index < 0) {
    return undefined;
  }
  const code =
    type.kind === 'class'
      ? `${body.unit.imports.enumType(type.name)}.constants[${index}]`
      : `$o.enumValue(${text(type.name)}, ${text(names[index] ?? '')})`;
  return typed(type, code, true);
}

function constantNames(type: ApexType): readonly string[] | undefined {
  if (type.kind === 'class' && type.symbol.kind === 'enum') {
    return type.symbol.declaration.constants.map((constant) => constant.name);
  }
  return type.kind === 'platform' && type.definition.kind === 'enum'
    ? type.definition.enumValues
    : undefined;
}
