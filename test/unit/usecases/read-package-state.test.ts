import { describe, expect, it } from 'vitest';
import type { Fields } from '#core/record.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { readPackageState } from '#usecases/read-package-state.ts';
import { anOrgState } from '../../support/org-states.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';
import { TOKEN } from '../../support/test-receiver.ts';

const ORG = anOrgState(orgIdOf(1), { gatewayUrl: 'https://rts.example' });
const NOW = Date.UTC(2026, 10, 22, 12);
const URL_OF_ORG = `https://rts.example/v1/orgs/${ORG.orgId}/notices`;
const SETTINGS: Fields = {
  Disable_RTS__c: false,
  Gateway_URL__c: URL_OF_ORG,
  Token__c: TOKEN,
  Org_Id__c: ORG.orgId,
};
const NAMES = [
  'Account',
  'Change',
  'Contact',
  'Event',
  'Lead',
  'Opportunity',
  'Skip',
  'Task',
  'User',
];
const SECRETS = {
  token: TOKEN,
  credentials: { kind: 'client-credentials', clientId: 'a', clientSecret: 'b' },
} as const;

interface Seen {
  readonly settings?: Fields | undefined;
  readonly state?: Fields;
  readonly inactive?: string;
}

/** An org whose package is in order, but for what a case says. */
function orgWith({ settings = SETTINGS, state = {}, inactive }: Seen): Salesforce {
  const answers: Partial<Salesforce> = {
    async *query(soql) {
      const fields = soql.includes('Mixmax_State__c') ? state : settings;
      const records = [{ id: recordIdOf('a00', 1), fields }];
      yield { records, readAtMs: NOW };
    },
    setup: async () => ({
      triggers: NAMES.map((name) => ({
        name: `Mixmax${name}Trigger`,
        active: name !== inactive,
      })),
      remoteSites: [{ url: 'https://rts.example', active: true }],
    }),
  };
  return answers as Salesforce;
}

const faultsOf = async (seen: Seen, org = ORG) =>
  (await readPackageState(orgWith(seen), org, SECRETS, NOW)).faults;

describe('the state of the package', () => {
  it('is in order when everything is as it was written', async () => {
    expect(await faultsOf({})).toEqual([]);
  });

  it.each<[string, Seen, object]>([
    ['trigger-inactive', { inactive: 'Lead' }, { detail: 'MixmaxLeadTrigger' }],
    ['breaker-open', { state: at('2026-11-22T12:05:00.000Z') }, { detail: 'asyncLimit' }],
    ['wrong-token', { settings: { ...SETTINGS, Token__c: null } }, {}],
    ['wrong-url', { settings: { ...SETTINGS, Gateway_URL__c: `${URL_OF_ORG}/` } }, {}],
  ])('tells %s', async (code, seen, more) => {
    expect(await faultsOf(seen)).toEqual([{ code, ...more }]);
  });

  it('knows a pause that is over as none', async () => {
    expect(await faultsOf({ state: at('2026-11-22T11:59:00.000Z') })).toEqual([]);
  });

  it('takes the token before a rotation for right, and never tells one', async () => {
    const secrets = {
      ...SECRETS,
      token: 'whsec_bmV3',
      previousToken: { token: TOKEN, expiresAtMs: NOW + 1 },
    };
    expect((await readPackageState(orgWith({}), ORG, secrets, NOW)).faults).toEqual([]);
    const wrong = await readPackageState(
      orgWith({ settings: { ...SETTINGS, Token__c: 'whsec_secret' } }),
      ORG,
      secrets,
      NOW,
    );
    expect(JSON.stringify(wrong)).not.toMatch(/whsec_/);
  });
});

function at(until: string): Fields {
  return { Paused_Until__c: until, Pause_Reason__c: 'asyncLimit' };
}
