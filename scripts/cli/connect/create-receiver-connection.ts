import { setTimeout as sleep } from 'node:timers/promises';
import { type Org, SfError } from '@salesforce/core';
import { findReceiver, rememberReceiver } from '../known-receivers.ts';
import { connectByCode } from '../receiver.ts';
import type { Connecting, Step } from './step.ts';

type Credentials = Parameters<typeof connectByCode>[2]['credentials'];

/** Hands the receiver what it signs in with, and keeps the key it answers; a key of the app is then forgotten here. */
export function createReceiverConnection(connecting: Connecting): Step {
  const { org, orgId, facts, url, setupCode, pollOnly } = connecting;
  const how = pollOnly
    ? `with this machine's own sign-in of ${facts.username}; the org is read every 30 minutes, and nothing is installed in it`
    : 'with the key of that app; it sets the package up and begins the initial audit';
  return {
    title: `Connect the org to the receiver at ${url} ${how}.`,
    async isDone() {
      const known = await findReceiver(orgId);
      return known?.url === url && known.apiKey !== undefined;
    },
    async run() {
      if (setupCode === undefined) throw new Error('Connecting needs a set-up code.');
      const credentials = pollOnly ? ownCredentials(org) : await appCredentials(connecting);
      const loginUrl = new URL(org.getConnection().instanceUrl).origin;
      const body = { loginUrl, credentials, pollOnly: pollOnly || undefined };
      const { apiKey } = await patiently(() => connectByCode(url, setupCode, body));
      await rememberReceiver(orgId, { url, apiKey });
    },
  };
}

const AGAIN_AFTER_MS = 15_000;
const ATTEMPTS = 40;

/**
 * Salesforce takes up to ten minutes until it lets a new app sign anybody in. The set-up code was tried before, so
 * nothing else refuses.
 */
async function patiently<Result>(connect: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connect();
    } catch (error) {
      const mayPass = error instanceof SfError && error.name === 'Unauthorized';
      if (!mayPass || attempt === ATTEMPTS) throw error;
      await sleep(AGAIN_AFTER_MS);
    }
  }
}

async function appCredentials({ orgId, facts }: Connecting): Promise<Credentials> {
  const known = await findReceiver(orgId);
  if (known?.consumerKey === undefined || known.privateKey === undefined) {
    throw new SfError('The key of the External Client App is not here any more.', 'KeyLost', [
      'Run the command again: another one is made.',
    ]);
  }
  const { consumerKey: clientId, privateKey: privateKeyPem } = known;
  return { kind: 'jwt', clientId, username: facts.username, privateKeyPem };
}

/** What `sf` itself signs in with, where that lasts. */
function ownCredentials(org: Org): Credentials {
  const { refreshToken, clientId, clientSecret } = org.getConnection().getAuthInfoFields();
  if (refreshToken !== undefined && clientId !== undefined) {
    return {
      kind: 'refresh-token',
      clientId,
      refreshToken,
      ...(clientSecret !== undefined && { clientSecret }),
    };
  }
  throw SfError.create({
    name: 'NoLastingSignIn',
    message: 'This sign-in has no refresh token, so the receiver could not go on with it.',
    actions: ['Sign in with `sf org login web`, or connect without --poll-only.'],
  });
}
