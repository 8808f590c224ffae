import * as z from 'zod/mini';
import { secretHash } from '#usecases/api-keys.ts';
import { connectByCode, requireSetupCode } from '#usecases/connect-by-code.ts';
import type { ConnectOrgInput } from '#usecases/connect-org.ts';
import { type AdminSettings, openRoute, type Route, requireGatewayUrl } from '../route.ts';
import { connectBody, orgPhase } from '../schemas.ts';

export const orgRoutes: readonly Route[] = [
  openRoute({
    access: 'setup-code',
    method: 'POST',
    path: '/v1/orgs',
    operationId: 'connectOrg',
    summary:
      'Connects an org as its Sync User, by the one-time set-up code, and makes its first key',
    body: connectBody,
    answers: {
      201: {
        description: 'Connected; the key is shown here only',
        schema: z.object({
          orgId: z.string(),
          orgName: z.string(),
          phase: orgPhase,
          apiKey: z.string(),
        }),
      },
    },
    refusals: [409, 502, 503],
    handle: async ({ ports, settings, body, bearer }) => {
      const input = connectInput(settings, body);
      return { status: 201, body: await connectByCode(ports, secretHash(bearer ?? ''), input) };
    },
  }),
  openRoute({
    access: 'setup-code',
    method: 'GET',
    path: '/v1/orgs',
    operationId: 'getConnection',
    summary: 'What a set-up code that is not used up waits for',
    answers: {
      200: {
        description: 'No org is connected by this code yet',
        schema: z.object({
          state: z.literal('not-connected'),
          cause: z.string(),
          fix: z.string(),
        }),
      },
    },
    handle: async ({ ports, bearer }) => {
      await requireSetupCode(ports, bearer);
      return {
        status: 200,
        body: {
          state: 'not-connected',
          cause: 'No Sync User has been connected with this set-up code yet.',
          fix: 'Connect one: POST /v1/sign-ins for a browser, POST /v1/orgs for the JWT bearer flow.',
        },
      };
    },
  }),
];

export function connectInput(
  settings: AdminSettings,
  { apiVersion, credentials, loginUrl, pollOnly }: z.output<typeof connectBody>,
): ConnectOrgInput {
  return {
    loginUrl,
    gatewayUrl: requireGatewayUrl(settings),
    credentials: withoutUndefined(credentials),
    ...(apiVersion !== undefined && { apiVersion }),
    ...(pollOnly !== undefined && { pollOnly }),
  };
}

type Credentials = z.output<typeof connectBody>['credentials'];

function withoutUndefined(credentials: Credentials): ConnectOrgInput['credentials'] {
  if (credentials.kind !== 'refresh-token') return credentials;
  const { clientSecret, ...rest } = credentials;
  return clientSecret === undefined ? rest : { ...rest, clientSecret };
}
