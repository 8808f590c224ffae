import { afterEach, describe, expect, it } from 'vitest';
import { secretHash } from '#usecases/api-keys.ts';
import { connectSyncUser } from '#usecases/connect-org.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { readSourceFolders } from '../../../local/org/source-files.ts';
import {
  active,
  type Connected,
  closeOpened,
  connect,
  DATA,
  deploy,
  FORCE_APP,
  fault,
  HOUR_MS,
  MINUTE_MS,
  type Options,
  open,
  phaseIs,
  refreshedSandbox,
  rowId,
  SECOND_MS,
  SILENT_MS,
  SITE,
  save,
  settings,
  stateIs,
  statusOf,
  tooOld,
  versionOf,
} from '../../support/connected-states.ts';
import { GATEWAY_URL } from '../../support/notice-path.ts';
import { INSTANCE_URL, installPackage, uninstallPackage } from '../../support/set-up-org.ts';

/*
 * R18: every state, brought about in the practice org by a setting, a fault or the clock, with the receiver's functions,
 * queues and schedule running beside it. Each row shows its own cause, since when, what was seen and the way out.
 */

const TRIGGER = 'triggers/MixmaxContactTrigger.trigger';

afterEach(closeOpened);

interface Row {
  /** Opens an org and brings the state about. */
  readonly cause: () => Promise<Connected>;
  readonly state: string;
  readonly says: RegExp;
  /** Where something can be done about it. */
  readonly fix?: RegExp;
  readonly verdict?: string;
}

/** An active org in which something is done, and then nothing comes for forty minutes. */
const silent =
  (break_: (connected: Connected) => Promise<unknown> | unknown, options: Options = {}) =>
  async () => {
    const connected = await active(options);
    await break_(connected);
    await connected.world.pass(SILENT_MS);
    return connected;
  };

const ROWS: Readonly<Record<string, Row>> = {
  'not installed': {
    cause: async () => {
      const connected = await open({ sources: [] });
      await connect(connected.world);
      return connected;
    },
    state: 'not-installed',
    says: /package is not installed/,
    fix: /Install the Mixmax package/,
  },
  'package not visible to the Sync User': {
    cause: async () => {
      const version = await versionOf(1, 0);
      const connected = await open({ sources: [], packages: [version] });
      await connect(connected.world);
      await connected.sync.permit('CustomizeApplication', false);
      await installPackage(connected.world.org, version.id);
      await connected.world.until(stateIs(connected, 'error'), 30 * SECOND_MS);
      return connected;
    },
    state: 'error',
    says: /version 1\.0\.0, is installed, but the Sync User sees neither/,
    fix: /Mixmax RTS Sync User/,
  },
  'setting up': {
    cause: async () => {
      const connected = await open({ sources: [] });
      await connect(connected.world);
      fault(connected.world, {
        kind: 'slow',
        path: '*Mixmax_Settings__c',
        method: 'POST',
        delayMs: 20_000,
      });
      connected.world.org.deploy(await readSourceFolders(FORCE_APP));
      await connected.world.until(stateIs(connected, 'setting-up'), 30 * SECOND_MS);
      return connected;
    },
    state: 'setting-up',
    says: /being set up/,
  },
  'set-up refused': {
    cause: async () => {
      const connected = await open({ sources: ['force-app/main'] });
      await connected.sync.permit('ModifyAllData', false);
      await connect(connected.world);
      return connected;
    },
    state: 'error',
    says: /did not take the Remote Site Setting.*ModifyAllData or ModifyMetadata/,
    fix: /Remote Site Settings/,
  },
  auditing: {
    cause: async () => {
      const connected = await open();
      fault(connected.world, { kind: 'slow-bulk', delayMs: 5 * MINUTE_MS });
      await connect(connected.world);
      await connected.world.pass(2 * MINUTE_MS);
      return connected;
    },
    state: 'auditing',
    says: /initial audit reads every record/,
  },
  active: { cause: active, state: 'active', says: /arrive from Apex as they happen/ },
  quiet: {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      // The sweep looks at whole minutes: between two looks the silence grows old enough.
      await world.pass(MINUTE_MS - (world.scheduler.now() % MINUTE_MS) + 30 * SECOND_MS);
      await save(world, 'second');
      await world.pass(30 * MINUTE_MS + 10 * SECOND_MS);
      return connected;
    },
    state: 'quiet',
    says: /No change notice for 30 minutes/,
    fix: /Apex Jobs/,
  },
  'interval sync, idle': {
    cause: silent(() => undefined),
    state: 'interval',
    verdict: 'idle',
    says: /Nobody saved anything that counts/,
  },
  'interval sync, lagging': {
    cause: silent(async ({ world }) => {
      const user = await rowId(
        world,
        "SELECT Id FROM User WHERE Username = 'alex@practice.example'",
      );
      const row = { SetupOwnerId: user, Disable_RTS__c: true };
      await world.ask('POST', `${DATA}/sobjects/Mixmax_Settings__c`, row);
      await save(world, 'untold');
    }),
    state: 'interval',
    verdict: 'lagging',
    says: /Changes of Contact were saved and not told/,
    fix: /Apex Jobs for a long queue/,
  },
  'interval sync, broken': {
    cause: silent(({ world }) => fault(world, { kind: 'callout-swallowed' })),
    state: 'interval',
    verdict: 'broken',
    says: /did not arrive/,
    fix: /Apex Jobs/,
  },
  closing: {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      await world.pass(SILENT_MS);
      fault(world, { kind: 'slow', path: '*/updated*', delayMs: 20 * SECOND_MS });
      await save(world, 'back');
      await world.until(stateIs(connected, 'closing'), MINUTE_MS);
      return connected;
    },
    state: 'closing',
    says: /Apex is seen again/,
  },
  'paused for want of API requests': {
    cause: async () => {
      const connected = await active({ limits: { DailyApiRequests: 2_000 } });
      const { world } = connected;
      for (let calls = 0; calls < 1_900; calls += 1) await world.ask('GET', `${DATA}/limits`);
      await world.pass(35 * MINUTE_MS);
      return connected;
    },
    state: 'paused',
    says: /used up/,
    fix: /by itself/,
  },
  disabled: {
    cause: silent(({ world }) => settings(world, { Disable_RTS__c: true })),
    state: 'disabled',
    says: /Disable Mixmax RTS is ticked in the org, last changed by Alex Admin/,
    fix: /Untick/,
  },
  'wrong token': {
    cause: silent(({ world }) => settings(world, { Token__c: 'whsec_d3Jvbmc=' })),
    state: 'error',
    says: /Mixmax Token in the org is not the one/,
    fix: /Connect the org again/,
  },
  'wrong URL': {
    cause: silent(({ world }) => settings(world, { Gateway_URL__c: 'https://rts.example/v1' })),
    state: 'error',
    says: /Mixmax Gateway URL in the org is not/,
    fix: /Connect the org again/,
  },
  'settings of another org': {
    cause: silent(({ world }) => settings(world, { Org_Id__c: '00D000000000062EAA' })),
    state: 'error',
    says: /those of another org/,
    fix: /Connect this org by itself/,
  },
  'settings gone': {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      const soql = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${world.orgId}'`;
      const path = `${DATA}/sobjects/Mixmax_Settings__c/${await rowId(world, soql)}`;
      expect((await world.ask('DELETE', path)).status).toBe(204);
      // Shown until they are written again, a moment later.
      await world.pass(30 * MINUTE_MS);
      await world.until(stateIs(connected, 'error'), 5 * MINUTE_MS);
      return connected;
    },
    state: 'error',
    says: /no Mixmax Settings/,
    fix: /Connect the org again/,
  },
  'remote site missing': {
    cause: silent(({ world }) => deploy(world, SITE, (text) => text.replace('rts.', 'old.'))),
    state: 'error',
    says: /no Remote Site Setting for https:\/\/rts\.example/,
    fix: /Remote Site Settings/,
  },
  'remote site inactive': {
    cause: silent(({ world }) =>
      deploy(world, SITE, (text) => text.replace('>true</isActive>', '>false</isActive>')),
    ),
    state: 'error',
    says: /https:\/\/rts\.example is not active/,
    fix: /Tick Active/,
  },
  'trigger missing': {
    cause: silent(({ world }) => world.org.deploy([], [TRIGGER, `${TRIGGER}-meta.xml`])),
    state: 'error',
    says: /lacks triggers of the package: MixmaxContactTrigger/,
    fix: /Deploy the package again/,
  },
  'trigger inactive': {
    cause: silent(({ world }) =>
      deploy(world, `${TRIGGER}-meta.xml`, (text) => text.replace('>Active<', '>Inactive<')),
    ),
    state: 'error',
    says: /not active: MixmaxContactTrigger/,
    fix: /Active/,
  },
  'package too old': {
    cause: tooOld,
    state: 'error',
    says: /version 0\.9\.0, is older/,
    fix: /Upgrade the package/,
  },
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
  'conditions drift that cannot be repaired': {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      const { ports } = world.receiver;
      const conditions = { on: true, objects: { Contact: ['Title'] } } as const;
      await world.during(pushConditions(ports, { orgId: world.orgId, conditions }));
      await world.pass(5 * MINUTE_MS);
      const soql = "SELECT Id FROM Mixmax_Synced_Field__c WHERE Key__c = 'contact.title'";
      const path = `${DATA}/sobjects/Mixmax_Synced_Field__c/${await rowId(world, soql)}`;
      expect((await world.ask('PATCH', path, { Active__c: false })).status).toBe(204);
      world.org.deploy([validationRule('Mixmax_Synced_Field__c', 'Closed')]);
      await save(world, 'drifted');
      await world.pass(5 * MINUTE_MS);
      return connected;
    },
    state: 'error',
    says: /synced fields differ from the Sync Conditions and cannot be written/,
    fix: /validation rule/,
  },
  'breaker open': {
    cause: async () => {
      const connected = await active();
      const { world } = connected;
      await world.pass(20 * MINUTE_MS);
      fault(world, { kind: 'callout-status', status: 403 });
      await save(world, 'refused');
      await world.pass(13 * MINUTE_MS);
      return connected;
    },
    state: 'error',
    says: /package has paused sending/,
    fix: /Mixmax Error/,
  },
  'package removed': {
    cause: async () => {
      const version = await versionOf(1, 0);
      const connected = await open({ sources: [], packages: [version] });
      await installPackage(connected.world.org, version.id);
      await connect(connected.world);
      await connected.world.until(phaseIs(connected.world, 'active'), HOUR_MS);
      await uninstallPackage(connected.world.org);
      await connected.world.pass(61 * MINUTE_MS);
      return connected;
    },
    state: 'not-installed',
    says: /no longer in the org/,
    fix: /Install the package again/,
  },
  'sandbox refreshed': {
    cause: refreshedSandbox,
    state: 'error',
    says: /leads to another org now \(00DDp0000000002/,
    fix: /Connect the new org/,
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
  await world.during(
    connectSyncUser(world.receiver.ports, {
      loginUrl: INSTANCE_URL,
      credentials: { kind: 'refresh-token', clientId: 'web-app', refreshToken: refresh_token },
      gatewayUrl: GATEWAY_URL,
    }),
  );
  await world.until(phaseIs(world, 'active'), HOUR_MS);
  await send('/services/oauth2/revoke', { token: refresh_token });
  await save(world, 'revoked');
  fault(world, { kind: 'session-expired', path: '/services/data/*' });
  await world.pass(3 * MINUTE_MS);
  return connected;
}

function validationRule(object: string, name: string) {
  const text = `<?xml version="1.0" encoding="UTF-8"?><ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>${name}</fullName><active>true</active><errorConditionFormula>TRUE</errorConditionFormula><errorMessage>Closed for now</errorMessage></ValidationRule>`;
  return { path: `objects/${object}/validationRules/${name}.validationRule-meta.xml`, text };
}

const causes = new Map<string, string>();

describe('the states of an org’s sync', () => {
  it('not connected: a set-up code that waits says so', async () => {
    const { world } = await open();
    await world.receiver.ports.keys.addSetupCode(secretHash('code'));
    const { status, body } = await world.api.call('GET', '/v1/orgs', { key: 'code' });
    expect([status, body.state]).toEqual([200, 'not-connected']);
    expect(body.fix).toMatch(/Connect one/);
  });

  it.each(Object.entries(ROWS))('%s', async (name, { cause, state, says, fix, verdict }) => {
    const connected = await cause();
    const seen = await statusOf(connected);
    expect(seen).toMatchObject({ state, cause: expect.stringMatching(says) });
    expect(seen.verdict).toBe(verdict ?? seen.verdict);
    if (fix !== undefined) expect(seen.fix).toMatch(fix);
    expect(seen.evidence.length).toBeGreaterThan(0);
    const nowMs = connected.world.scheduler.now();
    expect(Date.parse(seen.since)).toBeGreaterThan(nowMs - 3 * HOUR_MS);
    expect(Date.parse(seen.since)).toBeLessThanOrEqual(nowMs);
    expect([...causes.values()]).not.toContain(seen.cause);
    causes.set(name, seen.cause);
  });

  it('says something else in each of them', () => {
    expect(new Set(causes.values()).size).toBe(causes.size);
    expect(causes.size).toBe(Object.keys(ROWS).length);
  });
});
