import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { PassKind } from '#core/pass.ts';
import type { Ports } from '#ports/ports.ts';
import { startPass } from '#usecases/start-pass.ts';
import { orgRoute, type Route, type RouteAnswer } from '../route.ts';
import { objectName, passSchema } from '../schemas.ts';
import { mirroredObject, passView } from '../views.ts';

const objectsBody = z.strictObject({
  objects: z.optional(
    z.array(objectName).check(z.minLength(1), z.describe('Default: every mirrored object')),
  ),
});
const auditBody = z.extend(objectsBody, {
  compare: z.optional(
    z
      .boolean()
      .check(
        z.describe('Compare ids and stamps, and read only what differs; by default all is read'),
      ),
  ),
});
const started = {
  202: {
    description: 'Started, or joined to one that covers it; follow it under /audits/{id}',
    schema: z.object({ id: z.string() }),
  },
};

async function start(
  ports: Ports,
  org: OrgState,
  kind: PassKind,
  objects: readonly string[] | undefined,
  compare = false,
): Promise<RouteAnswer> {
  for (const object of objects ?? []) mirroredObject(org, object);
  const reason = kind === 'audit' ? 'An audit was asked for.' : 'A sync was asked for.';
  const only = objects === undefined ? {} : { objects };
  const result = await startPass(ports, { orgId: org.orgId, kind, reason, compare, ...only });
  if (result.outcome === 'nothing') {
    throw new AppError('conflict', 'Nothing to sync yet: the initial audit has not finished.');
  }
  return { status: 202, body: { id: result.passId } };
}

export const passRoutes: readonly Route[] = [
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/audits',
    operationId: 'startAudit',
    summary: 'Reads every record of the objects again and compares it with the mirror',
    body: auditBody,
    answers: started,
    refusals: [404],
    handle: ({ ports, org, body }) => start(ports, org, 'audit', body.objects, body.compare),
  }),
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/sync',
    operationId: 'syncNow',
    summary: 'Reads now what changed since the mirror was last proven complete',
    body: objectsBody,
    answers: started,
    refusals: [404, 409],
    handle: ({ ports, org, body }) => start(ports, org, 'gap', body.objects),
  }),
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/audits/{id}',
    operationId: 'getAudit',
    summary: 'How far an audit or a sync has come',
    params: z.strictObject({ id: z.string().check(z.maxLength(100)) }),
    answers: { 200: { description: 'The pass', schema: passSchema } },
    refusals: [404],
    handle: async ({ ports, org, params }) => {
      const pass = await ports.jobs.getPass(org.orgId, params.id);
      if (pass === undefined) {
        throw new AppError('not-found', 'The org has no audit or sync with this id.', {
          pointer: 'id',
        });
      }
      return { status: 200, body: passView(pass) };
    },
  }),
];
