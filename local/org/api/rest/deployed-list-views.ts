import { crc32 } from 'node:zlib';
import type { SourceFile } from '../../apex/program.ts';
import { buildId } from '../../schema/ids.ts';
import type { FieldSchema, FilterLogic, ObjectSchema } from '../../schema/schema.ts';
import { type Element, parseMetadata, SourceProblem } from '../../schema/source/element.ts';
import { readFilterLogic } from '../../schema/source/filter-logic.ts';
import type { ListView, ListViewCondition } from './list-views.ts';

/**
 * List views of the deployed source. What their files call columns is not always a field's name; a view with a column, a
 * filter or a scope that this org does not know is left out, as a list of other records would be worse than none.
 */

/** Columns that every object's list views may have, as their files call them. */
const COLUMN_NAMES: ReadonlyMap<string, string> = new Map([
  ['NAME', 'Name'],
  ['OBJECT_ID', 'Id'],
  ['CREATED_DATE', 'CreatedDate'],
  ['LAST_UPDATE', 'LastModifiedDate'],
]);
const SCOPES: ReadonlyMap<string, ListView['scope']> = new Map([
  ['Everything', 'everything'],
  ['Mine', 'mine'],
]);
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['equals', '='],
  ['notEqual', '!='],
  ['lessThan', '<'],
  ['greaterThan', '>'],
  ['lessOrEqual', '<='],
  ['greaterOrEqual', '>='],
]);
const LOOKS_LIKE: ReadonlyMap<string, (value: string) => string> = new Map([
  ['contains', (value: string) => `%${value}%`],
  ['startsWith', (value: string) => `${value}%`],
]);
/** Far from the numbers of the views that every object has. */
const FIRST_NUMBER = 1_000_000_000;

type DeployedView = Omit<ListView, 'query'> & {
  /** SOQL without `WHERE`; empty where everything is shown. */
  readonly where: string;
};

/** By their labels. */
export function deployedListViews(
  files: readonly SourceFile[],
  object: ObjectSchema,
): readonly DeployedView[] {
  const folder = `objects/${object.name}/listViews/`;
  return files
    .filter(({ path }) => path.startsWith(folder))
    .flatMap((file) => readOrPassOver(file, object))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

function readOrPassOver({ path, text }: SourceFile, object: ObjectSchema): DeployedView[] {
  try {
    return [readView(parseMetadata(text, 'ListView'), object)];
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw new Error(path, { cause: error });
    return [];
  }
}

function readView(element: Element, object: ObjectSchema): DeployedView {
  const developerName = element.require('fullName');
  const scope = SCOPES.get(element.require('filterScope'));
  if (scope === undefined) throw new SourceProblem('<filterScope> is unknown to this org');
  const filters = element.children('filters').map((filter) => readFilter(filter, object));
  const logic = readFilterLogic(element.value('booleanFilter'), filters.length);
  return {
    id: buildId('00B', 'Dp0', FIRST_NUMBER + crc32(`${object.name}.${developerName}`)),
    developerName,
    label: element.require('label'),
    scope,
    columns: element.children('columns').map(({ text }) => fieldOf(object, text)),
    condition: filters.length === 0 ? undefined : conditionOf(logic, filters),
    where: filters.length === 0 ? '' : whereOf(logic, filters),
  };
}

/** @throws SourceProblem */
function fieldOf(object: ObjectSchema, column: string): FieldSchema {
  const name = COLUMN_NAMES.get(column) ?? column;
  const field = object.fields.get(name.toLowerCase());
  if (field === undefined) throw new SourceProblem(`unknown column ${column}`);
  return field;
}

interface Filter {
  readonly field: string;
  /** As describe calls say it. */
  readonly operator: string;
  readonly values: readonly string[];
  readonly soql: string;
}

/** Several values, separated by commas, are alternatives. */
function readFilter(element: Element, object: ObjectSchema): Filter {
  const field = fieldOf(object, element.require('field'));
  const operation = element.require('operation');
  const texts = (element.value('value') ?? '').split(',').map((text) => text.trim());
  const comparison = COMPARISONS.get(operation);
  const pattern = LOOKS_LIKE.get(operation);
  if (comparison === undefined && pattern === undefined)
    throw new SourceProblem(`unknown <operation> ${operation}`);
  const operator = comparison ?? 'like';
  const values = texts.map((text) => literal(field, pattern === undefined ? text : pattern(text)));
  const each = values.map((value) => `${field.name} ${operator} ${value}`);
  const soql =
    each.length === 1 ? each.join() : `(${each.join(operation === 'notEqual' ? ' AND ' : ' OR ')})`;
  return { field: field.name, operator, values, soql };
}

const DATE_LITERAL = /^[A-Z_]+(?::\d+)?$/;

/** @throws SourceProblem for a value that is none of the field's type */
function literal({ type }: FieldSchema, text: string): string {
  if (text === '') return 'null';
  switch (type) {
    case 'boolean':
      if (!/^[01]$/.test(text)) throw new SourceProblem(`neither 0 nor 1: ${text}`);
      return text === '1' ? 'true' : 'false';
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw new SourceProblem(`no number: ${text}`);
      return text;
    case 'date':
    case 'datetime':
      if (!DATE_LITERAL.test(text)) throw new SourceProblem(`no date literal: ${text}`);
      return text;
    default:
      return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  }
}

function whereOf(logic: FilterLogic, filters: readonly Filter[]): string {
  if (typeof logic === 'number') return filters[logic - 1]?.soql ?? '';
  return `(${logic.operands.map((operand) => whereOf(operand, filters)).join(` ${logic.operator} `)})`;
}

function conditionOf(logic: FilterLogic, filters: readonly Filter[]): ListViewCondition {
  if (typeof logic === 'object') {
    const conditions = logic.operands.map((operand) => conditionOf(operand, filters));
    return { conditions, conjunction: logic.operator === 'AND' ? 'and' : 'or' };
  }
  const filter = filters[logic - 1];
  if (filter === undefined) throw new Error(`there is no filter ${logic}`);
  const { field, operator, values } = filter;
  return { field, operator, values };
}
