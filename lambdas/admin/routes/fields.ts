import * as z from 'zod/mini';
import type { FieldsByObject } from '#core/org.ts';
import { declareFieldUse, dropFieldUse } from '#usecases/declare-field-use.ts';
import { fieldCatalogue } from '#usecases/field-catalogue.ts';
import { refreshMirrored } from '#usecases/refresh-mirrored.ts';
import { orgRoute, type Route } from '../route.ts';
import { fieldsByObject } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}';
const names = z.array(z.string());
const namesByObject = z.record(z.string(), names);

export const catalogueSchema = z.object({
  objects: z.record(
    z.string(),
    z.object({
      fields: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          type: z.string(),
          held: z.boolean().check(z.describe('The mirror holds it')),
          identity: z
            .boolean()
            .check(z.describe('Listed by itself: records are told apart and found by it')),
          listable: z.boolean().check(z.describe('Sync Conditions may list it, or its inputs')),
          requiredBy: names.check(z.describe('Consumers that declared to read it')),
          inputs: z.optional(
            names.check(z.describe('Of a formula: what it reads, to be synced in its place')),
          ),
        }),
      ),
      retired: names.check(z.describe('Mirrored once; deleted, or no longer readable')),
    }),
  ),
});

const consumer = z.strictObject({
  consumer: z
    .string()
    .check(z.regex(/^[a-z][a-z0-9._-]{0,79}$/), z.describe('sidebar, template-7, rule.12 …')),
});

export const fieldRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: `${PATH}/fields`,
    operationId: 'getFields',
    summary: 'The fields that the Sync User can read, what is held of them, and who requires which',
    answers: { 200: { description: 'By object', schema: catalogueSchema } },
    refusals: [502, 503],
    handle: async ({ ports, org }) => ({
      status: 200,
      body: { objects: await fieldCatalogue(ports, org) },
    }),
  }),
  orgRoute({
    method: 'POST',
    path: `${PATH}/fields/refresh`,
    operationId: 'refreshFields',
    summary: 'Compares the fields of the org with those mirrored now, as every midnight',
    answers: {
      200: {
        description: 'What changed, by object; records are read again for what was added',
        schema: z.object({
          objects: z.record(z.string(), z.object({ added: names, removed: names })),
        }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, org }) => {
      const { changes } = await refreshMirrored(ports, org.orgId);
      return { status: 200, body: { objects: changes } };
    },
  }),
  orgRoute({
    method: 'GET',
    path: `${PATH}/field-uses`,
    operationId: 'getFieldUses',
    summary: 'Which fields are read by whom',
    answers: {
      200: {
        description: 'By consumer, then by object',
        schema: z.object({ consumers: z.record(z.string(), namesByObject) }),
      },
    },
    handle: async ({ org }) => ({ status: 200, body: { consumers: org.fieldUses ?? {} } }),
  }),
  orgRoute({
    method: 'PUT',
    path: `${PATH}/field-uses/{consumer}`,
    operationId: 'putFieldUse',
    summary: 'Declares the fields that a consumer reads, in place of what it declared before',
    params: consumer,
    body: z.strictObject({ objects: fieldsByObject }),
    answers: {
      200: {
        description: 'Declared; `added` are those that Sync Conditions list only now',
        schema: z.object({ objects: namesByObject, added: namesByObject }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, org, params, body }) => {
      const objects: FieldsByObject = body.objects;
      const added = await declareFieldUse(ports, org, params.consumer, objects);
      return { status: 200, body: { objects, added } };
    },
  }),
  orgRoute({
    method: 'DELETE',
    path: `${PATH}/field-uses/{consumer}`,
    operationId: 'deleteFieldUse',
    summary: 'Takes a declaration back; its fields stay synced, nobody requires them any more',
    params: consumer,
    answers: { 204: { description: 'Taken back, or there was none' } },
    handle: async ({ ports, org, params }) => {
      await dropFieldUse(ports, org, params.consumer);
      return { status: 204 };
    },
  }),
];
