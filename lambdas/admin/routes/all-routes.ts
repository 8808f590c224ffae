import * as z from 'zod/mini';
import { openApiDocument } from '../openapi.ts';
import { openRoute, type Route } from '../route.ts';
import { activityRoutes } from './activities.ts';
import { activityFieldRoutes } from './activity-fields.ts';
import { activitySettingRoutes } from './activity-settings.ts';
import { auditRoutes } from './audits.ts';
import { calendarSnapshotRoutes } from './calendar-snapshots.ts';
import { changeRoutes } from './changes.ts';
import { conditionsRoutes } from './conditions.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { erasureRoutes } from './erasures.ts';
import { errorRoutes } from './errors.ts';
import { estimateRoutes } from './estimate.ts';
import { feedRoutes } from './feed.ts';
import { fieldRoutes } from './fields.ts';
import { keyRoutes } from './keys.ts';
import { ledgerRoutes } from './ledger.ts';
import { limitRoutes } from './limits.ts';
import { orgSettingRoutes } from './org-settings.ts';
import { orgRoutes } from './orgs.ts';
import { packageRoutes } from './package.ts';
import { pageSessionRoutes } from './page-sessions.ts';
import { passRoutes } from './passes.ts';
import { peopleRoutes } from './people.ts';
import { recordRoutes } from './records.ts';
import { roleRoutes } from './roles.ts';
import { signInRoutes } from './sign-ins.ts';
import { statusRoutes } from './status.ts';
import { syncUserRoutes } from './sync-user.ts';
import { userSettingRoutes } from './user-settings.ts';
import { userRoutes } from './users.ts';

const documented: readonly Route[] = [
  ...orgRoutes,
  ...signInRoutes,
  ...userRoutes,
  ...syncUserRoutes,
  ...statusRoutes,
  ...recordRoutes,
  ...peopleRoutes,
  ...feedRoutes,
  ...conditionsRoutes,
  ...passRoutes,
  ...auditRoutes,
  ...keyRoutes,
  ...deadLetterRoutes,
  ...fieldRoutes,
  ...limitRoutes,
  ...activityRoutes,
  ...ledgerRoutes,
  ...calendarSnapshotRoutes,
  ...activitySettingRoutes,
  ...roleRoutes,
  ...userSettingRoutes,
  ...activityFieldRoutes,
  ...estimateRoutes,
  ...erasureRoutes,
  ...errorRoutes,
  ...packageRoutes,
  ...pageSessionRoutes,
  ...changeRoutes,
  ...orgSettingRoutes,
];

const documentRoute = openRoute({
  access: 'open',
  method: 'GET',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  summary: 'This document',
  answers: {
    200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.literal('3.1.0') }) },
  },
  handle: async () => ({ status: 200, body: openApiDocument(allRoutes) }),
});

/** Every route of the HTTP API but the notices', which the gateway serves. */
export const allRoutes: readonly Route[] = [...documented, documentRoute];
