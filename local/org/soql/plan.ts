import type { QueryView, Variant } from './plan-context.ts';
import { planStatement, type Statement } from './planner.ts';
import type { QueryPlan, SelectedField } from './soql.ts';
import type { Amount, Condition, Query, Value } from './syntax.ts';

/** A query checked against one version of the schema; its SQL is made per kind of run, when first needed. */
export class Plan implements QueryPlan {
  readonly soql: string;
  readonly object: string;
  readonly aggregate: boolean;
  readonly countOnly: boolean;
  readonly selected: readonly SelectedField[];
  readonly hasChildQueries: boolean;
  readonly hasTypeof: boolean;
  readonly bindNames: readonly string[];
  readonly accessMode?: 'user' | 'system' | 'enforced';
  readonly forUpdate: boolean;
  readonly allRows: boolean;
  readonly hasLimitOrOffset: boolean;
  readonly hasOffset: boolean;
  readonly hasOrderBy: boolean;
  /** A literal holds letters beyond ASCII. */
  readonly hasWideText: boolean;
  readonly #view: QueryView;
  readonly #query: Query;
  readonly #statements = new Map<string, Statement>();

  constructor(view: QueryView, soql: string, query: Query) {
    this.#view = view;
    this.#query = query;
    this.soql = soql;
    const statement = this.statement({ allRows: false, foldText: false, nullBinds: false });
    const facts = factsOf(query);
    this.object = statement.object.name;
    this.aggregate = statement.aggregate;
    this.countOnly = statement.countOnly;
    this.selected = statement.countOnly ? [] : statement.selected;
    this.hasTypeof = statement.hasTypeof;
    this.hasChildQueries = statement.children.length > 0;
    this.bindNames = [...facts.binds];
    if (query.accessMode) this.accessMode = query.accessMode;
    this.forUpdate = query.forUpdate;
    this.allRows = query.allRows;
    this.hasLimitOrOffset = query.limit !== undefined || query.offset !== undefined;
    this.hasOffset = query.offset !== undefined;
    this.hasOrderBy = query.orderBy.length > 0;
    this.hasWideText = facts.hasWideText;
  }

  /** The same columns of the rows whose ids the bind `__ids` lists. */
  forIds(): Plan {
    const { at } = this.#query.from;
    const where: Condition = {
      kind: 'comparison',
      left: { path: { parts: ['Id'], at } },
      operator: 'in',
      value: { kind: 'bind', name: '__ids', at },
      at,
    };
    const all = { orderBy: [], limit: undefined, offset: undefined, scope: undefined };
    return new Plan(this.#view, this.soql, { ...this.#query, ...all, where });
  }

  statement(variant: Variant): Statement {
    const key = `${variant.allRows} ${variant.foldText} ${variant.nullBinds}`;
    let statement = this.#statements.get(key);
    if (!statement) {
      statement = planStatement(this.#view, this.soql, this.#query, variant);
      this.#statements.set(key, statement);
    }
    return statement;
  }
}

interface Facts {
  readonly binds: Set<string>;
  hasWideText: boolean;
}

function factsOf(query: Query): Facts {
  const facts: Facts = { binds: new Set(), hasWideText: false };
  gatherQuery(query, facts);
  return facts;
}

function gatherQuery(query: Query, facts: Facts): void {
  for (const item of query.select) {
    if (item.kind === 'subquery') gatherQuery(item.query, facts);
  }
  if (query.where) gatherCondition(query.where, facts);
  if (query.having) gatherCondition(query.having, facts);
  for (const amount of [query.limit, query.offset]) gatherAmount(amount, facts);
}

function gatherAmount(amount: Amount | undefined, facts: Facts): void {
  if (amount && 'bind' in amount) facts.binds.add(amount.bind);
}

function gatherCondition(condition: Condition, facts: Facts): void {
  if (condition.kind === 'comparison') gatherValue(condition.value, facts);
  else if (condition.kind === 'not') gatherCondition(condition.item, facts);
  else for (const item of condition.items) gatherCondition(item, facts);
}

function gatherValue(value: Value, facts: Facts): void {
  if (value.kind === 'bind') facts.binds.add(value.name);
  else if (value.kind === 'list') for (const item of value.items) gatherValue(item, facts);
  else if (value.kind === 'subquery') gatherQuery(value.query, facts);
  else if (value.kind === 'string' && isWide(value.value)) facts.hasWideText = true;
}

/** True when NOCASE does not fold all of the text. */
export function isWide(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) return true;
  }
  return false;
}
