import { OrgError } from '../errors.ts';
import { unknownObject } from '../schema/org-schema.ts';
import type { FieldSchema, ObjectSchema, Schema } from '../schema/schema.ts';
import { quote } from '../store/tables.ts';
import { Conditions } from './conditions.ts';
import { type Expression, Expressions, isAggregate } from './functions.ts';
import { queryError } from './query-error.ts';
import { Aliases, Scope } from './scope.ts';
import { type RecordNode, Selection } from './selection.ts';
import type { SelectedField } from './soql.ts';
import { joinSql, type Parameter, type Runtime, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Amount, Operand, OrderItem, Query, SelectItem } from './syntax.ts';

/** What of a query's SQL depends on the run. */
export interface Variant {
  readonly allRows: boolean;
  readonly foldText: boolean;
  readonly nullBinds: boolean;
}

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
  readonly children: readonly ChildStatement[];
}

/** Child rows of a batch of parents: the first parameter is the parents' ids as a JSON list. */
export interface ChildStatement {
  readonly rows: Sql;
  readonly root: RecordNode;
  /** Column that holds the parent's id. */
  readonly parentColumn: number;
  /** Rows per parent. */
  readonly limit: Parameter | undefined;
}

const maxOffset = 2_000;
const maxFieldsLimit = 200;

export function planStatement(
  schema: Schema,
  soql: string,
  query: Query,
  variant: Variant,
): Statement {
  return new Planner(schema, soql, variant).statement(query);
}

class Planner {
  readonly #schema: Schema;
  readonly #soql: string;
  readonly #variant: Variant;
  readonly #aliases = new Aliases();

  constructor(schema: Schema, soql: string, variant: Variant) {
    this.#schema = schema;
    this.#soql = soql;
    this.#variant = variant;
  }

  statement(query: Query): Statement {
    const object = this.#objectOf(query);
    const scope = new Scope(this.#schema, this.#soql, object, query.from.alias, this.#aliases);
    const expressions = new Expressions(this.#soql, scope);
    const countOnly = isCountOnly(query);
    const aggregate = !countOnly && isAggregateQuery(query);
    const selection = new Selection(aggregate ? 'AggregateResult' : object.name);
    const groups = query.groupBy.map((operand) => this.#group(expressions, operand));
    const children: ChildStatement[] = [];
    if (countOnly)
      selection.addNamed(
        'count',
        expressions.ofCall({ name: 'count', argument: undefined, at: 0 }),
      );
    else if (aggregate) this.#selectAggregates(query, selection, expressions, groups);
    else this.#selectFields(query, selection, scope, expressions, children);
    const select = selection.finish();
    const tail = this.#tail(query, scope, expressions, groups, aggregate);
    const order = this.#orderBy(query, expressions, groups, aggregate);
    const page = this.#page(query);
    const from = sql(` FROM ${scope.fromSql}`);
    const one = sql('SELECT 1');
    return {
      object,
      rows: joinSql([wrapSql('SELECT ', select, ''), from, tail, order, page], ''),
      count: wrapSql('SELECT count(*) FROM (', joinSql([one, from, tail, page], ''), ')'),
      root: selection.root,
      selected: selection.selected,
      aggregate,
      countOnly,
      hasAddress: selection.hasAddress,
      children,
    };
  }

  #error(at: number, reason: string): OrgError {
    return queryError('MALFORMED_QUERY', this.#soql, at, reason);
  }

  #objectOf(query: Query): ObjectSchema {
    const object = this.#schema.find(query.from.name);
    if (!object) {
      throw queryError(
        'INVALID_TYPE',
        this.#soql,
        query.from.at,
        unknownObject(query.from.name).message,
      );
    }
    if (!object.queryable) {
      throw new OrgError(
        'INVALID_TYPE_FOR_OPERATION',
        `entity type ${object.name} does not support query`,
      );
    }
    return object;
  }

  // SELECT

  #selectFields(
    query: Query,
    selection: Selection,
    scope: Scope,
    expressions: Expressions,
    children: ChildStatement[],
  ): void {
    for (const item of query.select) {
      if (item.kind === 'subquery')
        this.#selectChildren(item.query, item.at, scope, selection, children);
      else if (item.kind === 'fields')
        this.#selectGroup(item, query, selection, scope, expressions);
      else this.#selectField(item, selection, scope, expressions);
    }
    if (scope.object.fields.has('id')) this.#addId(selection, scope);
  }

  #addId(selection: Selection, scope: Scope): void {
    const { root } = selection;
    selection.addHelper(`${scope.alias}."Id"`, (column) => {
      Object.assign(root, { idColumn: column });
    });
  }

  #selectField(
    item: SelectItem & { kind: 'path' | 'call' },
    selection: Selection,
    scope: Scope,
    expressions: Expressions,
  ): void {
    const operand: Operand = item.kind === 'path' ? { path: item.path } : { call: item.call };
    const { at } = item.kind === 'path' ? item.path : item.call;
    const expression = expressions.of(operand);
    if (!expression.resolved)
      throw this.#error(at, `${expression.name}() is only allowed together with GROUP BY`);
    if (item.alias !== undefined && item.kind === 'path') {
      throw this.#error(at, 'only aggregate expressions use field aliasing');
    }
    const added =
      item.alias === undefined
        ? selection.addField(scope, expression)
        : selection.addNamed(item.alias, expression);
    if (!added)
      throw this.#error(at, `duplicate field selected: ${expression.resolved.names.join('.')}`);
  }

  #selectGroup(
    item: SelectItem & { kind: 'fields' },
    query: Query,
    selection: Selection,
    scope: Scope,
    expressions: Expressions,
  ): void {
    const limit = query.limit && 'value' in query.limit ? query.limit.value : undefined;
    if (item.group !== 'standard' && (limit === undefined || limit > maxFieldsLimit)) {
      throw this.#error(
        item.at,
        `The SOQL FIELDS function must have a LIMIT of at most ${maxFieldsLimit}`,
      );
    }
    for (const field of scope.object.fields.values()) {
      if (item.group !== 'all' && field.custom !== (item.group === 'custom')) continue;
      const expression = expressions.of({ path: { parts: [field.name], at: item.at } });
      if (!selection.addField(scope, expression))
        throw this.#error(item.at, `duplicate field selected: ${field.name}`);
    }
  }

  #selectAggregates(
    query: Query,
    selection: Selection,
    expressions: Expressions,
    groups: readonly Expression[],
  ): void {
    let unnamed = 0;
    for (const item of query.select) {
      if (item.kind === 'subquery' || item.kind === 'fields') {
        throw this.#error(
          item.at,
          'Only fields and aggregates can be selected in an aggregate query',
        );
      }
      const operand: Operand = item.kind === 'path' ? { path: item.path } : { call: item.call };
      const { at } = item.kind === 'path' ? item.path : item.call;
      const expression = expressions.of(operand);
      if (!expression.aggregate && !groups.some((group) => group.text === expression.text)) {
        throw this.#error(at, `Field must be grouped or aggregated: ${expression.name}`);
      }
      const key = item.alias ?? (item.kind === 'call' ? `expr${unnamed++}` : expression.name);
      if (!selection.addNamed(key, expression)) throw this.#error(at, `duplicate alias: ${key}`);
    }
  }

  #group(expressions: Expressions, operand: Operand): Expression {
    const expression = expressions.of(operand);
    const { at } = 'path' in operand ? operand.path : operand.call;
    if (expression.aggregate || (expression.resolved && !expression.field.groupable)) {
      throw queryError(
        'INVALID_FIELD',
        this.#soql,
        at,
        `field '${expression.name}' can not be grouped in a query call`,
      );
    }
    return expression;
  }

  // Child queries

  #selectChildren(
    query: Query,
    at: number,
    scope: Scope,
    selection: Selection,
    children: ChildStatement[],
  ): void {
    const relationship = this.#schema
      .childRelationships(scope.object.name)
      .find(
        (candidate) => candidate.relationshipName?.toLowerCase() === query.from.name.toLowerCase(),
      );
    const name = relationship?.relationshipName;
    if (!relationship || name === undefined) throw this.#noChildRelationship(query);
    this.#checkChildQuery(query, at);
    if (!selection.addChildren(name, children.length))
      throw this.#error(at, `duplicate field selected: ${name}`);
    const object = this.#schema.require(relationship.childObject);
    const child = new Scope(this.#schema, this.#soql, object, query.from.alias, this.#aliases);
    const foreignKey = `${child.alias}.${quote(relationship.field)}`;
    children.push(this.#childStatement(query, child, foreignKey));
  }

  #childStatement(query: Query, scope: Scope, foreignKey: string): ChildStatement {
    const expressions = new Expressions(this.#soql, scope);
    const selection = new Selection(scope.object.name);
    this.#selectFields(query, selection, scope, expressions, []);
    let parentColumn = -1;
    selection.addHelper(foreignKey, (column) => {
      parentColumn = column;
    });
    const select = selection.finish();
    const conditions = this.#conditions(query, scope, expressions);
    const where = joinSql(
      [sql(`${foreignKey} IN (SELECT value FROM json_each(?))`, noParameter), ...conditions],
      ' AND ',
    );
    const order = this.#orderBy(query, expressions, [], false);
    const rows = joinSql(
      [wrapSql('SELECT ', select, ''), sql(` FROM ${scope.fromSql} WHERE `), where, order],
      '',
    );
    return {
      // The parents' ids come before all other parameters, whatever the SELECT list holds.
      rows: {
        text: rows.text,
        parameters: rows.parameters.filter((parameter) => parameter !== noParameter),
      },
      root: selection.root,
      parentColumn,
      limit: query.limit && this.#amount(query.limit, 'LIMIT'),
    };
  }

  #checkChildQuery(query: Query, at: number): void {
    if (query.select.some((item) => item.kind === 'subquery')) {
      throw this.#error(at, 'Child queries inside child queries is not supported by this org');
    }
    if (isAggregateQuery(query) || isCountOnly(query))
      throw this.#error(at, 'Aggregates in child queries is not supported by this org');
    if (query.offset)
      throw this.#error(query.offset.at, 'OFFSET in child queries is not supported by this org');
  }

  #noChildRelationship(query: Query): OrgError {
    return queryError(
      'INVALID_TYPE',
      this.#soql,
      query.from.at,
      `Didn't understand relationship '${query.from.name}' in FROM part of query call. If you are attempting to use a ` +
        "custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL " +
        'or the describe call for the appropriate names.',
    );
  }

  // WHERE, GROUP BY, HAVING

  #tail(
    query: Query,
    scope: Scope,
    expressions: Expressions,
    groups: readonly Expression[],
    aggregate: boolean,
  ): Sql {
    const conditions = this.#conditions(query, scope, expressions);
    const where =
      conditions.length > 0 ? wrapSql(' WHERE ', joinSql(conditions, ' AND '), '') : sql('');
    const groupBy = groups.length > 0 ? wrapSql(' GROUP BY ', joinSql(groups, ', '), '') : sql('');
    if (!query.having) return joinSql([where, groupBy], '');
    if (!aggregate || groups.length === 0)
      throw this.#error(query.from.at, 'HAVING needs a GROUP BY clause');
    const having = wrapSql(
      ' HAVING ',
      this.#compiler(scope, expressions, true).compile(query.having),
      '',
    );
    return joinSql([where, groupBy, having], '');
  }

  #conditions(query: Query, scope: Scope, expressions: Expressions): Sql[] {
    const conditions: Sql[] = [];
    const visible = this.#visible(scope, query.allRows);
    if (visible) conditions.push(visible);
    const mine = this.#scopeCondition(query, scope);
    if (mine) conditions.push(mine);
    if (query.where)
      conditions.push(this.#compiler(scope, expressions, false).compile(query.where));
    return conditions;
  }

  /** Without ALL ROWS, neither the Recycle Bin nor archived activities show. */
  #visible(scope: Scope, allRows: boolean): Sql | undefined {
    if (allRows || this.#variant.allRows) return undefined;
    const hiding = ['IsDeleted', 'IsArchived'].filter((name) =>
      scope.object.fields.has(name.toLowerCase()),
    );
    if (hiding.length === 0) return undefined;
    return sql(hiding.map((name) => `${scope.alias}.${quote(name)} = 0`).join(' AND '));
  }

  #scopeCondition(query: Query, scope: Scope): Sql | undefined {
    if (!query.scope || query.scope.name === 'everything') return undefined;
    if (query.scope.name !== 'mine' || !scope.object.fields.has('ownerid')) {
      throw this.#error(
        query.scope.at,
        `USING SCOPE ${query.scope.name} is not supported by this org`,
      );
    }
    return sql(`${scope.alias}."OwnerId" = ?`, (runtime: Runtime) => runtime.userId);
  }

  #compiler(scope: Scope, expressions: Expressions, allowAggregates: boolean): Conditions {
    return new Conditions({
      soql: this.#soql,
      expressions,
      allowAggregates,
      foldText: this.#variant.foldText,
      nullBinds: this.#variant.nullBinds,
      subselect: (query, left, at) => this.#subselect(query, left, at, scope),
    });
  }

  // Semi-joins

  #subselect(query: Query, left: Expression, at: number, outer: Scope): Sql {
    const object = this.#objectOf(query);
    const [item] = query.select;
    if (query.select.length !== 1 || item?.kind !== 'path') {
      throw this.#error(at, 'A sub-select must select exactly one field');
    }
    if (object === outer.object) {
      throw this.#error(at, `The inner and outer selects should not be on the same object type`);
    }
    if (query.orderBy.length > 0 || query.limit || query.groupBy.length > 0) {
      throw this.#error(at, 'ORDER BY, LIMIT and GROUP BY are not allowed in a sub-select');
    }
    const scope = new Scope(this.#schema, this.#soql, object, query.from.alias, this.#aliases);
    const expressions = new Expressions(this.#soql, scope);
    const selected = expressions.of({ path: item.path });
    this.#checkIds(left.field, selected.field, at);
    const conditions = this.#conditions(query, scope, expressions);
    const where = joinSql([sql(`${selected.text} IS NOT NULL`), ...conditions], ' AND ');
    return wrapSql(`SELECT ${selected.text} FROM ${scope.fromSql} WHERE `, where, '');
  }

  #checkIds(left: FieldSchema, inner: FieldSchema, at: number): void {
    const isId = (field: FieldSchema) => field.type === 'id' || field.type === 'reference';
    if (!isId(left)) {
      throw this.#error(
        at,
        `The left operand field in the where expression for outer query should be an id field, cannot use: '${left.name}'`,
      );
    }
    if (!isId(inner)) {
      throw this.#error(
        at,
        `The selected field in the inner query should be an id field, cannot use: '${inner.name}'`,
      );
    }
  }

  // ORDER BY, LIMIT, OFFSET

  #orderBy(
    query: Query,
    expressions: Expressions,
    groups: readonly Expression[],
    aggregate: boolean,
  ): Sql {
    if (query.orderBy.length === 0) return sql('');
    const items = query.orderBy.map((item) => {
      const expression = expressions.of(item.operand);
      this.#checkOrder(item, expression, groups, aggregate);
      return orderSql(item, expression);
    });
    return wrapSql(' ORDER BY ', joinSql(items, ', '), '');
  }

  #checkOrder(
    item: OrderItem,
    expression: Expression,
    groups: readonly Expression[],
    aggregate: boolean,
  ): void {
    if (expression.resolved && !expression.field.sortable) {
      throw queryError(
        'INVALID_FIELD',
        this.#soql,
        item.at,
        `field '${expression.name}' can not be sorted in a query call`,
      );
    }
    const isGrouped = groups.some((group) => group.text === expression.text);
    if (aggregate && !expression.aggregate && !isGrouped) {
      throw this.#error(item.at, `Ordered field must be grouped or aggregated: ${expression.name}`);
    }
    if (!aggregate && expression.aggregate)
      throw this.#error(item.at, 'Aggregates need an aggregate query');
  }

  #page(query: Query): Sql {
    if (!query.limit && !query.offset) return sql('');
    const limit = query.limit
      ? sql(' LIMIT ?', this.#amount(query.limit, 'LIMIT'))
      : sql(' LIMIT -1');
    if (!query.offset) return limit;
    return joinSql([limit, sql(' OFFSET ?', this.#amount(query.offset, 'OFFSET'))], '');
  }

  #amount(amount: Amount, clause: 'LIMIT' | 'OFFSET'): Parameter {
    if ('value' in amount) {
      const { value } = amount;
      checkAmount(value, clause);
      return () => value;
    }
    return (runtime) => {
      const value = runtime.binds.get(amount.bind);
      if (value === undefined)
        throw new OrgError('MALFORMED_QUERY', `Variable does not exist: ${amount.bind}`);
      if (typeof value !== 'number')
        throw new OrgError('MALFORMED_QUERY', `${clause} must be a number: ${amount.bind}`);
      checkAmount(value, clause);
      return value;
    };
  }
}

function checkAmount(value: number, clause: 'LIMIT' | 'OFFSET'): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new OrgError('MALFORMED_QUERY', `Invalid ${clause}: ${value}`);
  if (clause === 'OFFSET' && value > maxOffset) {
    throw new OrgError('NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${maxOffset}`);
  }
}

/** Marks the place of the parents' ids. */
const noParameter: Parameter = () => null;

function isCountOnly(query: Query): boolean {
  const [item] = query.select;
  return (
    query.select.length === 1 &&
    item?.kind === 'call' &&
    item.call.name === 'count' &&
    !item.call.argument
  );
}

function isAggregateQuery(query: Query): boolean {
  return (
    query.groupBy.length > 0 ||
    query.select.some((item) => item.kind === 'call' && isAggregate({ call: item.call }))
  );
}

/** Missing values come first unless the query says otherwise; picklists sort in the order of their values. */
function orderSql(item: OrderItem, expression: Expression): Sql {
  const direction = item.descending ? ' DESC' : ' ASC';
  const nulls = item.nulls ?? 'first';
  const isNatural = !mayBeNull(expression) || (nulls === 'first') !== item.descending;
  const suffix = direction + (isNatural ? '' : ` NULLS ${nulls.toUpperCase()}`);
  const collation = expression.isColumn || expression.aggregate ? '' : ' COLLATE NOCASE';
  const rank = picklistRank(expression);
  if (!rank) return wrapSql('', expression, collation + suffix);
  return joinSql([wrapSql('', rank, suffix), wrapSql('', expression, suffix)], ', ');
}

/** A required field of a parent is missing with the parent. */
function mayBeNull(expression: Expression): boolean {
  return expression.field.nillable || (expression.resolved?.parents.length ?? 0) > 0;
}

function picklistRank(expression: Expression): Sql | undefined {
  const { field } = expression;
  if (field.type !== 'picklist' || field.picklistValues.length === 0 || expression.aggregate)
    return undefined;
  const branches = field.picklistValues.map(
    (entry, index) => `WHEN '${entry.value.replaceAll("'", "''")}' THEN ${index}`,
  );
  const text = `CASE ${expression.text} ${branches.join(' ')} ELSE CASE WHEN ${expression.text} IS NULL THEN NULL ELSE ${branches.length} END END`;
  return { text, parameters: [...expression.parameters, ...expression.parameters] };
}
