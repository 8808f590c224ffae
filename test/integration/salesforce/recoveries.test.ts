import { afterEach, describe, expect, it } from 'vitest';
import {
  active,
  closeOpened,
  DATA,
  fault,
  HOUR_MS,
  isMirrored,
  MINUTE_MS,
  open,
  phaseIs,
  refreshedSandbox,
  rowId,
  SECOND_MS,
  SILENT_MS,
  save,
  settings,
  stateIs,
  statusOf,
  tooOld,
  versionOf,
} from '../../support/connected-states.ts';
import { connectSetUpOrg, installPackage, uninstallPackage } from '../../support/set-up-org.ts';

afterEach(closeOpened);

describe('what ends by itself, or by an admin’s hand', () => {
  it('disabled in Salesforce and enabled there again: what was saved meanwhile is read', async () => {
    const connected = await active();
    const { world } = connected;
    await settings(world, { Disable_RTS__c: true });
    const sinceMs = world.scheduler.now();
    await save(world, 'silent');
    await world.pass(MINUTE_MS);
    expect(await isMirrored(world, 'silent')).toBe(false);
    await world.pass(SILENT_MS);
    const seen = await statusOf(connected);
    expect(seen).toMatchObject({ state: 'disabled', cause: expect.stringContaining('Alex Admin') });
    expect(Math.abs(Date.parse(seen.since) - sinceMs)).toBeLessThan(2 * SECOND_MS);
    expect(await isMirrored(world, 'silent')).toBe(true);
    await save(world, 'silent-too');
    await world.pass(5 * SECOND_MS);
    await settings(world, { Disable_RTS__c: false });
    await world.pass(5 * SECOND_MS);
    await save(world, 'loud');
    await world.until(stateIs(connected, 'active'), 15 * MINUTE_MS);
    expect(await isMirrored(world, 'silent-too')).toBe(true);
    expect(await isMirrored(world, 'loud')).toBe(true);
  });

  it('disabled for a few minutes only: the next check finds what was saved meanwhile', async () => {
    const { world } = await active();
    await settings(world, { Disable_RTS__c: true });
    await save(world, 'brief');
    await settings(world, { Disable_RTS__c: false });
    await save(world, 'after');
    await world.until(async () => isMirrored(world, 'after'), MINUTE_MS);
    await world.until(async () => isMirrored(world, 'brief'), 65 * MINUTE_MS);
  });

  it('a frozen Sync User, unfrozen: what was told meanwhile is applied', async () => {
    const connected = await active();
    const { world, sync } = connected;
    await sync.freeze(true);
    await save(world, 'frozen');
    await world.pass(3 * MINUTE_MS);
    expect(await statusOf(connected)).toMatchObject({ state: 'error' });
    expect(await isMirrored(world, 'frozen')).toBe(false);
    await sync.freeze(false);
    await world.until(async () => isMirrored(world, 'frozen'), 15 * MINUTE_MS);
    await world.until(stateIs(connected, 'active'), 15 * MINUTE_MS);
  });

  it('settings that somebody deleted are written again, with the same token', async () => {
    const connected = await active();
    const { world } = connected;
    const soql = `SELECT Id, Token__c FROM Mixmax_Settings__c WHERE SetupOwnerId = '${world.orgId}'`;
    const id = await rowId(world, soql);
    await world.ask('DELETE', `${DATA}/sobjects/Mixmax_Settings__c/${id}`);
    await save(world, 'meanwhile');
    await world.pass(65 * MINUTE_MS);
    await save(world, 'afterwards');
    await world.until(stateIs(connected, 'active'), 15 * MINUTE_MS);
    await world.until(async () => isMirrored(world, 'afterwards'), MINUTE_MS);
    expect(await isMirrored(world, 'meanwhile')).toBe(true);
  });

  it('removed and installed again: interval sync meanwhile, then found and set up within 15 minutes', async () => {
    const version = await versionOf(1, 0);
    const connected = await open({ sources: [], packages: [version] });
    const { world } = connected;
    await installPackage(world.org, version.id);
    await connectSetUpOrg(world);
    await world.until(phaseIs(world, 'active'), HOUR_MS);
    await uninstallPackage(world.org);
    await save(world, 'without');
    await world.pass(61 * MINUTE_MS);
    expect(await statusOf(connected)).toMatchObject({ state: 'not-installed' });
    expect(await isMirrored(world, 'without')).toBe(true);
    await installPackage(world.org, version.id);
    await world.pass(16 * MINUTE_MS);
    await save(world, 'again');
    await world.until(stateIs(connected, 'active'), 15 * MINUTE_MS);
    await world.until(async () => isMirrored(world, 'again'), MINUTE_MS);
  });

  it('upgraded: nothing stops, and the version is known', async () => {
    const [old, next] = [await versionOf(1, 0), await versionOf(1, 1)];
    const connected = await open({ sources: [], packages: [old, next] });
    const { world } = connected;
    await installPackage(world.org, old.id);
    await connectSetUpOrg(world);
    await world.until(phaseIs(world, 'active'), HOUR_MS);
    await save(world, 'old');
    await installPackage(world.org, next.id);
    await save(world, 'new');
    await world.until(async () => isMirrored(world, 'new'), MINUTE_MS);
    expect(await isMirrored(world, 'old')).toBe(true);
    expect((await world.state()).packageVersion).toBe('1.1.0');
    expect(await statusOf(connected)).toMatchObject({ state: 'active' });
  });

  it('a rotated token: notices under way with the old one are taken', async () => {
    const connected = await active();
    const { world, key } = connected;
    fault(world, { kind: 'slow-jobs', delayMs: 20 * SECOND_MS });
    await save(world, 'signed-before');
    await save(world, 'signed-too');
    const rotated = world.api.call('POST', `/v1/orgs/${world.orgId}/token`, { key });
    expect((await world.during(rotated)).status).toBe(200);
    await save(world, 'signed-after');
    for (const name of ['signed-before', 'signed-too', 'signed-after']) {
      await world.until(async () => isMirrored(world, name), 5 * MINUTE_MS);
    }
    expect(await statusOf(connected)).toMatchObject({ state: 'active' });
  });

  it('a refreshed sandbox: nothing of the new org gets into the mirror of the old one', async () => {
    const { world } = await refreshedSandbox();
    await save(world, 'of-the-new-org');
    await world.pass(2 * HOUR_MS);
    expect(await isMirrored(world, 'of-the-new-org')).toBe(false);
    expect(await isMirrored(world, 'first')).toBe(true);
  });

  it('a package too old for conditions refuses them with the reason', async () => {
    const { world, key } = await tooOld();
    const body = { on: true, objects: { Contact: ['Title'] } };
    const answer = world.api.call('PUT', `/v1/orgs/${world.orgId}/conditions`, { key, body });
    expect(await world.during(answer)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/version 0\.9\.0, is too old for Sync Conditions/) },
    });
  });
});
