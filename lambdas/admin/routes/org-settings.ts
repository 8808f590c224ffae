import * as z from 'zod/mini';
import { iso } from '#core/time-text.ts';
import { removeOrg } from '#usecases/remove-org.ts';
import { rotateToken } from '#usecases/rotate-token.ts';
import { setDisabled } from '#usecases/set-disabled.ts';
import { orgRoute, type Route } from '../route.ts';
import { time } from '../schemas.ts';

const PATH = '/v1/orgs/{orgId}';

const switchRoute = (verb: 'enable' | 'disable', summary: string): Route =>
  orgRoute({
    method: 'POST',
    path: `${PATH}/settings/${verb}`,
    operationId: `${verb}Sync`,
    summary,
    answers: { 204: { description: 'Done' } },
    refusals: [409, 502, 503],
    handle: async ({ ports, org }) => {
      await setDisabled(ports, org, verb === 'disable');
      return { status: 204 };
    },
  });

export const orgSettingRoutes: readonly Route[] = [
  switchRoute(
    'enable',
    'Unticks Disable Mixmax RTS in the org, and reads what was saved meanwhile',
  ),
  switchRoute('disable', 'Ticks Disable Mixmax RTS in the org: Apex tells nothing any more'),
  orgRoute({
    method: 'POST',
    path: `${PATH}/token`,
    operationId: 'rotateToken',
    summary: 'Gives the org a new Mixmax Token; the one before is verified for another day',
    answers: {
      200: {
        description: 'Written into the org',
        schema: z.object({ previousValidUntil: time }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, org }) => {
      const untilMs = await rotateToken(ports, org);
      return { status: 200, body: { previousValidUntil: iso(untilMs) } };
    },
  }),
  orgRoute({
    method: 'DELETE',
    path: PATH,
    operationId: 'removeOrg',
    summary:
      'Ends the sync of the org; notices are answered with 410, and Apex switches itself off',
    query: z.strictObject({
      erase: z.optional(
        z.enum(['true', 'false']).check(z.describe('Also erases all that was copied from the org')),
      ),
    }),
    answers: { 202: { description: 'Removed; erasing goes on in the background' } },
    refusals: [503],
    handle: async ({ ports, org, query }) => {
      await removeOrg(ports, org, { erase: query.erase === 'true' });
      return { status: 202 };
    },
  }),
];
