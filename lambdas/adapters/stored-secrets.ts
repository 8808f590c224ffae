import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgSecrets } from '#ports/secrets.ts';

const text = z.string().check(z.minLength(1));

const secretsSchema = z.object({
  token: text,
  previousToken: z.optional(z.object({ token: text, expiresAtMs: z.number() })),
  userKey: z.optional(text),
  credentials: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('jwt'),
      clientId: text,
      username: text,
      privateKeyPem: text,
    }),
    z.object({ kind: z.literal('client-credentials'), clientId: text, clientSecret: text }),
    z.object({
      kind: z.literal('refresh-token'),
      clientId: text,
      clientSecret: z.optional(text),
      refreshToken: text,
    }),
  ]),
});

export function secretsText(secrets: OrgSecrets): string {
  return JSON.stringify(secrets);
}

/** @throws AppError internal that names the org and never the text */
export function parseSecrets(orgId: OrgId, stored: string): OrgSecrets {
  const parsed = secretsSchema.safeParse(json(stored));
  if (parsed.success) return parsed.data as OrgSecrets;
  throw new AppError(
    'internal',
    `The stored secrets of ${orgId} are not readable. Connect the org again.`,
  );
}

function json(stored: string): unknown {
  try {
    return JSON.parse(stored);
  } catch {
    return undefined;
  }
}
