import type { OrgError } from '../errors.ts';
import { comparesWithoutCase } from '../store/tables.ts';
import { dateLiteralRange, isDateLiteral } from './date-literals.ts';
import { categoryOf, FilterValues } from './filter-values.ts';
import type { Expression, Expressions } from './functions.ts';
import { queryError } from './query-error.ts';
import { joinConditions, joinSql, type Parameter, type Sql, sql, wrapSql } from './sql-builder.ts';
import type { Comparison, Condition, Operator, Query, Value } from './syntax.ts';

/**
 * Conditions as SQL.
 *
 * SOQL knows true and false only: a comparison with a missing value is false, `!=`, NOT IN and EXCLUDES are true for a
 * missing value, and NOT turns either round. AND and OR cannot tell SQL's unknown from false, so only NOT has to.
 */

export interface ConditionDeps {
  readonly soql: string;
  readonly expressions: Expressions;
  /** In HAVING aggregates may be compared, in WHERE they may not. */
  readonly allowAggregates: boolean;
  /** Text holds letters beyond ASCII: fold them all instead of relying on the column's collation. */
  readonly foldText: boolean;
  /** A bind is null, or a list of binds holds null: it matches rows without value. */
  readonly nullBinds: boolean;
  /** SQL of a sub-select's ids, checked against the field on its left. */
  subselect(query: Query, left: Expression, at: number): Sql;
}

type Range = 'start' | 'end' | 'firstDay' | 'endDay';

export class Conditions {
  readonly #deps: ConditionDeps;
  readonly #values: FilterValues;

  constructor(deps: ConditionDeps) {
    this.#deps = deps;
    this.#values = new FilterValues(deps.soql);
  }

  compile(condition: Condition): Sql {
    switch (condition.kind) {
      case 'and':
      case 'or': {
        const parts = condition.items.map((item) => this.compile(item));
        return joinConditions(parts, condition.kind === 'and' ? 'AND' : 'OR');
      }
      case 'not':
        return wrapSql('NOT coalesce(', this.compile(condition.item), ', 0)');
      case 'comparison':
        return this.#comparison(condition);
    }
  }

  #comparison(comparison: Comparison): Sql {
    const left = this.#deps.expressions.of(comparison.left);
    this.#checkLeft(left, comparison);
    const { operator, value } = comparison;
    switch (operator) {
      case 'in':
      case 'not in':
        return this.#membership(left, operator === 'not in', value);
      case 'includes':
      case 'excludes':
        return this.#selection(left, operator === 'excludes', comparison);
      case 'like':
        return this.#like(left, value);
      default:
        return this.#order(left, operator, value);
    }
  }

  #error(
    code: 'MALFORMED_QUERY' | 'INVALID_FIELD' | 'INVALID_QUERY_FILTER_OPERATOR',
    at: number,
    reason: string,
  ): OrgError {
    return queryError(code, this.#deps.soql, at, reason);
  }

  #checkLeft(left: Expression, comparison: Comparison): void {
    const { at, operator } = comparison;
    if (left.aggregate && !this.#deps.allowAggregates) {
      throw this.#error(
        'MALFORMED_QUERY',
        at,
        'Aggregate expressions are not allowed in WHERE, use HAVING',
      );
    }
    if (!left.field.filterable) {
      throw this.#error(
        'INVALID_FIELD',
        at,
        `field '${left.name}' can not be filtered in a query call`,
      );
    }
    const isId = left.field.type === 'id' || left.field.type === 'reference';
    if (operator === 'like' && isId) {
      throw this.#error('INVALID_QUERY_FILTER_OPERATOR', at, 'invalid operator on id field');
    }
    if (operator === 'like' && categoryOf(left.field) !== 'text') {
      throw this.#error(
        'INVALID_QUERY_FILTER_OPERATOR',
        at,
        `invalid operator LIKE on field '${left.name}'`,
      );
    }
    const selects = operator === 'includes' || operator === 'excludes';
    if (
      selects !== (left.field.type === 'multipicklist') &&
      (selects || operator === 'in' || operator === 'not in')
    ) {
      throw this.#error(
        'INVALID_QUERY_FILTER_OPERATOR',
        at,
        `invalid operator on field '${left.name}': ${operator}`,
      );
    }
  }

  #order(left: Expression, operator: Operator, value: Value): Sql {
    const empty =
      value.kind === 'string' && value.value === '' && (operator === '=' || operator === '!=');
    if (value.kind === 'null' || empty) return this.#compareNull(left, operator, value);
    if (value.kind === 'dateLiteral') return this.#compareRange(left, operator, value);
    if (value.kind === 'list' || value.kind === 'subquery')
      throw this.#error('MALFORMED_QUERY', value.at, "unexpected token: '('");
    const parameter = this.#values.scalar(left, value);
    if (operator === '!=') return this.#pair(left, 'IS NOT', parameter);
    // Only `IS` matches null, but only `=` finds an index that leaves empty values out.
    const mayBeNull = operator === '=' && this.#deps.nullBinds && value.kind === 'bind';
    return this.#pair(left, mayBeNull ? 'IS' : operator, parameter);
  }

  #pair(left: Expression, operator: string, right: Parameter): Sql {
    const folded = this.#deps.foldText && foldable(left);
    const text = folded
      ? `fold(${left.text}) ${operator} fold(?)`
      : `${collated(left)} ${operator} ?`;
    return { text, parameters: [...left.parameters, right] };
  }

  #compareNull(left: Expression, operator: Operator, value: Value): Sql {
    if (operator !== '=' && operator !== '!=') {
      throw this.#error('MALFORMED_QUERY', value.at, `unexpected token: 'null'`);
    }
    if (left.field.type === 'boolean')
      return wrapSql('', left, operator === '=' ? ' IS NOT 1' : ' IS 1');
    return wrapSql('', left, operator === '=' ? ' IS NULL' : ' IS NOT NULL');
  }

  #compareRange(left: Expression, operator: Operator, value: Value & { kind: 'dateLiteral' }): Sql {
    const { type } = left.field;
    if (!isDateLiteral(value.name, value.count !== undefined)) {
      throw this.#error('MALFORMED_QUERY', value.at, `unexpected token: '${value.name}'`);
    }
    if (type !== 'date' && type !== 'datetime') throw this.#values.wrongType(left, value);
    const [start, end]: readonly [Range, Range] =
      type === 'date' ? ['firstDay', 'endDay'] : ['start', 'end'];
    const bound =
      (edge: Range): Parameter =>
      (runtime) =>
        dateLiteralRange(value.name, value.count ?? 0, runtime.nowMs, runtime.timeZone)[edge];
    const edge = (comparison: string, at: Range): Sql => ({
      text: `${left.text} ${comparison} ?`,
      parameters: [...left.parameters, bound(at)],
    });
    switch (operator) {
      case '=':
        return wrapSql('(', joinSql([edge('>=', start), edge('<', end)], ' AND '), ')');
      case '!=':
        return wrapSql(
          'NOT coalesce(',
          joinSql([edge('>=', start), edge('<', end)], ' AND '),
          ', 0)',
        );
      case '<':
        return edge('<', start);
      case '<=':
        return edge('<', end);
      case '>':
        return edge('>=', end);
      default:
        return edge('>=', start);
    }
  }

  #like(left: Expression, value: Value): Sql {
    const pattern: Parameter =
      value.kind === 'bind'
        ? this.#values.scalar(left, value)
        : value.kind === 'string'
          ? () => value.pattern
          : this.#values.refuse(left, value);
    if (!this.#deps.foldText || !foldable(left)) {
      return { text: `${left.text} LIKE ? ESCAPE '\\'`, parameters: [...left.parameters, pattern] };
    }
    return {
      text: `fold(${left.text}) LIKE fold(?) ESCAPE '\\'`,
      parameters: [...left.parameters, pattern],
    };
  }

  #membership(left: Expression, negated: boolean, value: Value): Sql {
    if (value.kind === 'subquery') return this.#semiJoin(left, negated, value);
    if (value.kind === 'list' && value.items.some((item) => item.kind === 'dateLiteral')) {
      return this.#rangesMembership(left, negated, value.items);
    }
    const list = this.#values.list(left, value);
    const members: Parameter = (runtime) =>
      JSON.stringify(list(runtime).filter((item) => item !== null));
    const hasNull: Parameter = (runtime) => (list(runtime).includes(null) ? 1 : 0);
    const folded = this.#deps.foldText && foldable(left);
    const operand = folded ? `fold(${left.text})` : collated(left);
    const found = sql(
      `${operand} IN (SELECT ${folded ? 'fold(value)' : 'value'} FROM json_each(?))`,
      ...left.parameters,
      members,
    );
    const listsNull = value.kind === 'list' && value.items.some((item) => item.kind === 'null');
    const orNull: Sql =
      listsNull || this.#deps.nullBinds
        ? { text: ` OR (${left.text} IS NULL AND ?)`, parameters: [...left.parameters, hasNull] }
        : sql('');
    const either = wrapSql('(', joinSql([found, orNull], ''), ')');
    return negated ? wrapSql('NOT coalesce(', either, ', 0)') : either;
  }

  /** `CloseDate IN (TODAY, THIS_MONTH)`: any of the ranges. */
  #rangesMembership(left: Expression, negated: boolean, items: readonly Value[]): Sql {
    const any = wrapSql(
      '(',
      joinSql(
        items.map((item) => this.#order(left, '=', item)),
        ' OR ',
      ),
      ')',
    );
    return negated ? wrapSql('NOT coalesce(', any, ', 0)') : any;
  }

  #semiJoin(left: Expression, negated: boolean, value: Value & { kind: 'subquery' }): Sql {
    const inner = this.#deps.subselect(value.query, left, value.at);
    const found: Sql = {
      text: `${left.text} IN (${inner.text})`,
      parameters: [...left.parameters, ...inner.parameters],
    };
    return negated ? wrapSql('NOT coalesce(', found, ', 0)') : found;
  }

  /** Each value is a set (`'a;b'`) of which the field must hold all; one such value is enough. */
  #selection(left: Expression, negated: boolean, comparison: Comparison): Sql {
    const list = this.#values.list(left, comparison.value);
    const sets: Parameter = (runtime) =>
      JSON.stringify(list(runtime).map((item) => String(item).split(';')));
    const found: Sql = {
      text:
        `EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE NOT EXISTS (SELECT 1 FROM json_each(wanted.value) AS one ` +
        `WHERE coalesce(instr(fold(';' || ${left.text} || ';'), fold(';' || one.value || ';')), 0) = 0))`,
      parameters: [sets, ...left.parameters],
    };
    return negated ? wrapSql('NOT ', found, '') : found;
  }
}

function foldable(left: Expression): boolean {
  return categoryOf(left.field) === 'text' && !left.field.caseSensitive;
}

/** A computed text has no collation of its own. */
function collated(left: Expression): string {
  return left.isColumn || !comparesWithoutCase(left.field)
    ? left.text
    : `${left.text} COLLATE NOCASE`;
}
