import {
  active,
  type Connected,
  fault,
  HOUR_MS,
  MINUTE_MS,
  open,
  phaseIs,
  save,
} from '../connected-states.ts';
import { connectSetUpOrg } from '../set-up-org.ts';
import type { StateRow } from './state-row.ts';

/** What can befall the Sync User. */
export const SYNC_USER_STATES: Readonly<Record<string, StateRow>> = {
  'Sync User frozen': {
    cause: async () => {
      const connected = await active();
      await connected.sync.freeze(true);
      await save(connected.world, 'frozen');
      await connected.world.pass(3 * MINUTE_MS);
      return connected;
    },
    state: 'error',
    says: /Sync User is frozen or deactivated/,
    fix: /Unfreeze/,
  },
  'Sync User’s access revoked': {
    cause: revoked,
    state: 'error',
    says: /refuses the Sync User's sign-in: invalid_grant/,
    fix: /Connect the Sync User again/,
  },
  'Sync User short of a permission': {
    cause: async () => {
      const connected = await active();
      await connected.sync.permit('ViewSetup', false);
      await connected.world.pass(61 * MINUTE_MS);
      return connected;
    },
    state: 'error',
    says: /lacks View Setup and Configuration/,
    fix: /permission set/,
  },
};

/** An admin ends the access of the app, and Salesforce the session. */
async function revoked(): Promise<Connected> {
  const app = { clientId: 'web-app', redirectUris: ['https://rts.example/back'] };
  const connected = await open({ connectedApps: [app] });
  const { world } = connected;
  const send = async (path: string, form: Record<string, string>) =>
    await world.org.handle({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams(form).toString()),
    });
  const asked = { client_id: 'web-app', redirect_uri: 'https://rts.example/back' };
  const query = new URLSearchParams({ ...asked, response_type: 'code' });
  const chosen = await send(`/services/oauth2/authorize?${query}`, {
    username: 'sync@practice.example',
  });
  const code = new URL(String(chosen.headers['location'])).searchParams.get('code') ?? '';
  const given = await send('/services/oauth2/token', {
    ...asked,
    grant_type: 'authorization_code',
    code,
  });
  const { refresh_token } = JSON.parse(Buffer.from(given.body as Uint8Array).toString('utf8'));
  const credentials = {
    kind: 'refresh-token',
    clientId: 'web-app',
    refreshToken: refresh_token,
  } as const;
  await connectSetUpOrg(world, { credentials });
  await world.until(phaseIs(world, 'active'), HOUR_MS);
  await send('/services/oauth2/revoke', { token: refresh_token });
  await save(world, 'revoked');
  fault(world, { kind: 'session-expired', path: '/services/data/*' });
  await world.pass(3 * MINUTE_MS);
  return connected;
}
