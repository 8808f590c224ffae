import type { FieldSchema, ObjectSchema, Schema } from '../schema/schema.ts';
import type { QueryPlan, QueryRecord, SoqlEngine, SoqlOptions } from '../soql/soql.ts';
import { malformedSearch, type Returning, type Search, type SearchGroup } from './parse-sosl.ts';
import { literalsOf, matches, readTerm, type SearchTerm } from './search-term.ts';

/** Records one search answers at most. */
const mostRecords = 2_000;
const mostAlternatives = 10;
const textTypes: ReadonlySet<string> = new Set(['string', 'email', 'phone', 'url', 'combobox']);

export interface SearchDeps {
  readonly schema: Schema;
  readonly soql: SoqlEngine;
  readonly options: SoqlOptions;
  /** Found whatever the term; nothing else is. */
  readonly fixedIds?: readonly string[] | undefined;
}

export interface Found {
  readonly plan: QueryPlan;
  readonly record: QueryRecord;
}

/**
 * Runs a search: whole words in the chosen fields of the chosen objects, on what the schema and the queries show. Unlike
 * the platform's, the index knows a record at once, and no word is too common.
 * @throws OrgError MALFORMED_SEARCH, INVALID_TYPE, and what a query's parts may be wrong with
 */
export function* runSearch(deps: SearchDeps, search: Search): Generator<Found> {
  const term = deps.fixedIds === undefined ? readTerm(search.term) : undefined;
  const limit = Math.min(search.limit ?? mostRecords, mostRecords);
  let found = 0;
  for (const item of search.returning.length > 0 ? search.returning : everything(deps.schema)) {
    for (const one of searchObject(deps, item, term, search.group)) {
      if (found === limit) return;
      found += 1;
      yield one;
    }
  }
}

function everything(schema: Schema): Returning[] {
  return schema
    .all()
    .filter(isSearchable)
    .map(({ name }) => ({ object: name, fields: '', where: '', tail: '' }));
}

export function isSearchable(object: ObjectSchema): boolean {
  const { kind, queryable, replicateable, setupObject, name } = object;
  const isRecord = (kind === 'standard' || kind === 'custom') && replicateable;
  return isRecord && queryable && (!setupObject || name === 'User' || name === 'Group');
}

function* searchObject(
  deps: SearchDeps,
  { object: name, fields, where, tail }: Returning,
  term: SearchTerm | undefined,
  group: SearchGroup,
): Generator<Found> {
  const { schema, soql, options } = deps;
  const object = schema.require(name);
  if (!isSearchable(object)) {
    throw malformedSearch(`entity type ${object.name} does not support search`);
  }
  const ids = term === undefined ? deps.fixedIds : matchingIds(deps, object, term, group);
  if (ids === undefined || ids.length === 0) return;
  const filter = where === '' ? '' : ` AND (${where})`;
  const columns = fields === '' ? 'Id' : fields;
  const plan = soql.plan(
    `SELECT ${columns} FROM ${object.name} WHERE Id IN :ids${filter}${tail === '' ? '' : ` ${tail}`}`,
  );
  const binds = new Map([...(options.binds ?? []), ['ids', ids] as const]);
  for (const record of soql.run(plan, { ...options, binds })) yield { plan, record };
}

/** A first look by LIKE, then word by word. */
function matchingIds(
  { soql, options }: SearchDeps,
  object: ObjectSchema,
  term: SearchTerm,
  group: SearchGroup,
): string[] {
  const fields = searchedFields(object, group).map(({ name }) => name);
  if (fields.length === 0) return [];
  const patterns = likePatterns(term);
  const likes = fields.flatMap((field) =>
    patterns.map((_, index) => `${field} LIKE :pattern${index}`),
  );
  const soqlText = `SELECT ${fields.join(', ')} FROM ${object.name} WHERE ${likes.join(' OR ')}`;
  const binds = new Map(patterns.map((pattern, index) => [`pattern${index}`, pattern]));
  const ids: string[] = [];
  for (const { id, values } of soql.run(soql.plan(soqlText), { ...options, binds })) {
    const texts = [...values.values()].filter((value) => typeof value === 'string');
    if (id !== undefined && matches(term, texts)) ids.push(id);
  }
  return ids;
}

/** Of a term with more alternatives than a query should have, every record is looked at. */
function likePatterns(term: SearchTerm): string[] {
  const literals = literalsOf(term);
  if (literals.length > mostAlternatives) return ['%'];
  return literals.map((literal) => `%${literal.replace(/[\\%_]/g, '\\$&')}%`);
}

function searchedFields(object: ObjectSchema, group: SearchGroup): FieldSchema[] {
  const fields = [...object.fields.values()].filter((field) => field.filterable);
  switch (group) {
    case 'name':
      return fields.filter((field) => field.nameField || field.compoundFieldName === 'Name');
    case 'email':
    case 'phone':
      return fields.filter((field) => field.type === group);
    case 'sidebar':
    case 'all':
      return fields.filter((field) => textTypes.has(field.type) && field.formula === undefined);
  }
}
