import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import { type AuditFinding, FINDING_KINDS, type Pass } from '#core/pass.ts';
import type { Ports } from '#ports/ports.ts';
import { estimateAudit } from '#usecases/estimate-audit.ts';
import { pausePass, resumePass } from '#usecases/pause-pass.ts';
import { orgRoute, type Route } from '../route.ts';
import { auditBody, passSchema, wholeNumber } from '../schemas.ts';
import { mirroredObject, passView } from '../views.ts';

const params = z.strictObject({ id: z.string().check(z.maxLength(100)) });

const counts = z.object({
  missing: z.int().check(z.describe('Not in the mirror')),
  stale: z.int().check(z.describe('In the mirror in an older state')),
  extra: z.int().check(z.describe('Alive in the mirror, deleted in the org')),
  hidden: z.int().check(z.describe('In the mirror, neither shown nor declared deleted by the org')),
});

export const auditSchema = z.extend(passSchema, {
  report: z
    .record(z.string(), counts)
    .check(
      z.describe('What it found wrong so far, by object; an object that is not named was right'),
    ),
});

export const auditsSchema = z.object({ audits: z.array(passSchema) });

export const findingsSchema = z.object({
  findings: z.array(z.object({ object: z.string(), id: z.string(), kind: z.enum(FINDING_KINDS) })),
  next: z.optional(z.string()).check(z.describe('Give it as `after`; absent at the end')),
});

export const estimateSchema = z.object({
  rows: z.record(z.string(), z.int()).check(z.describe('By object, as the org shows them now')),
  bulkJobs: z.int(),
  apiCalls: z.int(),
  shareOfQuotaPercent: z
    .optional(z.number())
    .check(z.describe('Of the API calls that are ours in 24 hours; absent where not known yet')),
  seconds: z.int(),
});

export const auditRoutes: readonly Route[] = [
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/audits/estimate',
    operationId: 'estimateAudit',
    summary: 'What an audit would take; starts nothing. Costs one API call for each object',
    body: auditBody,
    answers: { 200: { description: 'The estimate', schema: estimateSchema } },
    refusals: [404, 502, 503],
    handle: async ({ ports, org, body }) => {
      const objects = body.objects ?? Object.keys(org.objects);
      for (const object of objects) mirroredObject(org, object);
      const estimate = await estimateAudit(ports, org, objects, body.rowsPerMinute);
      const { shareOfQuotaPercent: share, ...rest } = estimate;
      const known =
        share === undefined ? {} : { shareOfQuotaPercent: Math.round(share * 100) / 100 };
      return { status: 200, body: { ...rest, ...known } };
    },
  }),
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/audits',
    operationId: 'listAudits',
    summary: 'The last audits and syncs, and what runs by itself, newest first',
    query: z.strictObject({ limit: wholeNumber(1, 100, 20) }),
    answers: { 200: { description: 'The passes', schema: auditsSchema } },
    handle: async ({ ports, org, query }) => {
      const passes = await ports.jobs.listPasses(org.orgId, { limit: query.limit });
      return { status: 200, body: { audits: passes.map(passView) } };
    },
  }),
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/audits/{id}',
    operationId: 'getAudit',
    summary: 'How far an audit or a sync has come, and what it found wrong',
    params,
    answers: { 200: { description: 'The pass', schema: auditSchema } },
    refusals: [404],
    handle: async ({ ports, org, params: { id } }) => {
      return { status: 200, body: await auditView(ports, await passOf(ports, org, id)) };
    },
  }),
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/audits/{id}/findings',
    operationId: 'listAuditFindings',
    summary: 'The records that an audit found wrong, by object and id, page by page',
    params,
    query: z.strictObject({
      after: z.optional(z.string().check(z.maxLength(120))),
      limit: wholeNumber(1, 1_000, 100),
    }),
    answers: { 200: { description: 'A page of findings', schema: findingsSchema } },
    refusals: [404],
    handle: async ({ ports, org, params: { id }, query: { after, limit } }) => {
      const pass = await passOf(ports, org, id);
      const place = after === undefined ? {} : { after: placeOf(after) };
      const findings = await ports.jobs.listFindings(org.orgId, pass.id, { limit, ...place });
      const last = findings.length === limit ? findings.at(-1) : undefined;
      const next = last === undefined ? {} : { next: `${last.object}:${last.id}` };
      return { status: 200, body: { findings: [...findings], ...next } };
    },
  }),
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/audits/{id}/pause',
    operationId: 'pauseAudit',
    summary: 'Stops an audit after the page that it is reading, until it is resumed',
    params,
    answers: { 200: { description: 'The pass', schema: auditSchema } },
    refusals: [404, 409],
    handle: async ({ ports, org, params: { id } }) => {
      const pass = await pausePass(ports, await passOf(ports, org, id));
      return { status: 200, body: await auditView(ports, pass) };
    },
  }),
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/audits/{id}/resume',
    operationId: 'resumeAudit',
    summary: 'Lets a paused audit go on where it stood',
    params,
    answers: { 200: { description: 'The pass', schema: auditSchema } },
    refusals: [404, 409],
    handle: async ({ ports, org, params: { id } }) => {
      const pass = await resumePass(ports, await passOf(ports, org, id));
      return { status: 200, body: await auditView(ports, pass) };
    },
  }),
];

async function passOf(ports: Ports, org: OrgState, id: string): Promise<Pass> {
  const pass = await ports.jobs.getPass(org.orgId, id);
  if (pass !== undefined) return pass;
  throw new AppError('not-found', 'The org has no audit or sync with this id.', { pointer: 'id' });
}

async function auditView(ports: Ports, pass: Pass): Promise<z.output<typeof auditSchema>> {
  const found = await ports.jobs.countFindings(pass.orgId, pass.id);
  const report = Object.entries(found).map(([object, kinds]) => [object, { ...kinds }] as const);
  return { ...passView(pass), report: Object.fromEntries(report) };
}

/** The place behind a finding, as `next` tells it. */
function placeOf(after: string): Pick<AuditFinding, 'object' | 'id'> {
  const [object = '', id = ''] = after.split(':');
  return { object, id: recordId(id, 'after') };
}
