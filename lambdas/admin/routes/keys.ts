import * as z from 'zod/mini';
import type { ApiKey } from '#ports/key-store.ts';
import { createKey, revokeKey } from '#usecases/api-keys.ts';
import { orgRoute, type Route } from '../route.ts';
import { keySchema } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/keys';
export const newKeySchema = z.extend(keySchema, {
  key: z.string().check(z.describe('Shown here only; stored as a hash')),
});

export const keyRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listKeys',
    summary: "The org's API keys, without the keys themselves",
    answers: { 200: { description: 'The keys', schema: z.object({ keys: z.array(keySchema) }) } },
    handle: async ({ ports, org }) => {
      const keys = await ports.keys.list(org.orgId);
      return { status: 200, body: { keys: keys.map(keyView) } };
    },
  }),
  orgRoute({
    method: 'POST',
    path: PATH,
    operationId: 'createKey',
    summary: 'Creates a key of this org',
    body: z.strictObject({ label: z.string().check(z.minLength(1), z.maxLength(80)) }),
    answers: { 201: { description: 'The new key', schema: newKeySchema } },
    handle: async ({ ports, org, body }) => {
      const created = await createKey(ports, org.orgId, body.label);
      return { status: 201, body: { ...keyView(created), key: created.key } };
    },
  }),
  orgRoute({
    method: 'DELETE',
    path: `${PATH}/{keyId}`,
    operationId: 'revokeKey',
    summary: 'Revokes a key at once; the last one stays',
    params: z.strictObject({ keyId: z.string().check(z.maxLength(64)) }),
    answers: { 204: { description: 'Revoked' } },
    refusals: [404, 409],
    handle: async ({ ports, org, params }) => {
      await revokeKey(ports, org.orgId, params.keyId);
      return { status: 204 };
    },
  }),
];

function keyView({ id, label, createdAtMs }: ApiKey) {
  return { id, label, createdAt: new Date(createdAtMs).toISOString() };
}
