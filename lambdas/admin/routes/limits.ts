import * as z from 'zod/mini';
import { MAX_SHARE_PERCENT, MIN_SHARE_PERCENT, PAUSE_AT_PERCENT } from '#core/quota.ts';
import type { QuotaForecast } from '#core/quota-forecast.ts';
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

export const limitsSchema = z.object({
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
  rest: z.optional(
    z.object({
      others: z.int().check(z.describe('Calls of everybody else that count now')),
      left: z.int().check(z.describe("Of the org's daily requests, for all")),
    }),
  ),
  forecast: z.optional(
    z
      .object({
        inOneDay: z.int().check(z.describe('Our calls of the 24 hours that end a day from now')),
        peak: z.int().check(z.describe('The most of any 24 hours until then')),
        capReachedAt: z.optional(time),
        pauseReachedAt: z.optional(time),
      })
      .check(z.describe('If we go on as in the last hours, and others as they do')),
  ),
  allocations: z.optional(
    z.object({
      at: time,
      byName: z
        .record(z.string(), z.object({ max: z.int(), used: z.int() }))
        .check(
          z.describe("API requests, Bulk jobs, Apex executions, events, by Salesforce's names"),
        ),
    }),
  ),
  days: z
    .array(
      z.object({
        day: z.string(),
        calls: z.record(z.string(), z.int()).check(z.describe('By purpose')),
        users: z.record(z.string(), z.int()).check(z.describe('By user')),
      }),
    )
    .check(z.describe('Our calls by day, UTC, newest first')),
});

export const limitRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'getLimits',
    summary: "What the sync spends of the org's API requests, may spend, and is likely to",
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

function limitsView({ org, own, waiting, days, rest, forecast, allocations, ...settings }: Limits) {
  return {
    ...settings,
    pauseAtPercent: PAUSE_AT_PERCENT,
    ...(org !== undefined && { org: { used: org.used, max: org.max, at: iso(org.atMs) } }),
    own: { used: own.used, ...(own.cap !== undefined && { cap: own.cap }) },
    ...(rest !== undefined && { rest }),
    ...(forecast !== undefined && { forecast: forecastView(forecast) }),
    ...(allocations !== undefined && {
      allocations: { at: iso(allocations.atMs), byName: { ...allocations.byName } },
    }),
    waiting: [...waiting],
    days: [...days],
  };
}

function forecastView({ capReachedAtMs, pauseReachedAtMs, ...forecast }: QuotaForecast) {
  return {
    ...forecast,
    ...(capReachedAtMs !== undefined && { capReachedAt: iso(capReachedAtMs) }),
    ...(pauseReachedAtMs !== undefined && { pauseReachedAt: iso(pauseReachedAtMs) }),
  };
}
