import * as z from 'zod/mini';
import { readFeed } from '#usecases/read-feed.ts';
import { fittingPage } from '../fitting-page.ts';
import { orgRoute, type Route } from '../route.ts';
import { feedEventSchema, wholeNumber } from '../schemas.ts';

/** Below the 30 s after which an HTTP API gives up. */
const MAX_WAIT_SECONDS = 20;

export const feedRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/feed',
    operationId: 'readFeed',
    summary: 'Changes of the mirror, in order, at least once, kept 7 days',
    query: z.strictObject({
      after: z.optional(
        z
          .string()
          .check(
            z.maxLength(200),
            z.describe(
              '`next` of an earlier page; absent = oldest kept; `latest` = from now on; `last:50` = from the last 50 events on',
            ),
          ),
      ),
      waitSeconds: wholeNumber(0, MAX_WAIT_SECONDS, 0),
      limit: wholeNumber(1, 1_000, 100),
    }),
    answers: {
      200: {
        description: 'Events, none when nothing came within waitSeconds; go on with `next`',
        schema: z.object({ events: z.array(feedEventSchema), next: z.string() }),
      },
    },
    refusals: [410],
    handle: async ({ ports, org, query }) => {
      const { after, waitSeconds } = query;
      const body = await fittingPage(query.limit, (limit) =>
        readFeed(ports, org.orgId, { after, limit, waitMs: waitSeconds * 1_000 }),
      );
      return { status: 200, body };
    },
  }),
];
