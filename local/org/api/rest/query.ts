import { OrgError } from '../../errors.ts';
import type { Schema } from '../../schema/schema.ts';
import type { QueryPlan, SoqlEngine } from '../../soql/soql.ts';
import { type ApiCall, dataPath, param, userOf } from '../api-call.ts';
import { hiddenIds } from '../hidden-records.ts';
import { type ApiResult, json, utf8 } from '../http.ts';
import { explainQuery } from './explain.ts';
import { type FirstRows, type QueryRun, readFirstRows } from './query-rows.ts';
import { createRecordWriter } from './record-json.ts';

const DEFAULT_PAGE = 2000;
const SMALLEST_PAGE = 200;
/** Queries with long texts get shorter pages: one long text halves them, two or more cut them to the minimum. */
const LONG_TEXT_PAGE = 1000;
const LONG_TEXT_FROM = 256;
/** Rows of a grouped result. */
const LARGEST_AGGREGATE = 2000;
const LONGEST_SOQL = 100_000;

/** `GET /query?q=`, or `?explain=`. */
export function getQuery(call: ApiCall): ApiResult {
  const explained = call.query.get('explain');
  if (explained !== null) return explainQuery(call, explained);
  return queryOn(call, targetOf(call, false));
}

/** `GET /queryAll?q=`: the Recycle Bin and archived activities too. */
export function getQueryAll(call: ApiCall): ApiResult {
  return queryOn(call, targetOf(call, true));
}

function targetOf(call: ApiCall, allRows: boolean): QueryTarget {
  const { schema, soql } = call.org;
  return { schema, soql, basePath: dataPath(call), allRows };
}

/** `GET /query/{locator}`; other parameters are ignored. */
export function getQueryPage(call: ApiCall): ApiResult {
  const page = call.org.cursors.page(userOf(call), param(call, 'locator'));
  const head = queryHead(call, page.totalSize, page.nextLocator);
  const text = `${JSON.stringify(head).slice(0, -1)},"records":${page.recordsJson}}`;
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: utf8(text),
  };
}

/** What a query runs on. */
export interface QueryTarget {
  readonly schema: Schema;
  readonly soql: SoqlEngine;
  /** Prefix of record URLs: `/services/data/v66.0`. */
  readonly basePath: string;
  readonly allRows: boolean;
}

/** What only Apex may say in a query. @throws OrgError MALFORMED_QUERY */
export function refuseApexOnly({ allRows, bindNames }: QueryPlan): void {
  if (allRows) throw new OrgError('MALFORMED_QUERY', 'ALL ROWS not allowed in this context');
  if (bindNames.length === 0) return;
  throw new OrgError('MALFORMED_QUERY', 'Bind variables only allowed in Apex code');
}

/** Answers a query's first page, its count, or what its columns are. */
export function queryOn(call: ApiCall, target: QueryTarget): ApiResult {
  const { schema, soql, basePath, allRows } = target;
  const { org } = call;
  const plan = soql.plan(requireSoql(call));
  refuseApexOnly(plan);
  if (call.query.get('columns') === 'true') return json(200, columnMetadata(schema, plan));
  const options = { allRows, nowMs: org.scheduler.now(), userId: userOf(call) };
  if (plan.countOnly) {
    const totalSize = soql.count(plan, options);
    return json(200, { totalSize, done: true, records: [] });
  }
  const run: QueryRun = {
    soql,
    plan,
    options,
    writer: createRecordWriter(schema, basePath, plan),
    hidden: hiddenIds(org.faults),
    openSnapshot: () => (soql === org.soql ? org.openSnapshot(userOf(call)) : undefined),
  };
  // Grouped results come in one answer or not at all.
  const pageSize = plan.aggregate ? LARGEST_AGGREGATE : pageSizeOf(call, schema, plan);
  return firstPage(call, plan, pageSize, readFirstRows(run, pageSize));
}

export function requireSoql(call: ApiCall): string {
  const soql = call.query.get('q');
  if (soql === null || soql.trim() === '') {
    throw new OrgError('MALFORMED_QUERY', 'A query string has to be specified');
  }
  if (soql.length > LONGEST_SOQL) {
    throw new OrgError('MALFORMED_QUERY', `SOQL statements cannot be longer than ${LONGEST_SOQL}`);
  }
  return soql;
}

function firstPage(
  call: ApiCall,
  plan: QueryPlan,
  pageSize: number,
  { totalSize, records, rest }: FirstRows,
): ApiResult {
  if (rest === undefined) return json(200, { ...queryHead(call, totalSize, undefined), records });
  if (plan.aggregate) {
    rest.close();
    throw new OrgError('EXCEEDED_ID_LIMIT', 'Aggregate query does not support queryMore()');
  }
  const query = { userId: userOf(call), object: plan.object, totalSize, pageSize };
  const locator = call.org.cursors.open(query, rest);
  return json(200, { ...queryHead(call, totalSize, locator), records });
}

/** Keys before `records`, in the platform's order. */
function queryHead(call: ApiCall, totalSize: number, locator: string | undefined): object {
  if (locator === undefined) return { totalSize, done: true };
  return { totalSize, done: false, nextRecordsUrl: `${dataPath(call)}/query/${locator}` };
}

function pageSizeOf(call: ApiCall, schema: Schema, plan: QueryPlan): number {
  const asked = /batchSize\s*=\s*(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1];
  const wanted = Math.min(Math.max(Number(asked ?? DEFAULT_PAGE), SMALLEST_PAGE), DEFAULT_PAGE);
  const longTexts = countLongTexts(schema, plan);
  if (longTexts >= 2) return SMALLEST_PAGE;
  return longTexts === 1 ? Math.min(wanted, LONG_TEXT_PAGE) : wanted;
}

function countLongTexts(schema: Schema, plan: QueryPlan): number {
  const fields = schema.find(plan.object)?.fields;
  return plan.selected.filter(({ path }) => {
    const field = fields?.get(path.toLowerCase());
    return field?.type === 'textarea' && field.length >= LONG_TEXT_FROM;
  }).length;
}

/** `&columns=true`: what the command-line client reads for its table heads. */
function columnMetadata(schema: Schema, plan: QueryPlan): object {
  const object = schema.find(plan.object);
  const columns = plan.selected.map(({ path, fieldType }) => {
    const field = object?.fields.get(path.toLowerCase());
    const isNumber = ['int', 'double', 'currency', 'percent'].includes(fieldType);
    return {
      aggregate: plan.aggregate,
      apexType: apexTypeOf(fieldType),
      booleanType: fieldType === 'boolean',
      columnName: path,
      custom: field?.custom ?? false,
      displayName: path,
      foreignKeyName: field?.relationshipName ?? null,
      insertable: field?.createable ?? false,
      joinColumns: [],
      numberType: isNumber,
      textType: !isNumber && fieldType !== 'boolean',
      updatable: field?.updateable ?? false,
    };
  });
  return {
    columnMetadata: columns,
    entityName: plan.object,
    groupBy: plan.aggregate,
    idSelected: plan.selected.some(({ path }) => path === 'Id'),
    keyPrefix: object?.keyPrefix ?? '',
  };
}

function apexTypeOf(fieldType: string): string {
  switch (fieldType) {
    case 'id':
    case 'reference':
      return 'Id';
    case 'boolean':
      return 'Boolean';
    case 'int':
      return 'Integer';
    case 'double':
    case 'currency':
    case 'percent':
      return 'Double';
    case 'date':
      return 'Date';
    case 'datetime':
      return 'Datetime';
    default:
      return 'String';
  }
}
