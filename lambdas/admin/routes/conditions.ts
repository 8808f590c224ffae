import * as z from 'zod/mini';
import { hashOf } from '#core/conditions.ts';
import { consumersOf } from '#core/field-changes.ts';
import { isSwept } from '#core/field-sets.ts';
import type { Conditions, OrgState } from '#core/org.ts';
import { iso } from '#core/time-text.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { orgRoute, type Route } from '../route.ts';
import { fieldsByObject, time } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/conditions';

export const conditionsSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal(false) }),
  z.strictObject({
    on: z.literal(true),
    objects: fieldsByObject,
  }),
]);

export const shownSchema = z.object({
  on: z.boolean(),
  objects: z.optional(z.record(z.string(), z.array(z.string()))),
  hashes: z
    .record(z.string(), z.string())
    .check(z.describe('By object: the hash that notices carry under these conditions')),
  required: z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .check(z.describe('By object and field: who declared to read it; such fields stay listed')),
  driftedSince: z.optional(time),
});

export const conditionsRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'getConditions',
    summary: 'The Sync Conditions in force',
    answers: { 200: { description: 'The conditions', schema: shownSchema } },
    handle: async ({ org }) => {
      const { conditions, conditionsDriftedAtMs: drifted } = org;
      const body = {
        ...shown(org, conditions),
        ...(drifted !== undefined && { driftedSince: iso(drifted) }),
      };
      return { status: 200, body };
    },
  }),
  orgRoute({
    method: 'PUT',
    path: PATH,
    operationId: 'putConditions',
    summary:
      'Puts Sync Conditions into force, in the org and here; objects left out sync no updates',
    body: conditionsSchema,
    answers: {
      200: {
        description: "In force, with each object's identity fields added",
        schema: z.extend(shownSchema, {
          changed: z
            .array(z.string())
            .check(z.describe('Objects read again, because other fields of them are held now')),
        }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, org, body }) => {
      const pushed = await pushConditions(ports, { orgId: org.orgId, conditions: body });
      return {
        status: 200,
        body: { ...shown(org, pushed.conditions), changed: pushed.changed },
      };
    },
  }),
];

function shown(org: OrgState, conditions: Conditions) {
  const announced = Object.keys(org.objects).filter((object) => !isSwept(object));
  const hashes = announced.map((object) => [object, hashOf(conditions, object)]);
  return { ...conditions, hashes: Object.fromEntries(hashes), required: requiredOf(org) };
}

function requiredOf(org: OrgState) {
  const required = Object.entries(org.objects).flatMap(([object, { fieldSet }]) => {
    const consumers = consumersOf(org, object);
    const marks = fieldSet.fields.flatMap((field) => {
      const by = consumers.get(field.toLowerCase());
      return by === undefined ? [] : [[field, [...by]] as const];
    });
    return marks.length === 0 ? [] : [[object, Object.fromEntries(marks)] as const];
  });
  return Object.fromEntries(required);
}
