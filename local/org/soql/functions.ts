import type { OrgError } from '../errors.ts';
import { field, readOnly } from '../schema/field-builder.ts';
import type { FieldSchema, FieldType } from '../schema/schema.ts';
import { queryError } from './query-error.ts';
import type { ResolvedField, Scope } from './scope.ts';
import { type Sql, sql } from './sql-builder.ts';
import type { Call, Operand, Query } from './syntax.ts';

/** A field, or a function of one, with the SQL of its value. */
export interface Expression extends Sql {
  /** Type and capabilities of the value. */
  readonly field: FieldSchema;
  readonly resolved: ResolvedField | undefined;
  readonly aggregate: boolean;
  readonly isColumn: boolean;
  /** What errors call it. */
  readonly name: string;
}

/** SQL of a date function of `x`, an ISO date or datetime text. */
const dateParts: ReadonlyMap<string, (x: string) => string> = new Map([
  ['calendar_year', (x: string) => part('%Y', x)],
  ['calendar_month', (x: string) => part('%m', x)],
  ['calendar_quarter', (x: string) => `((${part('%m', x)} + 2) / 3)`],
  ['fiscal_year', (x: string) => part('%Y', x)],
  ['fiscal_month', (x: string) => part('%m', x)],
  ['fiscal_quarter', (x: string) => `((${part('%m', x)} + 2) / 3)`],
  ['day_in_month', (x: string) => part('%d', x)],
  ['day_in_week', (x: string) => `(${part('%w', x)} + 1)`],
  ['day_in_year', (x: string) => part('%j', x)],
  ['hour_in_day', (x: string) => part('%H', x)],
  ['week_in_month', (x: string) => `((${part('%d', x)} + 6) / 7)`],
  ['week_in_year', (x: string) => `((${part('%j', x)} + 6) / 7)`],
]);

function part(format: string, x: string): string {
  return `CAST(strftime('${format}', ${x}) AS INTEGER)`;
}

const aggregates: ReadonlySet<string> = new Set([
  'count',
  'count_distinct',
  'sum',
  'avg',
  'min',
  'max',
]);
const numeric: ReadonlySet<FieldType> = new Set(['int', 'double', 'currency', 'percent']);
const temporal: ReadonlySet<FieldType> = new Set(['date', 'datetime']);

function isAggregate(call: Call): boolean {
  return aggregates.has(call.name);
}

/** `SELECT COUNT() FROM …` */
export function isCountOnly(query: Query): boolean {
  const [item] = query.select;
  if (query.select.length !== 1 || item?.kind !== 'call') return false;
  return item.call.name === 'count' && !item.call.argument;
}

export function isAggregateQuery(query: Query): boolean {
  const aggregated = query.select.some((item) => item.kind === 'call' && isAggregate(item.call));
  return query.groupBy.length > 0 || aggregated;
}

export class Expressions {
  readonly #soql: string;
  readonly #scope: Scope;
  /** Groups of a query with totals, by the SQL of their values. */
  #groups = new Map<string, TotalledGroup>();

  constructor(soql: string, scope: Scope) {
    this.#soql = soql;
    this.#scope = scope;
  }

  of(operand: Operand): Expression {
    const expression = this.#ofRow(operand);
    return this.#groups.get(expression.text)?.shown ?? expression;
  }

  /** Of one row, whatever it is grouped by. */
  #ofRow(operand: Operand): Expression {
    return 'path' in operand
      ? this.field(this.#scope.resolve(operand.path))
      : this.ofCall(operand.call);
  }

  /**
   * From now on a group stands for null in the totals that leave it out. To be called when all conditions on single rows
   * are compiled.
   */
  showTotals(groups: readonly Expression[]): readonly Expression[] {
    this.#groups = new Map(
      groups.map((group, index) => [group.text, totalledGroup(group, index)] as const),
    );
    return [...this.#groups.values()].map(({ shown }) => shown);
  }

  ofCall(call: Call): Expression {
    if (aggregates.has(call.name)) return this.#ofAggregate(call);
    const date = dateParts.get(call.name);
    if (date) return this.#ofDatePart(call, date);
    switch (call.name) {
      case 'grouping':
        return this.#ofGrouping(call);
      case 'day_only':
        return this.#dayOnly(call);
      case 'tolabel':
        return this.#toLabel(call);
      case 'converttimezone':
        throw this.#error(call, 'convertTimezone() is only allowed inside a date function');
      default:
        throw this.#error(call, `${call.name}() is not supported by this org`);
    }
  }

  #error(call: Call, reason: string): OrgError {
    return queryError('MALFORMED_QUERY', this.#soql, call.at, reason);
  }

  /** A field that is resolved already. */
  field(resolved: ResolvedField): Expression {
    const { field: schema, isColumn } = resolved;
    return {
      ...sql(resolved.sql),
      field: schema,
      resolved,
      aggregate: false,
      isColumn,
      name: schema.name,
    };
  }

  #argument(call: Call): Expression {
    if (!call.argument) throw this.#error(call, `${call.name}() needs a field`);
    return 'parts' in call.argument
      ? this.#ofRow({ path: call.argument })
      : this.ofCall(call.argument);
  }

  /** 1 in the totals that leave the field out, 0 elsewhere. */
  #ofGrouping(call: Call): Expression {
    const group = this.#groups.get(this.#argument(call).text);
    if (group === undefined) {
      throw this.#error(call, 'GROUPING() needs a field of GROUP BY ROLLUP or CUBE');
    }
    return aggregate(call.name, 'int', sql(`(${group.isLeftOut})`));
  }

  /** The field a date function reads, in the user's time zone when wrapped in convertTimezone(). */
  #dateArgument(call: Call): Expression {
    const { argument } = call;
    const inner =
      argument && 'name' in argument && argument.name === 'converttimezone' ? argument : undefined;
    const expression = this.#argument(inner ?? call);
    if (!temporal.has(expression.field.type)) {
      throw this.#error(call, `${call.name}() needs a date or dateTime field: ${expression.name}`);
    }
    if (!inner) return expression;
    return {
      ...expression,
      text: `in_zone(${expression.text}, ?)`,
      parameters: [(runtime) => runtime.timeZone],
    };
  }

  #ofDatePart(call: Call, date: (x: string) => string): Expression {
    const argument = this.#dateArgument(call);
    return computed(call.name, 'int', {
      text: date(argument.text),
      parameters: repeated(argument, date),
    });
  }

  #dayOnly(call: Call): Expression {
    const argument = this.#dateArgument(call);
    return computed(call.name, 'date', {
      text: `substr(${argument.text}, 1, 10)`,
      parameters: argument.parameters,
    });
  }

  #toLabel(call: Call): Expression {
    const expression = this.#argument(call);
    const renamed = expression.field.picklistValues.filter((entry) => entry.label !== entry.value);
    if (renamed.length === 0) return expression;
    const branches = renamed
      .map((entry) => `WHEN ${literal(entry.value)} THEN ${literal(entry.label)}`)
      .join(' ');
    return {
      ...expression,
      text: `(CASE ${expression.text} ${branches} ELSE ${expression.text} END)`,
      isColumn: false,
    };
  }

  #ofAggregate(call: Call): Expression {
    if (call.name === 'count' && !call.argument) return aggregate('count', 'int', sql('count(*)'));
    const argument = this.#argument(call);
    if (argument.aggregate) throw this.#error(call, `${call.name}() of an aggregate`);
    const { type } = argument.field;
    if (call.name === 'count') return aggregate(call.name, 'int', wrap('count(', argument, ')'));
    if (call.name === 'count_distinct')
      return aggregate(call.name, 'int', wrap('count(DISTINCT ', argument, ')'));
    const addable =
      call.name === 'min' || call.name === 'max' ? isComparable(argument.field) : numeric.has(type);
    if (!addable)
      throw this.#error(
        call,
        `field ${argument.name} does not support aggregate operator ${call.name.toUpperCase()}`,
      );
    return aggregate(
      call.name,
      call.name === 'avg' ? 'double' : type,
      wrap(`${call.name}(`, argument, ')'),
    );
  }
}

/** A group of a query that also asks for totals. */
interface TotalledGroup {
  readonly shown: Expression;
  /** SQL: 1 in the totals without it. */
  readonly isLeftOut: string;
}

/** `totals.mask` has a bit for each group that is left out. */
function totalledGroup(group: Expression, index: number): TotalledGroup {
  const isLeftOut = `(totals.mask >> ${index}) & 1`;
  const shown = {
    ...group,
    text: `CASE WHEN ${isLeftOut} THEN NULL ELSE ${group.text} END`,
    field: { ...group.field, nillable: true },
    isColumn: false,
  };
  return { shown, isLeftOut };
}

function wrap(before: string, inner: Sql, after: string): Sql {
  return { text: before + inner.text + after, parameters: inner.parameters };
}

/** The argument's parameters, as often as the function repeats its text. */
function repeated(argument: Sql, date: (x: string) => string): Sql['parameters'] {
  const times = date('\u0000').split('\u0000').length - 1;
  return Array.from({ length: times }, () => argument.parameters).flat();
}

function isComparable(schema: FieldSchema): boolean {
  return schema.filterable && schema.type !== 'boolean' && schema.type !== 'multipicklist';
}

function aggregate(name: string, type: FieldType, inner: Sql): Expression {
  return {
    ...inner,
    field: field(name, name, type, readOnly),
    resolved: undefined,
    aggregate: true,
    isColumn: false,
    name,
  };
}

function computed(name: string, type: FieldType, inner: Sql): Expression {
  return {
    ...inner,
    field: field(name, name, type, readOnly),
    resolved: undefined,
    aggregate: false,
    isColumn: false,
    name,
  };
}

/** A picklist label in SQL text: it comes from the schema and is quoted here. */
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
