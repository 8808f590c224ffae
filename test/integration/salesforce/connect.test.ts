import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOrg } from '#usecases/connect-org.ts';
import { pushConditions } from '#usecases/push-conditions.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { APP, startOrgReceiver } from '../../support/org-receiver.ts';

let path: NoticePath;
beforeAll(async () => {
  path = await startNoticePath();
});
afterAll(() => path.close());

const connect = () =>
  connectOrg(path.ports, {
    loginUrl: path.practice.url,
    credentials: APP,
    gatewayUrl: GATEWAY_URL,
  });

async function rows(soql: string): Promise<Record<string, unknown>[]> {
  const answer = await path.practice.fetch(
    'GET',
    `/services/data/v66.0/query?q=${encodeURIComponent(soql)}`,
  );
  return ((await answer.json()) as { records: Record<string, unknown>[] }).records;
}

const counter = async (name: string) =>
  (await path.ports.orgs.liveness(path.orgId)).counters[name] ?? 0;

describe('connecting an org', () => {
  it('writes the settings, is pinged back, audits, and becomes active', async () => {
    const salesforce = await path.practice.fetch('POST', '/services/data/v66.0/sobjects/Contact', {
      LastName: 'Before',
      Email: 'before@acme.example',
    });
    expect(salesforce.status).toBe(201);
    const connected = await connect();
    expect(connected).toMatchObject({ orgId: path.orgId, phase: 'auditing' });
    expect(connected.apiKey).toMatch(/^rts_[\w-]{43}$/);
    await path.settle();

    const secrets = await path.ports.secrets.find(path.orgId);
    expect(secrets?.token).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(
      await rows(
        'SELECT Gateway_URL__c, Token__c, Org_Id__c, Disable_RTS__c FROM Mixmax_Settings__c',
      ),
    ).toEqual([
      expect.objectContaining({
        Gateway_URL__c: `${GATEWAY_URL}/v1/orgs/${path.orgId}/notices`,
        Token__c: secrets?.token,
        Org_Id__c: path.orgId,
        Disable_RTS__c: false,
      }),
    ]);
    expect((await path.ports.orgs.liveness(path.orgId)).lastPingAtMs).toBeGreaterThan(0);
    expect(await path.orgState()).toMatchObject({ phase: 'active', mode: { name: 'realtime' } });
    expect(await path.ports.mirror.findByEmail(path.orgId, 'before@acme.example')).toHaveLength(1);
  });

  it('notices a change, and reads it', async () => {
    await path.practice.fetch('POST', '/services/data/v66.0/sobjects/Contact', {
      LastName: 'Lovelace',
      Email: 'ada@acme.example',
    });
    await path.settle();
    const [ada] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    expect(ada?.fields['LastName']).toBe('Lovelace');
    const liveness = await path.ports.orgs.liveness(path.orgId);
    expect(liveness.lastApexSeenAtMs).toBeGreaterThan(0);
  });

  it('connects again without losing anything', async () => {
    const before = await path.orgState();
    const token = (await path.ports.secrets.find(path.orgId))?.token;
    expect((await connect()).phase).toBe('active');
    const after = await path.orgState();
    expect(after.objects).toEqual(before.objects);
    expect((await path.ports.secrets.find(path.orgId))?.token).toBe(token);
    expect(await rows('SELECT Id FROM Mixmax_Settings__c')).toHaveLength(1);
    expect(await path.ports.keys.list(path.orgId)).toHaveLength(2);
  });

  it('pushes conditions: rows in the org, hash in the notices, columns in the mirror', async () => {
    const pushed = await pushConditions(path.ports, {
      orgId: path.orgId,
      conditions: { on: true, objects: { Contact: ['title', 'Phone'] } },
    });
    await path.settle();
    const conditions = pushed.conditions.on ? pushed.conditions.objects['Contact'] : [];
    expect(conditions).toEqual(expect.arrayContaining(['Title', 'Phone', 'Email', 'Name']));
    const stored = await rows(
      "SELECT Field__c FROM Mixmax_Synced_Field__c WHERE Active__c = true AND Object__c = 'Contact'",
    );
    expect(stored.map((row) => row['Field__c']).sort()).toEqual([...(conditions ?? [])].sort());
    const state = (await path.orgState()).objects['Contact'];
    expect(state?.fieldSet.fields).toEqual(conditions);
    expect(state?.completeThroughMs).toBeGreaterThan(0);
    const [ada] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    expect(ada?.fieldSet).toBe(state?.fieldSet.hash);
    expect(Object.keys(ada?.fields ?? {}).sort()).toEqual([...(conditions ?? [])].sort());
  });

  it('sends only changes of synced fields from then on', async () => {
    const [ada] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    const url = `/services/data/v66.0/sobjects/Contact/${ada?.id}`;
    const drifted = (await path.orgState()).conditionsDriftedAtMs;
    const accepted = await counter('noticesAccepted');
    await path.practice.fetch('PATCH', url, { Department: 'Engines' });
    await path.settle();
    expect(await counter('noticesAccepted')).toBe(accepted);
    await path.practice.fetch('PATCH', url, { Title: 'Countess' });
    await path.settle();
    const [now] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    expect(now?.fields['Title']).toBe('Countess');
    expect((await path.orgState()).conditionsDriftedAtMs).toBe(drifted);
  });

  it('repairs synced fields that somebody changed in the org, and reads what was not sent', async () => {
    const [row] = await rows(
      "SELECT Id FROM Mixmax_Synced_Field__c WHERE Key__c = 'contact.title'",
    );
    const title = `/services/data/v66.0/sobjects/Mixmax_Synced_Field__c/${row?.['Id']}`;
    await path.practice.fetch('PATCH', title, { Active__c: false });
    const [ada] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    const url = `/services/data/v66.0/sobjects/Contact/${ada?.id}`;
    await path.practice.fetch('PATCH', url, { Title: 'Unsent' });
    await path.practice.fetch('PATCH', url, { Phone: '+1 415' });
    await path.settle();
    expect((await path.orgState()).conditionsDriftedAtMs).toBeGreaterThan(0);
    await path.practice.org.clock.advance(60_000);
    await sweepOrgs(path.ports);
    await path.settle();
    expect((await path.orgState()).conditionsDriftedAtMs).toBeUndefined();
    const repaired = await rows(
      "SELECT Active__c FROM Mixmax_Synced_Field__c WHERE Key__c = 'contact.title'",
    );
    expect(repaired).toEqual([expect.objectContaining({ Active__c: true })]);
    const passes = await path.ports.jobs.listPasses(path.orgId, { limit: 1 });
    expect(passes).toMatchObject([{ kind: 'gap', state: 'done' }]);
    const [now] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    expect(now?.fields).toMatchObject({ Title: 'Unsent', Phone: '+1 415' });
  });

  it.each([
    [{ Contact: ['Nonsense__c'] }, 'Nonsense__c is no field'],
    [{ Contact: ['MailingAddress'] }, 'type address'],
    [{ Case: ['Status'] }, 'Case is not mirrored'],
  ])('refuses %j', async (objects, message) => {
    const conditions = { on: true as const, objects };
    await expect(pushConditions(path.ports, { orgId: path.orgId, conditions })).rejects.toThrow(
      message,
    );
  });

  it('turns conditions off again', async () => {
    await pushConditions(path.ports, { orgId: path.orgId, conditions: { on: false } });
    await path.settle();
    expect(await rows('SELECT Id FROM Mixmax_Synced_Field__c WHERE Active__c = true')).toEqual([]);
    const [ada] = await path.ports.mirror.findByEmail(path.orgId, 'ada@acme.example');
    expect(ada).toMatchObject({ fieldSet: '*', fields: { Department: 'Engines' } });
  });
});

describe('an org without the package', () => {
  it('waits as not installed, and signs in to no other host', async () => {
    const receiver = await startOrgReceiver();
    try {
      const input = { credentials: APP, gatewayUrl: GATEWAY_URL };
      const connected = await connectOrg(receiver.ports, {
        ...input,
        loginUrl: receiver.practice.url,
      });
      expect(connected.phase).toBe('not-installed');
      expect(await receiver.ports.jobs.listPasses(receiver.orgId, { limit: 10 })).toEqual([]);
      const elsewhere = connectOrg(receiver.ports, { ...input, loginUrl: 'http://127.0.0.1:1' });
      await expect(elsewhere).rejects.toMatchObject({ pointer: 'loginUrl' });
      const wrong = { ...APP, clientSecret: 'wrong' };
      const refused = connectOrg(receiver.ports, {
        ...input,
        loginUrl: receiver.practice.url,
        credentials: wrong,
      });
      await expect(refused).rejects.toMatchObject({ code: 'unauthorized' });
    } finally {
      await receiver.close();
    }
  });
});
