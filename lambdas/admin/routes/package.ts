import * as z from 'zod/mini';
import { orgRoute, type Route } from '../route.ts';

export const packageSchema = z.object({
  version: z.optional(
    z.string().check(z.describe('Of the package in the org, as its notices tell it')),
  ),
  installUrl: z.optional(
    z
      .string()
      .check(z.describe('Where an administrator installs the configured version, in the org')),
  ),
});

export const packageRoutes: readonly Route[] = [
  orgRoute({
    method: 'GET',
    path: '/v1/orgs/{orgId}/package',
    operationId: 'getPackage',
    summary: 'The package in the org, and where it is installed',
    answers: { 200: { description: 'As far as it is known', schema: packageSchema } },
    handle: async ({ org, settings: { packageVersionId } }) => {
      const { instanceUrl, packageVersion } = org;
      const body = {
        ...(packageVersion !== undefined && { version: packageVersion }),
        ...(packageVersionId !== undefined && {
          installUrl: `${instanceUrl}/packaging/installPackage.apexp?p0=${packageVersionId}`,
        }),
      };
      return { status: 200, body };
    },
  }),
];
