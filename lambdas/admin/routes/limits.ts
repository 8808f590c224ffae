import * as z from 'zod/mini';
import { MAX_SHARE_PERCENT, MIN_SHARE_PERCENT, PAUSE_AT_PERCENT } from '#core/quota.ts';
import { iso } from '#core/time-text.ts';
import { changeOrg } from '#usecases/change-org.ts';
import { type Limits, showLimits } from '#usecases/show-limits.ts';
import { orgRoute, type Route } from '../route.ts';
import { time } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/limits';

const share = z
  .int()
  .check(
    z.minimum(MIN_SHARE_PERCENT),
    z.maximum(MAX_SHARE_PERCENT),
    z.describe("Our share of the org's daily API requests"),
  );
const sweepEvery = z
  .int()
  .check(z.minimum(15), z.maximum(1_440), z.describe('How often a sweep runs'));

const limitsSchema = z.object({
  sharePercent: share,
  pauseAtPercent: z
    .int()
    .check(z.describe("Share of the org's own use from which on all spending waits")),
  sweepEveryMinutes: sweepEvery,
  org: z.optional(
    z
      .object({ used: z.int(), max: z.int(), at: time })
      .check(z.describe('As Salesforce last told')),
  ),
  own: z.object({
    used: z.int().check(z.describe('Our calls of the last 24 hours')),
    cap: z.optional(z.int()),
  }),
  waiting: z.array(z.string()).check(z.describe('What waits now, least urgent first')),
  days: z
    .array(z.object({ day: z.string(), calls: z.record(z.string(), z.int()) }))
    .check(z.describe('Our calls by day, UTC, newest first, and by purpose')),
});

export const limitRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'getLimits',
    summary: "What the sync spends of the org's API requests, and may spend",
    answers: { 200: { description: 'The limits', schema: limitsSchema } },
    handle: async ({ ports, org }) => ({
      status: 200,
      body: limitsView(await showLimits(ports, org)),
    }),
  }),
  orgRoute({
    method: 'PUT',
    path: PATH,
    operationId: 'putLimits',
    summary: 'Sets our share of API requests, and how often a sweep runs; effective at once',
    body: z.strictObject({
      sharePercent: z.optional(share),
      sweepEveryMinutes: z.optional(sweepEvery),
    }),
    answers: { 200: { description: 'As they hold now', schema: limitsSchema } },
    refusals: [503],
    handle: async ({ ports, org, body }) => {
      const { sharePercent, sweepEveryMinutes } = body;
      const next = await changeOrg(ports, org.orgId, (current) => ({
        ...current,
        ...(sharePercent !== undefined && { quotaSharePercent: sharePercent }),
        ...(sweepEveryMinutes !== undefined && { sweepEveryMs: sweepEveryMinutes * 60_000 }),
      }));
      return { status: 200, body: limitsView(await showLimits(ports, next ?? org)) };
    },
  }),
];

function limitsView({ org, own, waiting, days, ...settings }: Limits) {
  return {
    ...settings,
    pauseAtPercent: PAUSE_AT_PERCENT,
    ...(org !== undefined && { org: { used: org.used, max: org.max, at: iso(org.atMs) } }),
    own: { used: own.used, ...(own.cap !== undefined && { cap: own.cap }) },
    waiting: [...waiting],
    days: [...days],
  };
}
