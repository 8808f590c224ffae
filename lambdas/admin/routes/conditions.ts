import * as z from 'zod/mini';
import { hashOf } from '#core/conditions.ts';
import type { Conditions } from '#core/org.ts';
import { iso } from '#core/status-of.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { orgRoute, type Route } from '../route.ts';
import { objectName, time } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/conditions';

const fieldName = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/));
const conditionsSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal(false) }),
  z.strictObject({
    on: z.literal(true),
    objects: z.record(objectName, z.array(fieldName).check(z.maxLength(500))),
  }),
]);

const shownSchema = z.object({
  on: z.boolean(),
  objects: z.optional(z.record(z.string(), z.array(z.string()))),
  hashes: z
    .record(z.string(), z.string())
    .check(z.describe('By object: the hash that notices carry under these conditions')),
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
        ...shown(conditions, Object.keys(org.objects)),
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
      const objects = Object.keys(org.objects);
      return {
        status: 200,
        body: { ...shown(pushed.conditions, objects), changed: pushed.changed },
      };
    },
  }),
];

function shown(conditions: Conditions, objects: readonly string[]) {
  const hashes = objects.map((object) => [object, hashOf(conditions, object)]);
  return { ...conditions, hashes: Object.fromEntries(hashes) };
}
