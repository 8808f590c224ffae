import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { Ports } from '#ports/ports.ts';
import { secretHash } from '#usecases/api-keys.ts';
import { type ConnectedOrg, type ConnectOrgInput, connectOrg } from '#usecases/connect-org.ts';
import { openRoute, type Route } from '../route.ts';

const text = z.string().check(z.minLength(1), z.maxLength(20_000));

const credentialsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('jwt'),
    clientId: text,
    username: text,
    privateKeyPem: text,
  }),
  z.strictObject({
    kind: z.literal('client-credentials'),
    clientId: text,
    clientSecret: text,
  }),
  z.strictObject({
    kind: z.literal('refresh-token'),
    clientId: text,
    clientSecret: z.optional(text),
    refreshToken: text,
  }),
]);

const connectBody = z.strictObject({
  loginUrl: text.check(z.describe('Login host or My Domain, `https://…`')),
  credentials: credentialsSchema,
  apiVersion: z.optional(z.string().check(z.regex(/^\d{2,3}\.0$/))),
});

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
          phase: z.enum(['not-installed', 'setting-up', 'auditing', 'active', 'removed']),
          apiKey: z.string(),
        }),
      },
    },
    refusals: [502, 503],
    handle: async ({ ports, settings, body, bearer }) => {
      const { gatewayUrl } = settings;
      if (gatewayUrl === undefined) {
        throw new AppError('internal', 'The receiver does not know its own address.');
      }
      const { apiVersion, credentials, loginUrl } = body;
      const input = {
        loginUrl,
        gatewayUrl,
        credentials: withoutUndefined(credentials),
        ...(apiVersion !== undefined && { apiVersion }),
      };
      return { status: 201, body: await connectByCode(ports, bearer, input) };
    },
  }),
];

type Credentials = z.output<typeof credentialsSchema>;

function withoutUndefined(credentials: Credentials): ConnectOrgInput['credentials'] {
  if (credentials.kind !== 'refresh-token') return credentials;
  const { clientSecret, ...rest } = credentials;
  return clientSecret === undefined ? rest : { ...rest, clientSecret };
}

/** The code is used up before anything is done with it; if connecting fails it is valid again, for the next try. */
async function connectByCode(
  ports: Ports,
  code: string | undefined,
  input: ConnectOrgInput,
): Promise<ConnectedOrg> {
  const sha256 = secretHash(code ?? '');
  if (code === undefined || !(await ports.keys.useSetupCode(sha256))) {
    throw new AppError(
      'unauthorized',
      'Show the set-up code that deployment printed as "Authorization: Bearer …". It works once.',
    );
  }
  try {
    return await connectOrg(ports, input);
  } catch (error) {
    await ports.keys.addSetupCode(sha256);
    throw error;
  }
}
