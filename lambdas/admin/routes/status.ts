import * as z from 'zod/mini';
import { noteStatusReader } from '#usecases/look-for-package.ts';
import { showStatus } from '#usecases/show-status.ts';
import { openRoute, orgRoute, type Route } from '../route.ts';
import { syncUserSchema, time } from '../schemas.ts';

const objectStatusSchema = z.object({
  object: z.string(),
  rows: z.int().check(z.describe('Live records in the mirror')),
  hidden: z.int(),
  counted: z
    .optional(z.object({ org: z.int(), mirror: z.int(), at: time }))
    .check(
      z.describe('Rows that the org showed and the mirror held after the last sweep or audit'),
    ),
  completeThrough: z.optional(time),
  liveThrough: z.optional(time),
  lagSeconds: z.optional(z.int().check(z.describe('Seconds since completeThrough'))),
});

export const statusSchema = z.object({
  orgId: z.string(),
  orgName: z.string(),
  instanceUrl: z.string(),
  state: z.enum([
    'not-installed',
    'setting-up',
    'auditing',
    'active',
    'quiet',
    'interval',
    'closing',
    'paused',
    'disabled',
    'removed',
    'error',
  ]),
  since: time,
  cause: z.string(),
  evidence: z.array(z.string()),
  fix: z.optional(z.string()),
  verdict: z.optional(
    z.enum(['idle', 'lagging', 'broken', 'checking']).check(z.describe('While Apex is quiet: why')),
  ),
  mode: z.enum(['realtime', 'interval', 'closing']),
  conditionsOn: z.boolean(),
  lastApexSeenAt: z.optional(time),
  lastPingAt: z.optional(time),
  now: time,
  objects: z.array(objectStatusSchema),
  stages: z
    .object({
      notices: z.int(),
      savedToPublishedMs: z
        .int()
        .check(z.describe('Of `savedToSentMs`, until the event bus took it; 0 of older packages')),
      savedToSentMs: z.int(),
      sentToReceivedMs: z.int(),
      receivedToAppliedMs: z.int(),
    })
    .check(
      z.describe(
        'Sums over all notices since the org was connected: two readings tell the mean latency by stage of what came in between',
      ),
    ),
  deadLetters: z.int().check(z.describe('Messages given up; see /dead-letters')),
  syncUser: z.optional(syncUserSchema),
  pass: z.optional(
    z.object({
      id: z.string(),
      kind: z.string(),
      state: z.string(),
      startedAt: time,
      rows: z.int(),
    }),
  ),
});

export const statusRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/status',
    operationId: 'getStatus',
    summary: "The state of an org's sync, why it is so, and what to do",
    answers: { 200: { description: 'The state now', schema: statusSchema } },
    handle: async ({ ports, org }) => {
      await noteStatusReader(ports, org);
      return { status: 200, body: await showStatus(ports, org) };
    },
  }),
  openRoute({
    access: 'open',
    method: 'GET',
    path: '/healthz',
    operationId: 'getHealth',
    summary: 'Whether the receiver runs and reaches its store',
    answers: {
      200: { description: 'It does', schema: z.object({ status: z.literal('ok'), now: time }) },
    },
    refusals: [503],
    handle: async ({ ports }) => {
      // Any read tells whether the store answers; no key has this hash.
      await ports.keys.find('0'.repeat(64));
      return {
        status: 200,
        body: { status: 'ok', now: new Date(ports.clock.now()).toISOString() },
      };
    },
  }),
];
