import type { Position } from '../syntax/ast.ts';
import { type ApexType, isPlatform } from '../types/apex-type.ts';
import { type Conversion, implicitConversion } from '../types/conversions.ts';
import type { Body } from './body.ts';
import { type Code, text } from './code.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

/** The value as the type asked for; reports when it cannot be one. */
export function converted(body: Body, value: Value, to: ApexType, at: Position): Value {
  const fit = implicitConversion(body.unit.resolver.types, value.type, to);
  if (fit !== undefined) {
    return { ...applied(value, fit.conversion, to), type: to };
  }
  if (isSingleRow(value, to)) {
    const row = typed(to, ['$o.singleRow(', value.code, ')'], true);
    return rowOf(value) === to || isAnyRecord(to) ? row : checkedCast(row, to);
  }
  if (value.type.kind === 'void') {
    body.problem(at, 'A method that returns nothing cannot be used as a value');
  } else {
    body.problem(at, `Illegal assignment from ${value.type.name} to ${to.name}`);
  }
  return ERROR_VALUE;
}

/** True when the value may become the type, a SOQL row included. */
export function converts(body: Body, value: Value, to: ApexType): boolean {
  return (
    implicitConversion(body.unit.resolver.types, value.type, to) !== undefined ||
    isSingleRow(value, to)
  );
}

/** `[SELECT …]` where one record is asked for. */
function isSingleRow(value: Value, to: ApexType): boolean {
  if (value.isQuery !== true || to.kind !== 'sobject' || !isPlatform(value.type, 'List')) {
    return false;
  }
  const row = rowOf(value);
  return row === to || isAnyRecord(to) || isAnyRecord(row);
}

function rowOf({ type }: Value): ApexType | undefined {
  return isPlatform(type, 'List') ? type.args[0] : undefined;
}

function isAnyRecord(type: ApexType | undefined): boolean {
  return type?.kind === 'sobject' && type.schema === undefined;
}

function applied(value: Value, conversion: Conversion, to: ApexType): Value {
  if (conversion === 'same') {
    return value;
  }
  return typed(to, convertedCode(value, conversion), value.nonNull);
}

function convertedCode(value: Value, conversion: Conversion): Code {
  const literal = value.integer;
  if (conversion === 'longOf' && literal !== undefined) {
    return `${literal}n`;
  }
  return [`$o.${conversion}(`, value.code, ')'];
}

/** A receiver that must not be null. */
export function required(value: Value): Code {
  return value.nonNull === true ? value.code : ['(', value.code, ' ?? $o.nullReference())'];
}

/** An explicit cast, checked when it runs. */
export function checkedCast(value: Value, to: ApexType): Value {
  return { ...typed(to, ['$.cast(', value.code, ', ', text(to.name), ')'], value.nonNull) };
}
