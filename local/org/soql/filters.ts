import type { FieldSchema } from '../schema/schema.ts';
import { quote } from '../store/tables.ts';
import { Conditions } from './conditions.ts';
import type { Expression } from './functions.ts';
import type { From, PlanContext } from './plan-context.ts';
import type { Scope } from './scope.ts';
import { joinSql, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Query } from './syntax.ts';

/** What restricts the rows of a query: what is hidden without ALL ROWS, sharing, USING SCOPE, WHERE. All must hold. */
export function filtersOf(context: PlanContext, query: Query, from: From): Sql[] {
  const { object, alias } = from.scope;
  const filters = [
    hidden(context, query, from.scope),
    context.view.rowFilter(object, alias),
    owned(context, query, from.scope),
  ];
  if (query.where) filters.push(conditions(context, from, false).compile(query.where));
  return filters.filter((filter) => filter !== undefined);
}

/** Compiles WHERE and HAVING of a query. */
export function conditions(context: PlanContext, from: From, allowAggregates: boolean): Conditions {
  return new Conditions({
    soql: context.soql,
    expressions: from.expressions,
    allowAggregates,
    foldText: context.variant.foldText,
    nullBinds: context.variant.nullBinds,
    subselect: (query, left, at) => subselect(context, query, left, at, from.scope),
  });
}

/** Without ALL ROWS, neither the Recycle Bin nor archived activities show. */
function hidden(context: PlanContext, query: Query, scope: Scope): Sql | undefined {
  if (query.allRows || context.variant.allRows) return undefined;
  const marks = ['IsDeleted', 'IsArchived'].filter((name) =>
    scope.object.fields.has(name.toLowerCase()),
  );
  if (marks.length === 0) return undefined;
  return sql(marks.map((name) => `${scope.alias}.${quote(name)} = 0`).join(' AND '));
}

function owned(context: PlanContext, query: Query, scope: Scope): Sql | undefined {
  if (!query.scope || query.scope.name === 'everything') return undefined;
  if (query.scope.name !== 'mine' || !scope.object.fields.has('ownerid')) {
    const reason = `USING SCOPE ${query.scope.name} is not supported by this org`;
    throw context.malformed(query.scope.at, reason);
  }
  return sql(`${scope.alias}."OwnerId" = ?`, (runtime) => runtime.userId);
}

/** The ids of a semi-join or anti-join: one look-up of another object, without missing values. */
function subselect(
  context: PlanContext,
  query: Query,
  left: Expression,
  at: number,
  outer: Scope,
): Sql {
  const object = context.objectOf(query);
  const [item] = query.select;
  if (query.select.length !== 1 || item?.kind !== 'path') {
    throw context.malformed(at, 'A sub-select must select exactly one field');
  }
  if (object === outer.object) {
    throw context.malformed(
      at,
      'The inner and outer selects should not be on the same object type',
    );
  }
  if (query.orderBy.length > 0 || query.limit || query.groupBy.length > 0) {
    throw context.malformed(at, 'ORDER BY, LIMIT and GROUP BY are not allowed in a sub-select');
  }
  const from = context.from(query, object);
  const selected = from.expressions.of({ path: item.path });
  checkIds(context, left.field, selected.field, at);
  const filters = [sql(`${selected.text} IS NOT NULL`), ...filtersOf(context, query, from)];
  const before = `SELECT ${selected.text} FROM ${from.scope.fromSql} WHERE `;
  return wrapSql(before, joinSql(filters, ' AND '), '');
}

function checkIds(context: PlanContext, left: FieldSchema, inner: FieldSchema, at: number): void {
  const isId = (field: FieldSchema) => field.type === 'id' || field.type === 'reference';
  if (!isId(left)) {
    throw context.malformed(
      at,
      'The left operand field in the where expression for outer query should be an id field, ' +
        `cannot use: '${left.name}'`,
    );
  }
  if (!isId(inner)) {
    const reason = `The selected field in the inner query should be an id field, cannot use: '${inner.name}'`;
    throw context.malformed(at, reason);
  }
}
