import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import type { PassKind } from '#core/pass.ts';
import type { Ports } from '#ports/ports.ts';
import { startPass } from '#usecases/start-pass.ts';
import { orgRoute, type Route, type RouteAnswer } from '../route.ts';
import { auditBody, objectsBody } from '../schemas.ts';
import { mirroredObject } from '../views.ts';

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
  { objects, ...options }: z.output<typeof auditBody>,
): Promise<RouteAnswer> {
  for (const object of objects ?? []) mirroredObject(org, object);
  const reason = kind === 'audit' ? 'An audit was asked for.' : 'A sync was asked for.';
  const only = objects === undefined ? {} : { objects };
  const result = await startPass(ports, {
    orgId: org.orgId,
    kind,
    reason,
    ...only,
    ...(options.compare !== undefined && { compare: options.compare }),
    ...(options.rowsPerMinute !== undefined && { rowsPerMinute: options.rowsPerMinute }),
  });
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
    handle: ({ ports, org, body }) => start(ports, org, 'audit', body),
  }),
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/sync',
    operationId: 'syncNow',
    summary: 'Reads now what changed since the mirror was last proven complete',
    body: objectsBody,
    answers: started,
    refusals: [404, 409],
    handle: ({ ports, org, body }) => start(ports, org, 'gap', body),
  }),
];
