import * as z from 'zod/mini';
import { type DeadLetter, letterSubject } from '#core/dead-letter.ts';
import { iso } from '#core/time-text.ts';
import { redriveLetters } from '#usecases/redrive-letters.ts';
import { orgRoute, type Route } from '../route.ts';
import { time, wholeNumber } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}/dead-letters';

const letterSchema = z.object({
  id: z.string(),
  queue: z.enum(['notices', 'bulk', 'activities']),
  type: z.string().check(z.describe('Type of the message, `unreadable` where it has none')),
  objects: z.array(z.string()).check(z.describe('Objects it names')),
  records: z.int().check(z.describe('Number of records it names')),
  sentAt: time,
  parkedAt: time,
  receives: z.int(),
  reason: z.string().check(z.describe('Why its last delivery failed; never holds a value')),
});

export const lettersSchema = z.object({ total: z.int(), letters: z.array(letterSchema) });

export const deadLetterRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listDeadLetters',
    summary:
      'Messages that were given up, oldest first, with the reasons and without their contents',
    query: z.strictObject({ limit: wholeNumber(1, 200, 50) }),
    answers: {
      200: {
        description: 'The letters; `total` counts those not shown too',
        schema: lettersSchema,
      },
    },
    handle: async ({ ports, org, query }) => {
      const letters = await ports.deadLetters.list(org.orgId, query.limit);
      const total = await ports.deadLetters.count(org.orgId);
      return { status: 200, body: { total, letters: letters.map(letterView) } };
    },
  }),
  orgRoute({
    method: 'POST',
    path: PATH,
    operationId: 'redriveDeadLetters',
    summary: 'Sends given-up messages again: those named, else the oldest 500',
    body: z.strictObject({
      ids: z.optional(
        z.array(z.string().check(z.maxLength(100))).check(z.minLength(1), z.maxLength(500)),
      ),
    }),
    answers: {
      200: {
        description: 'How many were sent, and how many are left; unknown ids are passed by',
        schema: z.object({ redriven: z.int(), left: z.int() }),
      },
    },
    refusals: [503],
    handle: async ({ ports, org, body }) => ({
      status: 200,
      body: await redriveLetters(ports, org.orgId, body.ids),
    }),
  }),
];

function letterView(letter: DeadLetter): z.output<typeof letterSchema> {
  const { id, queue, sentAtMs, parkedAtMs, receives, reason } = letter;
  const times = { sentAt: iso(sentAtMs), parkedAt: iso(parkedAtMs) };
  return { id, queue, ...letterSubject(letter), ...times, receives, reason };
}
