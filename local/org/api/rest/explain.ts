import type { FieldSchema, ObjectSchema } from '../../schema/schema.ts';
import { parseSoql } from '../../soql/parser.ts';
import type { Condition } from '../../soql/syntax.ts';
import { type ApiCall, userOf } from '../api-call.ts';
import { type ApiResult, json } from '../http.ts';
import { requireListView } from './list-views.ts';

/** Fields that Salesforce keeps an index of on every object. */
const INDEXED = new Set(['Id', 'CreatedDate', 'SystemModstamp', 'RecordTypeId']);

const INDEX_OPERATORS = new Set(['=', '<', '<=', '>', '>=', 'in', 'like']);

/**
 * `GET /query?explain=`, of a query or a list view's id: how it would be run, cheapest first. The org counts instead of
 * estimating; what its plans cost says which of them Salesforce would take, not how long it takes here.
 */
export function explainQuery(call: ApiCall, asked: string): ApiResult {
  const { org } = call;
  const sourceQuery = /^00B\w{12,15}$/.test(asked) ? requireListView(call, asked).query : asked;
  const plan = org.soql.plan(sourceQuery);
  const object = org.schema.require(plan.object);
  const options = { nowMs: org.scheduler.now(), userId: userOf(call) };
  const cardinality = org.soql.count(plan, options);
  const total = org.soql.count(org.soql.plan(`SELECT COUNT() FROM ${object.name}`), options);
  const filters = filteredFields(object, parseSoql(sourceQuery).where);
  const indexes = filters.filter(({ isUsable, field }) => isUsable && isIndexed(field));
  const scan = {
    cardinality,
    fields: [],
    leadingOperationType: 'TableScan',
    notes: filters.filter((filter) => !indexes.includes(filter)).map((one) => note(object, one)),
    relativeCost: 1 + cardinality / Math.max(total, 1),
    sobjectCardinality: total,
    sobjectType: object.name,
  };
  const plans = indexes.map(({ field }) => ({
    ...scan,
    fields: [field.name],
    leadingOperationType: 'Index',
    notes: [],
    relativeCost: cardinality / Math.max(total, 1),
  }));
  return json(200, { plans: [...plans, scan], sourceQuery });
}

interface Filter {
  readonly field: FieldSchema;
  /** It stands in every row's way, by an operator that an index knows. */
  readonly isUsable: boolean;
}

function filteredFields(object: ObjectSchema, where: Condition | undefined): Filter[] {
  if (where === undefined) return [];
  switch (where.kind) {
    case 'and':
      return where.items.flatMap((item) => filteredFields(object, item));
    case 'or':
      return where.items.flatMap((item) => filteredFields(object, item)).map(unusable);
    case 'not':
      return filteredFields(object, where.item).map(unusable);
    case 'comparison': {
      const parts = 'path' in where.left ? where.left.path.parts : [];
      const field =
        parts.length === 1 ? object.fields.get(parts[0]?.toLowerCase() ?? '') : undefined;
      return field ? [{ field, isUsable: INDEX_OPERATORS.has(where.operator) }] : [];
    }
  }
}

function unusable({ field }: Filter): Filter {
  return { field, isUsable: false };
}

function isIndexed(field: FieldSchema): boolean {
  const { name, type, externalId, unique, idLookup, nameField } = field;
  return INDEXED.has(name) || type === 'reference' || externalId || unique || idLookup || nameField;
}

function note({ name }: ObjectSchema, { field }: Filter): object {
  return {
    description: 'Not considering filter for optimization because unindexed',
    fields: [field.name],
    tableEnumOrId: name,
  };
}
