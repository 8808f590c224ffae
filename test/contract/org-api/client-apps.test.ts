import { createSign } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeployError } from '../../../local/org/deploy-error.ts';
import { signingCertificate } from '../../../scripts/certificates/self-signed.ts';
import { metadataText } from '../../support/org/source-files.ts';
import { ADMIN_USERNAME, startTestOrg, type TestOrg } from '../../support/org/test-org.ts';

const { cert, key } = signingCertificate('Robot', Date.now());
const KEY = '3MVG9.robot';
const BACK = 'https://robot.example/back';
let org: TestOrg;

beforeEach(async () => {
  org = await startTestOrg();
});
afterEach(() => org.close());

const header = metadataText(
  'ExternalClientApplication',
  '<contactEmail>a@b.example</contactEmail><distributionState>Local</distributionState><label>Robot</label>',
);
const settings = (consumerKey: string) =>
  metadataText(
    'ExtlClntAppGlobalOauthSettings',
    `<callbackUrl>${BACK}</callbackUrl><certificate>${cert}</certificate>${consumerKey}
     <externalClientApplication>Robot</externalClientApplication><label>Robot</label>`,
  );
const policy = metadataText(
  'ExtlClntAppOauthConfigurablePolicies',
  `<commaSeparatedPermissionSet>Robots</commaSeparatedPermissionSet>
   <externalClientApplication>Robot</externalClientApplication><label>Robot</label>
   <permittedUsersPolicyType>AdminApprovedPreAuthorized</permittedUsersPolicyType>`,
);
const permissionSet = metadataText('PermissionSet', '<label>Robots</label>');

function deployApp({ withPolicy = true, consumerKey = `<consumerKey>${KEY}</consumerKey>` } = {}) {
  org.org.deploy([
    { path: 'externalClientApps/Robot.eca-meta.xml', text: header },
    {
      path: 'extlClntAppGlobalOauthSets/Robot.ecaGlblOauth-meta.xml',
      text: settings(consumerKey),
    },
    { path: 'permissionsets/Robots.permissionset-meta.xml', text: permissionSet },
    ...(withPolicy
      ? [{ path: 'extlClntAppOauthPolicies/Robot.ecaOauthPlcy-meta.xml', text: policy }]
      : []),
  ]);
}

async function signIn(): Promise<{ status: number; error?: string; error_description?: string }> {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    iss: KEY,
    sub: ADMIN_USERNAME,
    aud: 'https://login.salesforce.com',
    exp: Math.floor(Date.now() / 1000) + 180,
  };
  const text = `${encode({ alg: 'RS256' })}.${encode(claims)}`;
  const signature = createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
  const response = await fetch(`${org.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${text}.${signature}`,
    }),
  });
  const { error, error_description } = (await response.json()) as Record<string, string>;
  return { status: response.status, ...(error && { error, error_description }) };
}

async function assignRobots(): Promise<void> {
  const query = async (soql: string) => {
    const response = await org.fetch(
      'GET',
      `/services/data/v66.0/query?q=${encodeURIComponent(soql)}`,
    );
    const { records } = (await response.json()) as { records: { Id: string }[] };
    return records[0]?.Id;
  };
  await org.fetch('POST', '/services/data/v66.0/sobjects/PermissionSetAssignment', {
    PermissionSetId: await query("SELECT Id FROM PermissionSet WHERE Name = 'Robots'"),
    AssigneeId: await query(`SELECT Id FROM User WHERE Username = '${ADMIN_USERNAME}'`),
  });
}

/** @returns what the app is told at its own address */
async function chooseInBrowser(): Promise<URLSearchParams> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: KEY,
    redirect_uri: BACK,
  });
  const chosen = await fetch(`${org.url}/services/oauth2/authorize?${query}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username: ADMIN_USERNAME }),
  });
  return new URL(chosen.headers.get('location') ?? '').searchParams;
}

test('a deployed app signs in whom an administrator approved by permission set, and nobody else', async () => {
  expect(await signIn()).toMatchObject({ status: 400, error: 'invalid_client_id' });
  deployApp();
  expect(await signIn()).toEqual({
    status: 400,
    error: 'invalid_app_access',
    error_description: 'user is not admin approved to access this app',
  });
  await assignRobots();
  expect(await signIn()).toEqual({ status: 200 });
});

test('without a policy users approve an app themselves, in a browser', async () => {
  deployApp({ withPolicy: false });
  expect(await signIn()).toMatchObject({
    error: 'invalid_grant',
    error_description: "user hasn't approved this consumer",
  });
  const back = await chooseInBrowser();
  await fetch(`${org.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: KEY,
      redirect_uri: BACK,
      code: back.get('code') ?? '',
    }),
  });
  expect(await signIn()).toEqual({ status: 200 });
});

test('who is not approved by an administrator gets no code in a browser either', async () => {
  deployApp();
  const back = await chooseInBrowser();
  expect(back.get('error')).toBe('OAUTH_APP_ACCESS_DENIED');
});

test('a consumer key that Salesforce would have to make is asked for by name', async () => {
  expect(() => deployApp({ consumerKey: '' })).toThrow(DeployError);
  expect(() => deployApp({ consumerKey: '' })).toThrow('<consumerKey> is missing');
});
