import * as z from 'zod/mini';
import { iso } from '#core/time-text.ts';
import type { DailyUsage } from '#core/usage-estimate.ts';
import { orgRoute, type Route } from '../route.ts';
import { time, wholeNumber } from '../schemas.ts';

const daily = z.object({
  apiCalls: z.int(),
  callsFor: z.record(z.string(), z.int()).check(z.describe('The API calls, by what they are for')),
  bulkJobs: z.int(),
  asyncApexExecutions: z.int(),
  platformEvents: z.int(),
});

/** What an admin weighs the estimate against. */
const SHOWN_ALLOCATIONS = [
  'DailyApiRequests',
  'DailyBulkV2QueryJobs',
  'DailyAsyncApexExecutions',
  'HourlyPublishedPlatformEvents',
];

export const usageEstimateSchema = z.object({
  from: time,
  to: time,
  perDay: z.object({
    withoutConditions: daily,
    withConditions: daily.check(z.describe('As if every change were one of a synced field')),
  }),
  initialAudit: z.object({ rows: z.int(), apiCalls: z.int(), bulkJobs: z.int() }),
  allocations: z
    .optional(z.record(z.string(), z.object({ max: z.int(), used: z.int() })))
    .check(
      z.describe('What the org allots and uses now; absent where the Sync User may not see it'),
    ),
});

export const estimateRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/estimate',
    operationId: 'getEstimate',
    summary:
      "What the sync will spend a day, told from the org's last days; needs no package. Costs some dozens of API calls",
    query: z.strictObject({ days: wholeNumber(1, 14, 7) }),
    answers: { 200: { description: 'The estimate', schema: usageEstimateSchema } },
    refusals: [502, 503],
    handle: async ({ ports, org, query }) => {
      // Asked for once in a while: no start of the function waits for it.
      const { estimateOrgUsage } = await import('#usecases/estimate-usage.ts');
      const estimate = await estimateOrgUsage(ports, org, query.days);
      const { withoutConditions, withConditions, initial, allocations } = estimate;
      const shown = SHOWN_ALLOCATIONS.flatMap((name) => {
        const allocation = allocations?.get(name);
        return allocation === undefined ? [] : [[name, { ...allocation }] as const];
      });
      const body = {
        from: iso(estimate.fromMs),
        to: iso(estimate.toMs),
        perDay: {
          withoutConditions: view(withoutConditions),
          withConditions: view(withConditions),
        },
        initialAudit: { ...initial },
        ...(allocations !== undefined && { allocations: Object.fromEntries(shown) }),
      };
      return { status: 200, body };
    },
  }),
];

function view({ callsFor, ...usage }: DailyUsage) {
  return { ...usage, callsFor: { ...callsFor } };
}
