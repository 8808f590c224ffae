import * as z from 'zod/mini';
import { syncUserStatus } from '#core/status-of.ts';
import { checkSyncUser } from '#usecases/check-sync-user.ts';
import { connectSyncUser } from '#usecases/connect-org.ts';
import { orgRoute, type Route } from '../route.ts';
import { connectBody, orgPhase, syncUserSchema } from '../schemas.ts';
import { connectInput } from './orgs.ts';

const PATH = '/v1/orgs/{orgId}/sync-user';

export const syncUserRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: PATH,
    operationId: 'checkSyncUser',
    summary: 'Tries now what the Sync User must be allowed to, one operation a permission',
    answers: { 200: { description: 'What came of it', schema: syncUserSchema } },
    refusals: [502, 503],
    handle: async ({ ports, org }) => {
      const salesforce = await ports.salesforce.forOrg(org);
      const syncUserCheck = await checkSyncUser(ports, salesforce, org);
      return { status: 200, body: syncUserStatus({ ...org, syncUserCheck }) };
    },
  }),
  orgRoute({
    method: 'PUT',
    path: PATH,
    operationId: 'reconnectSyncUser',
    summary:
      'Connects the org again, as the same or another Sync User of it; writes its settings anew',
    body: connectBody,
    answers: {
      200: {
        description: 'Connected; mirror, conditions and keys are as before',
        schema: z.object({ orgId: z.string(), orgName: z.string(), phase: orgPhase }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, settings, org, body }) => {
      const input = { ...connectInput(settings, body), expectedOrgId: org.orgId };
      return { status: 200, body: await connectSyncUser(ports, input) };
    },
  }),
];
