import * as z from 'zod/mini';
import { activitySchema, emailAddress } from '#core/activities/activity.ts';
import { AppError } from '#core/errors.ts';
import { reconcileCalendar } from '#usecases/reconcile-calendar.ts';
import { orgRoute, type Route } from '../route.ts';
import { resultSchema, resultView } from './activities.ts';

const MAX_EVENTS = 500;
const LONGEST_MS = 366 * 24 * 60 * 60_000;

const instant = z.iso.datetime({ offset: true });
const event = z.any().check(z.meta({ ...z.toJSONSchema(activitySchema, { io: 'input' }) }));

export const calendarSnapshotRoutes: readonly Route[] = [
  orgRoute({
    method: 'POST',
    path: '/v1/orgs/{orgId}/calendar-snapshots',
    operationId: 'postCalendarSnapshot',
    summary:
      "All that a user's calendar holds in a stretch of time: heals what was lost on the way",
    body: z.strictObject({
      user: emailAddress,
      from: instant,
      to: instant.check(z.describe('Exclusive, at most 366 days after `from`')),
      events: z
        .array(event)
        .check(z.maxLength(MAX_EVENTS), z.describe('Activities of the kind `calendar.event`')),
    }),
    answers: {
      202: {
        description:
          'What became of each event, and how many Events of the user are taken out of Salesforce because the calendar lacks them',
        schema: z.object({ results: z.array(resultSchema), gone: z.int() }),
      },
    },
    refusals: [409, 413, 502, 503],
    handle: async ({ ports, org, body }) => {
      const [fromMs, toMs] = [Date.parse(body.from), Date.parse(body.to)];
      if (toMs <= fromMs || toMs - fromMs > LONGEST_MS) {
        const message = 'body/to must be after from, by at most 366 days.';
        throw new AppError('invalid-input', message, { pointer: '/to' });
      }
      const { user, events } = body;
      const { results, gone } = await reconcileCalendar(ports, org, { user, fromMs, toMs, events });
      return { status: 202, body: { results: results.map(resultView), gone } };
    },
  }),
];
