import { readSourceFolders } from '../../../local/org/source-files.ts';
import {
  active,
  FORCE_APP,
  fault,
  HOUR_MS,
  MINUTE_MS,
  open,
  phaseIs,
  refreshedSandbox,
  SECOND_MS,
  stateIs,
  tooOld,
  versionOf,
} from '../connected-states.ts';
import { connectSetUpOrg, installPackage, uninstallPackage } from '../set-up-org.ts';
import type { StateRow } from './state-row.ts';

/** From an org without the package to an active one, and back. */
export const SET_UP_STATES: Readonly<Record<string, StateRow>> = {
  'not installed': {
    cause: async () => {
      const connected = await open({ sources: [] });
      await connectSetUpOrg(connected.world);
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
      await connectSetUpOrg(connected.world);
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
      await connectSetUpOrg(connected.world);
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
      await connectSetUpOrg(connected.world);
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
      await connectSetUpOrg(connected.world);
      await connected.world.pass(2 * MINUTE_MS);
      return connected;
    },
    state: 'auditing',
    says: /initial audit reads every record/,
  },
  active: { cause: active, state: 'active', says: /arrive from Apex as they happen/ },
  'package too old': {
    cause: tooOld,
    state: 'error',
    says: /version 0\.9\.0, is older/,
    fix: /Upgrade the package/,
  },
  'package removed': {
    cause: async () => {
      const version = await versionOf(1, 0);
      const connected = await open({ sources: [], packages: [version] });
      await installPackage(connected.world.org, version.id);
      await connectSetUpOrg(connected.world);
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
