import type { Position } from '../syntax/ast.ts';
import type { ApexType, PlatformRef } from '../types/apex-type.ts';
import { supertypesOf } from '../types/conversions.ts';
import type { PlatformProperty } from '../types/platform-definition.ts';
import type { Body } from './body.ts';
import { type Code, text } from './code.ts';
import type { Place, Value } from './value.ts';
import { ERROR_VALUE, typed } from './value.ts';

/** The platform types whose members a value of this type has, nearest first. */
export function platformView(body: Body, type: ApexType): PlatformRef[] {
  const { types } = body.unit.resolver;
  const own = type.kind === 'platform' ? [type] : [];
  const supertypes = supertypesOf(types, type).filter((supertype) => supertype.kind === 'platform');
  const root = type.kind === 'sobject' ? [types.get('SObject')] : [];
  const base = isEnum(type) ? [types.get('Enum')] : [];
  const object = types.get('Object');
  return [...own, ...supertypes, ...root, ...base, object].filter(
    (view) => view.kind === 'platform',
  );
}

export function isEnum(type: ApexType): boolean {
  return type.kind === 'class'
    ? type.symbol.kind === 'enum'
    : type.kind === 'platform' && type.definition.kind === 'enum';
}

export function platformProperty(
  body: Body,
  type: ApexType,
  receiver: Code,
  name: string,
): Value | undefined {
  for (const view of platformView(body, type)) {
    const property = view.definition.properties.get(name.toLowerCase());
    if (property !== undefined && !property.isStatic) {
      return propertyValue(body, view, property, receiver);
    }
  }
  return undefined;
}

/** A static property or an enum constant of a platform type. */
export function staticPlatformProperty(
  body: Body,
  type: PlatformRef,
  name: string,
  at: Position,
): Value {
  const { definition } = type;
  const lower = name.toLowerCase();
  const constant = definition.enumValues.find((value) => value.toLowerCase() === lower);
  if (constant !== undefined) {
    return typed(type, `$o.enumValue(${text(definition.name)}, ${text(constant)})`, true);
  }
  const property = definition.properties.get(lower);
  if (property?.isStatic === true) {
    return propertyValue(body, type, property, 'null');
  }
  body.problem(at, `Variable does not exist: ${definition.name}.${name}`);
  return ERROR_VALUE;
}

function propertyValue(
  body: Body,
  view: PlatformRef,
  property: PlatformProperty,
  receiver: Code,
): Value {
  const type = body.unit.resolver.types.of(property.type, view);
  const member = body.unit.imports.member(property);
  const refusal = property.writable
    ? {}
    : { refusal: `Variable is not writable: ${property.name}` };
  if (property.isStatic) {
    const write = (value: Code): Code => [`$o.putStatic(${member}, $r, `, value, ')'];
    const read: Code = `${member}($r, null)`;
    const place: Place = { type, ...refusal, write, stable: () => ({ prepare: '', read, write }) };
    return { ...typed(type, read), place };
  }
  const place: Place = {
    type,
    ...refusal,
    write: (value) => [`$o.put(${member}, $r, `, receiver, ', ', value, ')'],
    stable: () => {
      const kept = body.scratch();
      return {
        prepare: [`${kept} = `, receiver],
        read: `${member}($r, ${kept})`,
        write: (value) => [`$o.put(${member}, $r, ${kept}, `, value, ')'],
      };
    },
  };
  return { ...typed(type, [`${member}($r, `, receiver, ')']), place };
}
