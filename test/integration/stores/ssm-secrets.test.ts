import { SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import { SsmSecrets } from '#adapters/aws/ssm-secrets.ts';
import type { OrgSecrets } from '#ports/secrets.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import {
  type ParameterStore,
  startParameterStore,
} from '../../../local/cloud/services/parameter-store.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

let ssm: ParameterStore;
let secrets: SsmSecrets;

beforeEach(async () => {
  ssm = await startParameterStore();
  const client = new SSMClient({ ...loopbackClient(ssm.endpoint), maxAttempts: 1 });
  secrets = new SsmSecrets(client, '/rts/orgs');
  return async () => {
    client.destroy();
    await ssm.close();
  };
});

function withKey(privateKeyPem: string): OrgSecrets {
  const credentials = {
    kind: 'jwt',
    clientId: 'c',
    username: 'u@acme.example',
    privateKeyPem,
  } as const;
  return { token: 'whsec_very-secret', credentials };
}

describe('secrets in Systems Manager', () => {
  it('are SecureStrings below the prefix, in the free tier while they fit', async () => {
    const org = freshOrgId();
    await secrets.put(org, withKey('k'.repeat(1_700)));
    expect([...ssm.parameters]).toMatchObject([
      [`/rts/orgs/${org}`, { type: 'SecureString', tier: 'Standard' }],
    ]);
    await secrets.put(org, withKey('k'.repeat(5_000)));
    expect(ssm.parameters.get(`/rts/orgs/${org}`)).toMatchObject({ tier: 'Advanced' });
    expect(await secrets.find(org)).toEqual(withKey('k'.repeat(5_000)));
  });

  it('are refused when no parameter takes them, without being shown', async () => {
    const error = await appErrorOf(secrets.put(freshOrgId(), withKey('KEY'.repeat(3_000))));
    expect(error).toMatchObject({ code: 'too-large', retryable: false });
    expect(error.message).not.toContain('KEYKEY');
  });

  it('that are damaged are refused, without being shown', async () => {
    const org = freshOrgId();
    await secrets.put(org, { token: '', credentials: withKey('pem').credentials });
    const error = await appErrorOf(secrets.find(org));
    expect(error.code).toBe('internal');
    expect(error.message).toContain(org);
    expect(error.message).not.toContain('pem');
  });

  it('fail by name', async () => {
    const cases = [
      ['ThrottlingException', 'throttled', true],
      ['AccessDeniedException', 'internal', false],
      ['InternalServerError', 'unavailable', true],
    ] as const;
    for (const [type, code, retryable] of cases) {
      ssm.fail(type);
      const error = await appErrorOf(secrets.find(freshOrgId()));
      expect(error, type).toMatchObject({ code, retryable });
    }
  });
});
