import { isDescribed } from '../schema/id-list.ts';
import type { Expression } from './functions.ts';
import type { From, PlanContext } from './plan-context.ts';
import type { Selection, TypeofBranch } from './selection.ts';
import type { Operand, Query, SelectItem, TypeofItem } from './syntax.ts';

const maxFieldsLimit = 200;

type FieldItem = SelectItem & { kind: 'path' | 'call' };

/** Puts the SELECT list of a query without aggregates into `selection`; child queries go to `onChild`. */
export function selectFields(
  context: PlanContext,
  query: Query,
  from: From,
  selection: Selection,
  onChild: (query: Query, at: number) => void,
): void {
  for (const item of query.select) {
    if (item.kind === 'subquery') onChild(item.query, item.at);
    else if (item.kind === 'typeof') selectTypeof(context, item, from, selection);
    else if (item.kind === 'fields') selectGroup(context, item, query, from, selection);
    else selectField(context, item, from, selection);
  }
  if (from.scope.object.fields.has('id')) {
    selection.addHelper(`${from.scope.alias}."Id"`, (column) => selection.setIdColumn(column));
  }
}

function operandOf(item: FieldItem): { operand: Operand; at: number } {
  return item.kind === 'path'
    ? { operand: { path: item.path }, at: item.path.at }
    : { operand: { call: item.call }, at: item.call.at };
}

function selectField(
  context: PlanContext,
  item: FieldItem,
  from: From,
  selection: Selection,
): void {
  const { operand, at } = operandOf(item);
  const expression = from.expressions.of(operand);
  if (!expression.resolved) {
    throw context.malformed(at, `${expression.name}() is only allowed together with GROUP BY`);
  }
  if (item.alias !== undefined && item.kind === 'path') {
    throw context.malformed(at, 'only aggregate expressions use field aliasing');
  }
  const added =
    item.alias === undefined
      ? selection.addField(from.scope, expression)
      : selection.addNamed(item.alias, expression);
  if (!added) throw duplicate(context, at, expression.resolved.names.join('.'));
}

function duplicate(context: PlanContext, at: number, path: string) {
  return context.malformed(at, `duplicate field selected: ${path}`);
}

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END`: other fields for each kind of parent. */
function selectTypeof(
  context: PlanContext,
  item: TypeofItem,
  { scope, expressions }: From,
  selection: Selection,
): void {
  const lookup = scope.polymorphic(item.path);
  const branches = new Map<string, TypeofBranch>();
  for (const { object: name, fields, at } of item.branches) {
    const object = context.schema.find(name);
    if (!object || !lookup.targets.includes(object.name)) {
      throw context.invalidField(at, `${name} is no object of relationship ${lookup.relationship}`);
    }
    if (branches.has(object.keyPrefix)) throw duplicate(context, at, object.name);
    const resolved = fields.map((path) => scope.resolveBehind(lookup, object, path));
    const branch = { object: object.name, fields: resolved.map((one) => expressions.field(one)) };
    branches.set(object.keyPrefix, branch);
  }
  const otherwise = item.otherwise.map((path) => {
    const parts = [lookup.relationship, ...path.parts];
    return expressions.of({ path: { parts, at: path.at } });
  });
  if (!selection.addTypeof(scope, lookup, branches, { object: 'Name', fields: otherwise })) {
    throw duplicate(context, item.path.at, lookup.relationship);
  }
}

/** `FIELDS(ALL)` and its siblings. */
function selectGroup(
  context: PlanContext,
  item: SelectItem & { kind: 'fields' },
  query: Query,
  from: From,
  selection: Selection,
): void {
  const limit = query.limit && 'value' in query.limit ? query.limit.value : undefined;
  if (item.group !== 'standard' && (limit === undefined || limit > maxFieldsLimit)) {
    const reason = `The SOQL FIELDS function must have a LIMIT of at most ${maxFieldsLimit}`;
    throw context.malformed(item.at, reason);
  }
  for (const field of from.scope.object.fields.values()) {
    if (!isDescribed(field)) continue;
    if (item.group !== 'all' && field.custom !== (item.group === 'custom')) continue;
    const expression = from.expressions.of({ path: { parts: [field.name], at: item.at } });
    if (!selection.addField(from.scope, expression)) throw duplicate(context, item.at, field.name);
  }
}

/** Puts the SELECT list of an aggregate query into `selection`: groups and aggregates, by alias or `expr0` …. */
export function selectAggregates(
  context: PlanContext,
  query: Query,
  from: From,
  groups: readonly Expression[],
  selection: Selection,
): void {
  let unnamed = 0;
  for (const item of query.select) {
    if (item.kind !== 'path' && item.kind !== 'call') {
      throw context.malformed(
        item.kind === 'typeof' ? item.path.at : item.at,
        'Only fields and aggregates can be selected in an aggregate query',
      );
    }
    const { operand, at } = operandOf(item);
    const expression = from.expressions.of(operand);
    if (!expression.aggregate && !groups.some((group) => group.text === expression.text)) {
      throw context.malformed(at, `Field must be grouped or aggregated: ${expression.name}`);
    }
    const key = item.alias ?? (item.kind === 'call' ? `expr${unnamed++}` : expression.name);
    if (!selection.addNamed(key, expression))
      throw context.malformed(at, `duplicate alias: ${key}`);
  }
}
