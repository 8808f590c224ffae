import { OrgError } from '../errors.ts';
import type { Expression } from './functions.ts';
import type { From, PlanContext } from './plan-context.ts';
import { joinSql, type Parameter, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Amount, OrderItem, Query } from './syntax.ts';

const maxOffset = 2_000;

/** ` ORDER BY …`, or nothing. */
export function orderBy(
  context: PlanContext,
  query: Query,
  from: From,
  groups: readonly Expression[],
  aggregate: boolean,
): Sql {
  if (query.orderBy.length === 0) return sql('');
  const items = query.orderBy.map((item) => {
    const expression = from.expressions.of(item.operand);
    checkOrder(context, item, expression, groups, aggregate);
    return orderSql(item, expression);
  });
  return wrapSql(' ORDER BY ', joinSql(items, ', '), '');
}

function checkOrder(
  context: PlanContext,
  item: OrderItem,
  expression: Expression,
  groups: readonly Expression[],
  aggregate: boolean,
): void {
  if (expression.resolved && !expression.field.sortable) {
    throw context.invalidField(
      item.at,
      `field '${expression.name}' can not be sorted in a query call`,
    );
  }
  const isGrouped = groups.some((group) => group.text === expression.text);
  if (aggregate && !expression.aggregate && !isGrouped) {
    throw context.malformed(
      item.at,
      `Ordered field must be grouped or aggregated: ${expression.name}`,
    );
  }
  if (!aggregate && expression.aggregate) {
    throw context.malformed(item.at, 'Aggregates need an aggregate query');
  }
}

/** Missing values come first unless the query says otherwise; picklists sort in the order of their values. */
function orderSql(item: OrderItem, expression: Expression): Sql {
  const nulls = item.nulls ?? 'first';
  // SQLite's own place for missing values; saying it would keep indexes from being used.
  const isNatural = !mayBeNull(expression) || (nulls === 'first') !== item.descending;
  const suffix = (item.descending ? ' DESC' : ' ASC') + (isNatural ? '' : ` NULLS ${nulls}`);
  const collation = expression.isColumn || expression.aggregate ? '' : ' COLLATE NOCASE';
  const rank = picklistRank(expression);
  const value = wrapSql('', expression, (rank ? '' : collation) + suffix);
  return rank ? joinSql([wrapSql('', rank, suffix), value], ', ') : value;
}

/** A required field of a parent is missing with the parent. */
function mayBeNull(expression: Expression): boolean {
  return expression.field.nillable || (expression.resolved?.parents.length ?? 0) > 0;
}

function picklistRank(expression: Expression): Sql | undefined {
  const { field, text } = expression;
  if (field.type !== 'picklist' || field.picklistValues.length === 0 || expression.aggregate) {
    return undefined;
  }
  const ranks = field.picklistValues.map(
    ({ value }, index) => `WHEN '${value.replaceAll("'", "''")}' THEN ${index}`,
  );
  return {
    text: `CASE WHEN ${text} IS NULL THEN NULL ELSE CASE ${text} ${ranks.join(' ')} ELSE ${ranks.length} END END`,
    parameters: [...expression.parameters, ...expression.parameters],
  };
}

/** ` LIMIT … OFFSET …`, or nothing. */
export function page(query: Query): Sql {
  const { limit, offset } = query;
  if (!limit && !offset) return sql('');
  const first = limit ? sql(' LIMIT ?', amountOf(limit, 'LIMIT')) : sql(' LIMIT -1');
  return offset ? joinSql([first, sql(' OFFSET ?', amountOf(offset, 'OFFSET'))], '') : first;
}

export function amountOf(amount: Amount, clause: 'LIMIT' | 'OFFSET'): Parameter {
  if ('value' in amount) {
    const { value } = amount;
    checkAmount(value, clause);
    return () => value;
  }
  const { bind } = amount;
  return (runtime) => {
    const value = runtime.binds.get(bind);
    if (value === undefined)
      throw new OrgError('MALFORMED_QUERY', `Variable does not exist: ${bind}`);
    if (typeof value !== 'number')
      throw new OrgError('MALFORMED_QUERY', `${clause} must be a number: ${bind}`);
    checkAmount(value, clause);
    return value;
  };
}

function checkAmount(value: number, clause: 'LIMIT' | 'OFFSET'): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new OrgError('MALFORMED_QUERY', `Invalid ${clause}: ${value}`);
  }
  if (clause === 'OFFSET' && value > maxOffset) {
    throw new OrgError('NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${maxOffset}`);
  }
}
