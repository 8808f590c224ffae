import { buildId, toId18 } from '../../schema/ids.ts';
import type { FieldSchema, ObjectSchema } from '../../schema/schema.ts';
import { type ApiCall, dataPath, param, userOf } from '../api-call.ts';
import { notFound } from '../api-errors.ts';
import { type ApiResult, json } from '../http.ts';
import { deployedListViews } from './deployed-list-views.ts';
import { requireObject } from './describe.ts';
import { createRecordWriter } from './record-json.ts';

/** What records of a list have in common, as its description says it. */
export type ListViewCondition =
  | { readonly conditions: readonly ListViewCondition[]; readonly conjunction: 'and' | 'or' }
  | { readonly field: string; readonly operator: string; readonly values: readonly string[] };

/** A list of records: deployed, or one that every org has of an object for which none was deployed. */
export interface ListView {
  /** 18 characters. */
  readonly id: string;
  readonly developerName: string;
  readonly label: string;
  readonly scope: 'everything' | 'mine';
  readonly columns: readonly FieldSchema[];
  /** Undefined: all records of the scope. */
  readonly condition: ListViewCondition | undefined;
  readonly query: string;
}

const COLUMNS = 5;
const SHOWN_TYPES = new Set([
  'string',
  'email',
  'phone',
  'picklist',
  'date',
  'datetime',
  'currency',
]);
const SYSTEM_COLUMNS = ['Id', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp'];
const DEFAULT_RESULTS = 25;
const MOST_RESULTS = 2000;

/** `GET /sobjects/{object}/listviews`. */
export function getListViews(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const listviews = listViewsOf(call, object).map((view) => summary(call, object, view));
  return json(200, {
    done: true,
    listviews,
    nextRecordsUrl: null,
    size: listviews.length,
    sobjectType: object.name,
  });
}

/** `GET /sobjects/{object}/listviews/{id}`. */
export function getListView(call: ApiCall): ApiResult {
  return json(200, summary(call, requireObject(call), viewOf(call)));
}

/** `GET /sobjects/{object}/listviews/{id}/describe`. */
export function describeListView(call: ApiCall): ApiResult {
  const object = requireObject(call);
  const view = viewOf(call);
  const columns = columnsOf(object, view);
  const [first] = view.columns;
  return json(200, {
    columns,
    id: view.id,
    orderBy: [
      { fieldNameOrPath: first?.name, nullsPosition: 'first', sortDirection: 'ascending' },
      { fieldNameOrPath: 'Id', nullsPosition: 'first', sortDirection: 'ascending' },
    ],
    query: view.query,
    relatedEntityId: null,
    scope: view.scope,
    scopeEntityId: null,
    sobjectType: object.name,
    whereCondition: view.condition ?? { conditions: [], conjunction: 'and' },
  });
}

/** `GET /sobjects/{object}/listviews/{id}/results[?limit=&offset=]`. */
export function getListViewResults(call: ApiCall): ApiResult {
  const { org } = call;
  const object = requireObject(call);
  const view = viewOf(call);
  const limit = amount(call, 'limit', DEFAULT_RESULTS, MOST_RESULTS);
  const offset = amount(call, 'offset', 0, MOST_RESULTS);
  const plan = org.soql.plan(`${view.query} LIMIT ${limit + 1} OFFSET ${offset}`);
  const writer = createRecordWriter(org.schema, dataPath(call), plan);
  const options = { nowMs: org.scheduler.now(), userId: userOf(call) };
  const found = [...org.soql.run(plan, options)].map((record) => writer.write(record));
  const columns = columnsOf(object, view);
  const records = found.slice(0, limit).map((record) => ({
    columns: columns.map(({ fieldNameOrPath }) => ({
      fieldNameOrPath,
      value: textOf(record[fieldNameOrPath]),
    })),
  }));
  return json(200, {
    columns,
    developerName: view.developerName,
    done: found.length <= limit,
    id: view.id,
    label: view.label,
    records,
    size: records.length,
  });
}

/** By its id alone. @throws OrgError NOT_FOUND */
export function requireListView(call: ApiCall, id: string): ListView {
  for (const object of call.org.schema.all()) {
    const view = listViewsOf(call, object).find((one) => one.id === toId18(id));
    if (view !== undefined) return view;
  }
  throw notFound();
}

function viewOf(call: ApiCall): ListView {
  const id = toId18(param(call, 'viewId'));
  const view = listViewsOf(call, requireObject(call)).find((one) => one.id === id);
  if (view === undefined) throw notFound();
  return view;
}

function listViewsOf({ org }: ApiCall, object: ObjectSchema): readonly ListView[] {
  const deployed = deployedListViews(org.deployer.files, object);
  if (deployed.length === 0) return ownListViews(object);
  return deployed.map(({ where, ...view }) => ({ ...view, query: queryOf(object, view, where) }));
}

/** Of objects that are shown in lists; their ids follow from the objects', so they stay. */
function ownListViews(object: ObjectSchema): ListView[] {
  const isRecord = object.kind === 'standard' || object.kind === 'custom';
  const isListed = isRecord && object.queryable && object.createable && object.keyPrefix !== '';
  const columns = isListed && !object.setupObject ? columnFields(object) : [];
  const [first] = columns;
  if (first?.nameField !== true) return [];
  const scopes = object.fields.has('ownerid')
    ? (['everything', 'mine'] as const)
    : ['everything' as const];
  return scopes.map((scope, index): ListView => {
    const word = scope === 'mine' ? 'My' : 'All';
    return {
      id: buildId('00B', 'Dp0', numberOf(object.keyPrefix) * 4 + index + 1),
      developerName: `${word}${object.labelPlural.replace(/\W/g, '')}`,
      label: `${word} ${object.labelPlural}`,
      scope,
      columns,
      condition: undefined,
      query: queryOf(object, { columns, scope }, ''),
    };
  });
}

/** In the order of the first column. */
function queryOf(
  object: ObjectSchema,
  { columns, scope }: Pick<ListView, 'columns' | 'scope'>,
  condition: string,
): string {
  const names = new Set([
    ...columns.map(({ name }) => name),
    ...SYSTEM_COLUMNS.filter((name) => object.fields.has(name.toLowerCase())),
  ]);
  const using = scope === 'mine' ? ' USING SCOPE mine' : '';
  const where = condition === '' ? '' : ` WHERE ${condition}`;
  const first = columns.find(({ sortable }) => sortable)?.name ?? 'Id';
  const order = first === 'Id' ? '' : `${first} ASC NULLS FIRST, `;
  return `SELECT ${[...names].join(', ')} FROM ${object.name}${using}${where} ORDER BY ${order}Id ASC NULLS FIRST`;
}

/** The name and what else a list has room for. */
function columnFields(object: ObjectSchema): FieldSchema[] {
  const fields = [...object.fields.values()];
  const name = fields.filter((field) => field.nameField && field.sortable);
  const others = fields.filter(
    (field) =>
      !field.nameField &&
      field.sortable &&
      SHOWN_TYPES.has(field.type) &&
      field.compoundFieldName === undefined &&
      !SYSTEM_COLUMNS.includes(field.name),
  );
  return [...name, ...others].slice(0, COLUMNS);
}

interface Column {
  readonly fieldNameOrPath: string;
}

function columnsOf(object: ObjectSchema, { columns }: ListView): Column[] {
  const system = SYSTEM_COLUMNS.flatMap((name) => object.fields.get(name.toLowerCase()) ?? []);
  return [...columns, ...system].map((field, index) => {
    const hidden = SYSTEM_COLUMNS.includes(field.name);
    const [ascendingLabel, descendingLabel] = hidden ? [null, null] : sortLabels(field);
    return {
      ascendingLabel,
      descendingLabel,
      fieldNameOrPath: field.name,
      hidden,
      label: field.label,
      searchable: !hidden && field.type === 'string',
      selectListItem: field.type === 'picklist' ? `toLabel(${field.name})` : field.name,
      sortDirection: index === 0 ? 'ascending' : null,
      sortIndex: index === 0 ? 0 : null,
      sortable: !hidden,
      type: field.type,
    };
  });
}

/** What the head of a column says the arrows do, as recorded: the first is shown when it is sorted upwards. */
function sortLabels({ type }: FieldSchema): readonly [string, string] {
  switch (type) {
    case 'picklist':
      return ['Low to High', 'High to Low'];
    case 'phone':
    case 'currency':
      return ['9-0', '0-9'];
    case 'date':
    case 'datetime':
      return ['New to Old', 'Old to New'];
    default:
      return ['Z-A', 'A-Z'];
  }
}

function summary(call: ApiCall, object: ObjectSchema, view: ListView): object {
  const url = `${dataPath(call)}/sobjects/${object.name}/listviews/${view.id}`;
  return {
    describeUrl: `${url}/describe`,
    developerName: view.developerName,
    id: view.id,
    label: view.label,
    resultsUrl: `${url}/results`,
    soqlCompatible: true,
    url,
  };
}

function amount(call: ApiCall, name: string, otherwise: number, most: number): number {
  const given = Number(call.query.get(name) ?? otherwise);
  return Number.isInteger(given) && given >= 0 ? Math.min(given, most) : otherwise;
}

const REST_DATETIME = /^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/;

/** `Fri Aug 01 21:15:46 GMT 2014`, whatever else as it is. */
function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  // A double knows itself only how it is written.
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (!REST_DATETIME.test(text)) return text;
  const [weekday, day, month, year, time] = new Date(text).toUTCString().split(/,? /);
  return `${weekday} ${month} ${day} ${time} GMT ${year}`;
}

/** A key prefix as a number: three digits of base 62. */
function numberOf(keyPrefix: string): number {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return [...keyPrefix].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
}
