import { z } from 'zod';
import { OrgError } from '../../errors.ts';
import { parseSosl, type Search } from '../../search/parse-sosl.ts';
import { runSearch } from '../../search/run-search.ts';
import { type ApiCall, dataPath, jsonObject, userOf } from '../api-call.ts';
import { hiddenIds } from '../hidden-records.ts';
import { type ApiResult, json } from '../http.ts';
import { createRecordWriter } from './record-json.ts';

const limit = z.coerce.number().int().min(1).max(2000).optional();

/** What `parameterizedSearch` takes; what it would only pretend to do (snippets, spelling, networks) is refused. */
const parameters = z.strictObject({
  q: z.string().min(1),
  in: z
    .string()
    .regex(/^(ALL|NAME|EMAIL|PHONE|SIDEBAR)$/i)
    .default('ALL'),
  fields: z.array(z.string()).default([]),
  sobjects: z
    .array(
      z.strictObject({
        name: z.string().regex(/^\w+$/),
        fields: z.array(z.string()).optional(),
        where: z.string().optional(),
        orderBy: z.string().optional(),
        limit,
      }),
    )
    .default([]),
  defaultLimit: limit,
  overallLimit: limit,
});

/** Older versions answer the bare list. */
const WRAPPED_FROM_VERSION = 37;

type Parameters = z.infer<typeof parameters>;

/** `GET /search?q=FIND {…}`: SOSL. */
export function getSearch(call: ApiCall): ApiResult {
  return answerSearch(call, parseSosl(call.query.get('q') ?? ''));
}

/** `GET /parameterizedSearch?q=&sobject=&Account.fields=…`. */
export function getParameterizedSearch(call: ApiCall): ApiResult {
  return answerSearch(call, searchOf(parametersOf(call.query)));
}

/** `POST /parameterizedSearch` with the same as JSON. */
export function postParameterizedSearch(call: ApiCall): ApiResult {
  return answerSearch(call, searchOf(jsonObject(call)));
}

function answerSearch(call: ApiCall, search: Search): ApiResult {
  const { schema, soql, scheduler, faults } = call.org;
  const options = { nowMs: scheduler.now(), userId: userOf(call) };
  const hidden = hiddenIds(faults);
  const searchRecords: object[] = [];
  for (const { plan, record } of runSearch({ schema, soql, options }, search)) {
    if (hidden.has(record.id ?? '')) continue;
    searchRecords.push(createRecordWriter(schema, dataPath(call), plan).write(record));
  }
  const isWrapped = Number(call.version) >= WRAPPED_FROM_VERSION;
  return json(200, isWrapped ? { searchRecords } : searchRecords);
}

/** `sobject` names the objects, `{object}.fields` and so on say more of one. */
function parametersOf(query: URLSearchParams): unknown {
  const known = new Map<string, Record<string, unknown>>();
  const common: Record<string, unknown> = {};
  for (const name of query.getAll('sobject').flatMap(splitList)) known.set(name, { name });
  for (const [key, value] of query) {
    if (key === 'sobject') continue;
    const [object = '', member] = key.split('.');
    if (member === undefined) common[key] = key === 'fields' ? splitList(value) : value;
    else known.set(object, { name: object, ...known.get(object), ...memberOf(member, value) });
  }
  return { ...common, sobjects: [...known.values()] };
}

function memberOf(member: string, value: string): Record<string, unknown> {
  return { [member]: member === 'fields' ? splitList(value) : value };
}

function splitList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** @throws OrgError INVALID_SEARCH naming the parameter that is wrong */
function searchOf(given: unknown): Search {
  const read = parameters.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') || 'parameters';
    throw new OrgError('INVALID_SEARCH', `${where}: ${issue?.message}`);
  }
  const { q, in: group, overallLimit, sobjects } = read.data;
  return {
    term: q,
    group: groupOf(group),
    returning: sobjects.map((item) => returningOf(item, read.data)),
    limit: overallLimit,
  };
}

function groupOf(text: string): Search['group'] {
  return parseSosl(`FIND {any} IN ${text} FIELDS`).group;
}

function returningOf(
  item: Parameters['sobjects'][number],
  { fields, defaultLimit }: Parameters,
): Search['returning'][number] {
  const order = item.orderBy === undefined ? '' : `ORDER BY ${item.orderBy}`;
  const most = item.limit ?? defaultLimit;
  return {
    object: item.name,
    fields: (item.fields ?? fields).join(', '),
    where: item.where ?? '',
    tail: [order, most === undefined ? '' : `LIMIT ${most}`]
      .filter((part) => part !== '')
      .join(' '),
  };
}
