import type { ObjectSchema } from '../schema/schema.ts';
import { type ChildStatement, childStatement } from './child-query.ts';
import { conditions, filtersOf } from './filters.ts';
import { type Expression, isAggregateQuery, isCountOnly } from './functions.ts';
import { orderBy, page } from './ordering.ts';
import { type From, PlanContext, type QueryView, type Variant } from './plan-context.ts';
import { selectAggregates, selectFields } from './select-list.ts';
import { type RecordNode, Selection } from './selection.ts';
import type { SelectedField } from './soql.ts';
import { joinSql, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Operand, Query } from './syntax.ts';

/** Limits of one query (SOQL and SOSL Reference, relationship query limitations). */
const mostParents = 55;
const mostChildQueries = 20;
/** Fields of GROUP BY ROLLUP and CUBE. */
const mostTotalled = 3;

/** A query as SQL, with what turns its rows into records. */
export interface Statement {
  readonly object: ObjectSchema;
  readonly rows: Sql;
  /** `SELECT count(*)` of the same rows. */
  readonly count: Sql;
  readonly root: RecordNode;
  readonly selected: readonly SelectedField[];
  readonly aggregate: boolean;
  readonly countOnly: boolean;
  readonly hasAddress: boolean;
  readonly hasTypeof: boolean;
  readonly idListColumns: readonly number[];
  readonly children: readonly ChildStatement[];
}

/** @throws OrgError for everything about the query that the schema does not bear out */
export function planStatement(
  view: QueryView,
  soql: string,
  query: Query,
  variant: Variant,
): Statement {
  const context = new PlanContext(view, soql, variant);
  const object = context.objectOf(query);
  const from = context.from(query, object);
  const countOnly = isCountOnly(query);
  const aggregate = !countOnly && isAggregateQuery(query);
  // Before totals change what a group stands for; otherwise mistakes are told in the order of the text.
  const early = query.totals === undefined ? undefined : filtersOf(context, query, from);
  const groups = groupsOf(context, query, from);
  const children: ChildStatement[] = [];
  const selection = new Selection(aggregate ? 'AggregateResult' : object.name);
  if (aggregate) selectAggregates(context, query, from, groups, selection);
  else if (!countOnly) {
    selectFields(context, query, from, selection, (child, at) => {
      addChild(context, from, selection, children, childStatement(context, child, at, from), at);
    });
  }
  const select = countOnly ? sql('count(*)') : selection.finish();
  const filters = early ?? filtersOf(context, query, from);
  const tail = whereAndGroups(context, query, from, filters, groups);
  const order = orderBy(context, query, from, groups, aggregate);
  // FROM comes last: only now all paths are resolved, and with them all joins known.
  if (from.scope.parentCount > mostParents) {
    throw context.malformed(query.from.at, `A query reaches at most ${mostParents} parents`);
  }
  const source = sql(` FROM ${from.scope.fromSql}${totalsSql(query)}`);
  const counted = joinSql([sql('SELECT 1'), source, tail, page(query)], '');
  return {
    object,
    rows: joinSql([wrapSql('SELECT ', select, ''), source, tail, order, page(query)], ''),
    count: wrapSql('SELECT count(*) FROM (', counted, ')'),
    root: selection.root,
    selected: selection.selected,
    aggregate,
    countOnly,
    hasAddress: selection.hasAddress,
    hasTypeof: selection.hasTypeof,
    idListColumns: selection.idListColumns,
    children,
  };
}

function addChild(
  context: PlanContext,
  from: From,
  selection: Selection,
  children: ChildStatement[],
  child: ChildStatement & { readonly relationship: string },
  at: number,
): void {
  if (!selection.addChildren(child.relationship, children.length)) {
    const name = `${from.scope.object.name}.${child.relationship}`;
    throw context.malformed(at, `duplicate field selected: ${name}`);
  }
  if (children.length === mostChildQueries) {
    throw context.malformed(at, `A query has at most ${mostChildQueries} child queries`);
  }
  children.push(child);
}

/** @throws OrgError for what cannot be grouped, and for totals of too many groups */
function groupsOf(context: PlanContext, query: Query, from: From): readonly Expression[] {
  const groups = query.groupBy.map((operand) => group(context, from, operand));
  if (query.totals === undefined) return groups;
  if (groups.length > mostTotalled) {
    const clause = `GROUP BY ${query.totals.toUpperCase()}`;
    throw context.malformed(query.from.at, `${clause} has at most ${mostTotalled} fields`);
  }
  return from.expressions.showTotals(groups);
}

/** Each row once for each kind of total it counts in: a mask says which groups that total leaves out. */
function totalsSql({ totals, groupBy }: Query): string {
  if (totals === undefined) return '';
  const count = groupBy.length;
  const masks =
    totals === 'cube'
      ? Array.from({ length: 2 ** count }, (_, mask) => mask)
      : Array.from({ length: count + 1 }, (_, left) => 2 ** count - 2 ** (count - left));
  return ` CROSS JOIN (${masks.map((mask) => `SELECT ${mask} AS mask`).join(' UNION ALL ')}) AS totals`;
}

function group(context: PlanContext, from: From, operand: Operand): Expression {
  const expression = from.expressions.of(operand);
  const { at } = 'path' in operand ? operand.path : operand.call;
  if (expression.aggregate || (expression.resolved && !expression.field.groupable)) {
    throw context.invalidField(at, `field '${expression.name}' can not be grouped in a query call`);
  }
  return expression;
}

function whereAndGroups(
  context: PlanContext,
  query: Query,
  from: From,
  filters: readonly Sql[],
  groups: readonly Expression[],
): Sql {
  const where = filters.length > 0 ? wrapSql(' WHERE ', joinSql(filters, ' AND '), '') : sql('');
  const keys = query.totals === undefined ? groups : [sql('totals.mask'), ...groups];
  const groupBy = groups.length > 0 ? wrapSql(' GROUP BY ', joinSql(keys, ', '), '') : sql('');
  if (!query.having) return joinSql([where, groupBy], '');
  if (groups.length === 0) throw context.malformed(query.from.at, 'HAVING needs a GROUP BY clause');
  const having = wrapSql(' HAVING ', conditions(context, from, true).compile(query.having), '');
  return joinSql([where, groupBy, having], '');
}
