import { OrgError } from '../errors.ts';
import { toId18 } from '../schema/ids.ts';
import type { FieldSchema, FieldValue } from '../schema/schema.ts';
import { parseDateTime, parseTime } from '../store/times.ts';
import type { Expression } from './functions.ts';
import { queryError } from './query-error.ts';
import type { Parameter, Runtime } from './sql-builder.ts';
import type { Value } from './syntax.ts';

/** Literals and binds as parameters of the type of the field they are compared with. */
export class FilterValues {
  readonly #soql: string;

  constructor(soql: string) {
    this.#soql = soql;
  }

  list(left: Expression, value: Value): (runtime: Runtime) => readonly FieldValue[] {
    if (value.kind === 'bind')
      return (runtime) => bindList(runtime, value.name).map((item) => bound(left, item));
    const items = value.kind === 'list' ? value.items : [value];
    const producers = items.map((item): ((runtime: Runtime) => readonly FieldValue[]) => {
      if (item.kind === 'null') return () => [null];
      if (item.kind === 'bind')
        return (runtime) => bindList(runtime, item.name).map((one) => bound(left, one));
      const parameter = this.scalar(left, item);
      return (runtime) => [parameter(runtime)];
    });
    return (runtime) => producers.flatMap((producer) => producer(runtime));
  }

  /** One value of the field's type; the kind of literal must fit the field. */
  scalar(left: Expression, value: Value): Parameter {
    if (value.kind === 'bind')
      return (runtime) => encodeScalar(bound(left, bindScalar(runtime, value.name)));
    const { type } = left.field;
    switch (categoryOf(left.field)) {
      case 'text':
        if (value.kind !== 'string') break;
        return () => value.value;
      case 'id':
        if (value.kind !== 'string') break;
        return this.#id(value.value, value.at);
      case 'number':
        if (value.kind !== 'number') break;
        return () => value.value;
      case 'boolean':
        if (value.kind !== 'boolean') break;
        return () => (value.value ? 1 : 0);
      case 'time':
        if (value.kind !== 'date' && value.kind !== 'datetime' && value.kind !== 'time') break;
        if (value.kind !== type) break;
        return this.#instant(value.kind, value.value, value.at);
    }
    throw this.wrongType(left, value);
  }

  #id(text: string, at: number): Parameter {
    const id = text === '' ? null : toId18(text);
    if (id === undefined)
      throw queryError(
        'INVALID_QUERY_FILTER_OPERATOR',
        this.#soql,
        at,
        `invalid ID field: ${text}`,
      );
    return () => id;
  }

  #instant(kind: string, text: string, at: number): Parameter {
    const value =
      kind === 'datetime'
        ? parseDateTime(text)
        : kind === 'time'
          ? parseTime(text)
          : parseDateTime(text)?.slice(0, 10);
    if (value === undefined)
      throw queryError('MALFORMED_QUERY', this.#soql, at, `invalid date: ${text}`);
    return () => value;
  }

  refuse(left: Expression, value: Value): never {
    throw this.wrongType(left, value);
  }

  wrongType(left: Expression, value: Value): OrgError {
    const quoted = categoryOf(left.field) === 'text' || categoryOf(left.field) === 'id';
    return queryError(
      'INVALID_FIELD',
      this.#soql,
      value.at,
      `value of filter criterion for field '${left.name}' must be of type ${soapName(left.field)} and should ` +
        `${quoted ? '' : 'not '}be enclosed in quotes`,
    );
  }
}

export type Category = 'text' | 'id' | 'number' | 'boolean' | 'time';

export function categoryOf(field: FieldSchema): Category {
  switch (field.type) {
    case 'id':
    case 'reference':
      return 'id';
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date':
    case 'datetime':
    case 'time':
      return 'time';
    default:
      return 'text';
  }
}

function soapName(field: FieldSchema): string {
  if (categoryOf(field) === 'text') return 'string';
  return field.type === 'datetime' ? 'dateTime' : field.type;
}

function bindValue(runtime: Runtime, name: string): FieldValue | readonly FieldValue[] {
  const value = runtime.binds.get(name);
  if (value === undefined)
    throw new OrgError('MALFORMED_QUERY', `Variable does not exist: ${name}`);
  return value;
}

function bindScalar(runtime: Runtime, name: string): FieldValue {
  const value = bindValue(runtime, name);
  if (!isList(value)) return value;
  throw new OrgError('MALFORMED_QUERY', `A single value is needed here, not a list: ${name}`);
}

function bindList(runtime: Runtime, name: string): readonly FieldValue[] {
  const value = bindValue(runtime, name);
  return isList(value) ? value : [value];
}

function isList(value: FieldValue | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}

/**
 * A bound value in the field's stored form: ids with 18 characters, a date for a datetime field at its midnight, an
 * empty text as null; a checkbox without value is false.
 */
function bound(left: Expression, value: FieldValue): FieldValue {
  const { type } = left.field;
  if (value === null && type === 'boolean') return false;
  if (typeof value !== 'string') return value;
  if (value === '') return null;
  if (type === 'id' || type === 'reference') {
    const id = toId18(value);
    if (id === undefined)
      throw new OrgError('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${value}`);
    return id;
  }
  if (type === 'datetime') return parseDateTime(value) ?? value;
  if (type === 'date') return value.slice(0, 10);
  return value;
}

function encodeScalar(value: FieldValue) {
  return typeof value === 'boolean' ? (value ? 1 : 0) : value;
}
