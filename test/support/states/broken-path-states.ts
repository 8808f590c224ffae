import { expect } from 'vitest';
import { pushConditions } from '#usecases/push-conditions.ts';
import {
  active,
  DATA,
  deploy,
  fault,
  MINUTE_MS,
  rowId,
  SITE,
  save,
  settings,
  stateIs,
} from '../connected-states.ts';
import { type StateRow, silent } from './state-row.ts';

const TRIGGER = 'triggers/MixmaxContactTrigger.trigger';

/** What keeps changes in the org: settings, the remote site, triggers, conditions, the package’s breaker. */
export const BROKEN_PATH_STATES: Readonly<Record<string, StateRow>> = {
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
};

function validationRule(object: string, name: string) {
  const text = `<?xml version="1.0" encoding="UTF-8"?><ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>${name}</fullName><active>true</active><errorConditionFormula>TRUE</errorConditionFormula><errorMessage>Closed for now</errorMessage></ValidationRule>`;
  return { path: `objects/${object}/validationRules/${name}.validationRule-meta.xml`, text };
}
