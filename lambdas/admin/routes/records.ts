import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { MirrorRecord } from '#core/record.ts';
import { fittingPage } from '../fitting-page.ts';
import { orgRoute, type Route } from '../route.ts';
import { fieldList, idText, objectName, recordSchema, wholeNumber } from '../schemas.ts';
import { askedFields, mirroredObject, recordView } from '../views.ts';

const TASKS_SEARCHED = 2_000;

const getRecord = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/records/{object}/{id}',
  operationId: 'getRecord',
  summary: 'One record as the mirror holds it, deleted and hidden ones too',
  params: z.strictObject({ object: objectName, id: idText }),
  query: z.strictObject({ fields: fieldList }),
  answers: { 200: { description: 'The record', schema: recordSchema } },
  refusals: [404],
  handle: async ({ ports, org, params, query }) => {
    const state = mirroredObject(org, params.object);
    const record = await ports.mirror.get(org.orgId, params.object, recordId(params.id));
    if (record === undefined) {
      throw new AppError('not-found', 'The mirror does not know this record.', { pointer: 'id' });
    }
    return { status: 200, body: recordView(record, state, askedFields(query.fields)) };
  },
});

const findRecords = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/records',
  operationId: 'findRecordsByEmail',
  summary: 'Live records of any object whose Email is the address, without regard to case',
  query: z.strictObject({
    email: z.string().check(z.minLength(3), z.maxLength(254)),
    fields: fieldList,
  }),
  answers: {
    200: {
      description: 'What was found',
      schema: z.object({ records: z.array(recordSchema) }),
    },
  },
  handle: async ({ ports, org, query }) => {
    const found = await ports.mirror.findByEmail(org.orgId, query.email);
    return { status: 200, body: { records: viewAll(org, found, askedFields(query.fields)) } };
  },
});

const scanRecords = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/records/{object}',
  operationId: 'scanRecords',
  summary: 'All records of an object in id order, deleted and hidden ones too, page by page',
  params: z.strictObject({ object: objectName }),
  query: z.strictObject({
    after: z.optional(idText),
    limit: wholeNumber(1, 1_000, 500),
    fields: fieldList,
  }),
  answers: {
    200: {
      description:
        'A page, shorter than its limit if it would be too large; `next` is the `after` of the page that follows, null at the end',
      schema: z.object({
        records: z.array(recordSchema),
        next: z.union([z.string(), z.null()]),
      }),
    },
  },
  refusals: [404],
  handle: async ({ ports, org, params, query }) => {
    mirroredObject(org, params.object);
    const after = query.after === undefined ? {} : { after: recordId(query.after, 'after') };
    const body = await fittingPage(query.limit, async (limit) => {
      const page = await ports.mirror.scan(org.orgId, params.object, { ...after, limit });
      const next = page.length === limit ? (page.at(-1)?.id ?? null) : null;
      return { records: viewAll(org, page, askedFields(query.fields)), next };
    });
    return { status: 200, body };
  },
});

const findTasks = orgRoute({
  method: 'GET',
  path: '/v1/orgs/{orgId}/tasks',
  operationId: 'findTasks',
  summary: `Live Tasks of an owner, last changed first, among the newest ${TASKS_SEARCHED}`,
  query: z.strictObject({
    owner: idText,
    status: z.optional(z.string().check(z.maxLength(255), z.describe('Exact Status'))),
    limit: wholeNumber(1, 1_000, 200),
    fields: fieldList,
  }),
  answers: {
    200: { description: 'The Tasks', schema: z.object({ records: z.array(recordSchema) }) },
  },
  handle: async ({ ports, org, query }) => {
    const owner = recordId(query.owner, 'owner');
    const searched = query.status === undefined ? query.limit : TASKS_SEARCHED;
    const tasks = await ports.mirror.tasksByOwner(org.orgId, owner, searched);
    const wanted = tasks.filter(
      ({ fields }) => query.status === undefined || fields['Status'] === query.status,
    );
    const shown = wanted.slice(0, query.limit);
    return { status: 200, body: { records: viewAll(org, shown, askedFields(query.fields)) } };
  },
});

function viewAll(
  org: OrgState,
  records: readonly MirrorRecord[],
  asked: readonly string[] | undefined,
) {
  return records.map((record) => recordView(record, org.objects[record.object], asked));
}

export const recordRoutes: readonly Route[] = [getRecord, findRecords, scanRecords, findTasks];
