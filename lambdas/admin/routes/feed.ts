import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import { readFeed } from '#usecases/read-feed.ts';
import { fittingPage } from '../fitting-page.ts';
import { orgRoute, type Route } from '../route.ts';
import { feedEventSchema, idText, wholeNumber } from '../schemas.ts';

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
      from: z.optional(
        z.iso
          .datetime({ offset: true })
          .check(
            z.describe(
              'In place of `after`: from what came at that time or after, at most 7 days ago',
            ),
          ),
      ),
      record: z.optional(idText.check(z.describe('Only events of this record'))),
      waitSeconds: wholeNumber(0, MAX_WAIT_SECONDS, 0),
      limit: wholeNumber(1, 1_000, 100),
    }),
    answers: {
      200: {
        description:
          "Events, none when nothing came within waitSeconds; go on with `next`. A record's revisions count up by one: a hole shows what is kept no longer",
        schema: z.object({ events: z.array(feedEventSchema), next: z.string() }),
      },
    },
    refusals: [410],
    handle: async ({ ports, org, query }) => {
      const { waitSeconds } = query;
      const record = query.record === undefined ? undefined : recordId(query.record, 'record');
      const after = startOf(query);
      const body = await fittingPage(query.limit, (limit) =>
        readFeed(ports, org.orgId, { after, record, limit, waitMs: waitSeconds * 1_000 }),
      );
      return { status: 200, body };
    },
  }),
];

function startOf({ after, from }: { after?: string | undefined; from?: string | undefined }) {
  if (from === undefined) return after;
  if (after === undefined) return `since:${Date.parse(from)}`;
  throw new AppError('invalid-input', 'query: give `after` or `from`, not both.', {
    pointer: '/from',
  });
}
