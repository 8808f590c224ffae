import { describe, expect } from 'vitest';
import type { OrgId } from '#core/ids.ts';
import type { OrgSecrets, SalesforceCredentials, Secrets } from '#ports/secrets.ts';
import { contractCases, type Harness } from '../support/contract-case.ts';
import { EPOCH_MS } from '../support/record-writes.ts';

/** What every `Secrets` promises. */
export function defineSecretsContract(name: string, make: () => Promise<Harness<Secrets>>): void {
  describe(`secrets: ${name}`, () => {
    const inOrg = contractCases({ make, seed, observe });
    defineCases(inOrg);
  });
}

const PEM = `-----BEGIN PRIVATE KEY-----\n${'QUJD/+09'.repeat(200)}\n-----END PRIVATE KEY-----\n`;
const CREDENTIALS: readonly SalesforceCredentials[] = [
  { kind: 'jwt', clientId: 'client', username: 'sync@acme.example', privateKeyPem: PEM },
  { kind: 'client-credentials', clientId: 'client', clientSecret: 'pa"ss\\wörd' },
  { kind: 'refresh-token', clientId: 'client', refreshToken: '5Aep861…' },
  { kind: 'refresh-token', clientId: 'client', clientSecret: 's', refreshToken: '5Aep861…' },
];

function secretsOf(
  orgId: OrgId,
  credentials = CREDENTIALS[1] as SalesforceCredentials,
): OrgSecrets {
  return { token: `whsec_${orgId}`, credentials };
}

async function seed(secrets: Secrets, orgId: OrgId): Promise<void> {
  await secrets.put(orgId, secretsOf(orgId));
}

async function observe(secrets: Secrets, orgId: OrgId): Promise<unknown> {
  return secrets.find(orgId, { fresh: true });
}

function defineCases(inOrg: ReturnType<typeof contractCases<Secrets>>): void {
  inOrg('knows nothing of an unknown org', async (secrets, org) => {
    expect(await secrets.find(org)).toBeUndefined();
    expect(await secrets.find(org, { fresh: true })).toBeUndefined();
  });

  inOrg('keeps every kind of credentials', async (secrets, org) => {
    for (const credentials of CREDENTIALS) {
      await secrets.put(org, secretsOf(org, credentials));
      expect(await secrets.find(org)).toEqual(secretsOf(org, credentials));
    }
  });

  inOrg('keeps the token of before a rotation with its end', async (secrets, org) => {
    await secrets.put(org, secretsOf(org));
    const previousToken = { token: `whsec_${org}`, expiresAtMs: EPOCH_MS };
    const rotated = { ...secretsOf(org), token: 'whsec_new', previousToken };
    await secrets.put(org, rotated);
    expect(await secrets.find(org)).toEqual(rotated);
    await secrets.put(org, secretsOf(org));
    expect(await secrets.find(org)).toEqual(secretsOf(org));
  });

  inOrg('shows what was put although the org was just looked for in vain', async (secrets, org) => {
    expect(await secrets.find(org)).toBeUndefined();
    await secrets.put(org, secretsOf(org));
    expect(await secrets.find(org)).toEqual(secretsOf(org));
  });

  inOrg('forgets what was deleted', async (secrets, org) => {
    await secrets.put(org, secretsOf(org));
    await secrets.delete(org);
    await secrets.delete(org);
    expect(await secrets.find(org)).toBeUndefined();
    expect(await secrets.find(org, { fresh: true })).toBeUndefined();
  });
}
