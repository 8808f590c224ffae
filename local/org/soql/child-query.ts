import type { OrgError } from '../errors.ts';
import type { ChildRelationship } from '../schema/schema.ts';
import { quote } from '../store/tables.ts';
import { filtersOf } from './filters.ts';
import { isAggregateQuery, isCountOnly } from './functions.ts';
import { amountOf, orderBy } from './ordering.ts';
import type { From, PlanContext } from './plan-context.ts';
import { queryError } from './query-error.ts';
import { selectFields } from './select-list.ts';
import { type RecordNode, Selection } from './selection.ts';
import { joinSql, type Parameter, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Query } from './syntax.ts';

/** Child rows of a batch of parents: the first parameter is the parents' ids as a JSON list. */
export interface ChildStatement {
  readonly rows: Sql;
  readonly root: RecordNode;
  readonly idListColumns: readonly number[];
  /** Column that holds the parent's id. */
  readonly parentColumn: number;
  /** Rows per parent. */
  readonly limit: Parameter | undefined;
}

/** Plans `(SELECT … FROM Contacts …)` of a SELECT list. */
export function childStatement(
  context: PlanContext,
  query: Query,
  at: number,
  parent: From,
): ChildStatement & { readonly relationship: string } {
  const { childObject, field, relationshipName } = relationshipOf(context, query, parent);
  checkChildQuery(context, query, at);
  const from = context.from(query, context.schema.require(childObject));
  const selection = new Selection(childObject);
  selectFields(context, query, from, selection, (_, place) => {
    throw context.malformed(
      place,
      'Child queries inside child queries are not supported by this org',
    );
  });
  const foreignKey = `${from.scope.alias}.${quote(field)}`;
  let parentColumn = -1;
  selection.addHelper(foreignKey, (column) => {
    parentColumn = column;
  });
  const select = selection.finish();
  const filters = joinSql(filtersOf(context, query, from), ' AND ');
  const order = orderBy(context, query, from, [], false);
  const batch = ` FROM ${from.scope.fromSql} WHERE ${foreignKey} IN (SELECT value FROM json_each(?))`;
  const where = filters.text === '' ? filters : wrapSql(' AND ', filters, '');
  return {
    relationship: relationshipName,
    rows: joinSql([wrapSql('SELECT ', select, ''), sql(batch), where, order], ''),
    root: selection.root,
    idListColumns: selection.idListColumns,
    parentColumn,
    limit: query.limit && amountOf(query.limit, 'LIMIT'),
  };
}

function relationshipOf(
  context: PlanContext,
  query: Query,
  parent: From,
): ChildRelationship & { readonly relationshipName: string } {
  const wanted = query.from.name.toLowerCase();
  for (const candidate of context.schema.childRelationships(parent.scope.object.name)) {
    const { relationshipName } = candidate;
    if (relationshipName?.toLowerCase() === wanted) return { ...candidate, relationshipName };
  }
  throw unknownRelationship(context, query);
}

function unknownRelationship(context: PlanContext, query: Query): OrgError {
  return queryError(
    'INVALID_TYPE',
    context.soql,
    query.from.at,
    `Didn't understand relationship '${query.from.name}' in FROM part of query call. If you are attempting to use a ` +
      "custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL " +
      'or the describe call for the appropriate names.',
  );
}

function checkChildQuery(context: PlanContext, query: Query, at: number): void {
  if (isAggregateQuery(query) || isCountOnly(query)) {
    throw context.malformed(at, 'Aggregates in child queries are not supported by this org');
  }
  if (query.offset) {
    throw context.malformed(
      query.offset.at,
      'OFFSET in child queries is not supported by this org',
    );
  }
}
