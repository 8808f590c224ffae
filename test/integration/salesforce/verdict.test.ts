import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '#usecases/api-keys.ts';
import { connectOrg } from '#usecases/connect-org.ts';
import { sweepOrgs } from '#usecases/sweep-orgs.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { GATEWAY_URL, type NoticePath, startNoticePath } from '../../support/notice-path.ts';
import { aNotice } from '../../support/notices.ts';
import { APP } from '../../support/org-receiver.ts';
import { context, noticeRequest } from '../../support/test-receiver.ts';

const MINUTE_MS = 60_000;
const DATA = '/services/data/v66.0';

let path: NoticePath;
let api: ApiClient;
let key: string;
let contactId: string;
let syncUserId: string;
let saves = 0;
beforeAll(async () => {
  path = await startNoticePath();
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
  await path.settle();
  ({ key } = await createKey(path.ports, path.orgId, 'test'));
  api = apiClient(makeAdmin(path.ports, {}));
  syncUserId = (await path.orgState()).syncUser.id;
  const answer = await send('POST', 'Contact', { LastName: 'First' });
  contactId = ((await answer.json()) as { id: string }).id;
  await path.settle();
});
afterAll(() => path.close());

const send = (method: string, rest: string, body?: object) =>
  path.practice.fetch(method, `${DATA}/sobjects/${rest}`, body);
const status = async () => (await api.call('GET', `/v1/orgs/${path.orgId}/status`, { key })).body;

async function save(): Promise<void> {
  saves += 1;
  const answer = await send('PATCH', `Contact/${contactId}`, { LastName: `Saved ${saves}` });
  expect(answer.status).toBe(204);
}

async function settings(fields: object): Promise<void> {
  const salesforce = await path.salesforce();
  for await (const { records } of salesforce.query('SELECT Id FROM Mixmax_Settings__c')) {
    for (const { id } of records) {
      await salesforce.update('Mixmax_Settings__c', id, { ...fields });
    }
  }
}

/** Half an hour without a notice, and six minutes for the ping. */
async function quiet(): Promise<void> {
  const { clock } = path.practice.org;
  await clock.advance(31 * MINUTE_MS);
  await sweepOrgs(path.ports);
  await path.settle();
  await clock.advance(6 * MINUTE_MS);
  await path.settle();
}

async function backToRealTime(): Promise<void> {
  // The package may have opened its breaker: it tries again after a quarter of an hour.
  await path.practice.org.clock.advance(20 * MINUTE_MS);
  await save();
  await path.settle();
  // Not every fault is over because one notice came: the next look tells.
  await sweepOrgs(path.ports);
  await path.settle();
  expect((await status()).state).toBe('active');
}

function deploy(source: string, change: (text: string) => string = (text) => text): void {
  const text = change(readFileSync(`force-app/${source}`, 'utf8'));
  path.practice.org.deploy([{ path: source.replace(/^(main\/default|site)\//, ''), text }]);
}

const REMOTE_SITE = 'site/remoteSiteSettings/Mixmax_Gateway.remoteSite-meta.xml';
const TRIGGER = 'main/default/triggers/MixmaxContactTrigger.trigger';

interface Case {
  readonly cause: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
  /** Saves while the cause holds. */
  readonly saves?: boolean;
  readonly shown: object;
}

const CASES: Readonly<Record<string, Case>> = {
  'nobody saved anything': {
    cause: async () => undefined,
    undo: async () => undefined,
    shown: { state: 'interval', verdict: 'idle' },
  },
  'changes that no trigger told': {
    cause: () =>
      send('POST', 'Mixmax_Settings__c', { SetupOwnerId: userId(), Disable_RTS__c: true }),
    undo: async () => {
      const salesforce = await path.salesforce();
      const soql = `SELECT Id FROM Mixmax_Settings__c WHERE SetupOwnerId = '${userId()}'`;
      for await (const { records } of salesforce.query(soql)) {
        await salesforce.remove(
          'Mixmax_Settings__c',
          records.map(({ id }) => id),
        );
      }
    },
    saves: true,
    shown: {
      state: 'interval',
      verdict: 'lagging',
      cause: expect.stringContaining('Changes of Contact'),
    },
  },
  'a gateway that Apex cannot reach': {
    cause: async () => path.practice.org.faults.arm({ kind: 'callout-swallowed' }),
    undo: async () => path.practice.org.faults.clearAll(),
    shown: { state: 'interval', verdict: 'broken', fix: expect.stringContaining('Apex Jobs') },
  },
  'a wrong token': {
    cause: () => settings({ Token__c: 'whsec_d3Jvbmc=' }),
    undo: reconnect,
    saves: true,
    shown: { state: 'error', cause: expect.stringContaining('Mixmax Token') },
  },
  'a wrong address': {
    cause: () => settings({ Gateway_URL__c: 'https://elsewhere.example/v1' }),
    undo: reconnect,
    saves: true,
    shown: { state: 'error', cause: expect.stringContaining('Mixmax Gateway URL') },
  },
  'settings copied from another org': {
    cause: () => settings({ Org_Id__c: '00D000000000001EAA' }),
    undo: reconnect,
    shown: { state: 'error', cause: expect.stringContaining('another org') },
  },
  'an inactive remote site': {
    cause: async () =>
      deploy(REMOTE_SITE, (text) => text.replace('>true</isActive>', '>false</isActive>')),
    undo: async () => deploy(REMOTE_SITE),
    shown: { state: 'error', cause: expect.stringContaining('https://rts.example is not active') },
  },
  'a missing remote site': {
    cause: async () =>
      deploy(REMOTE_SITE, (text) => text.replace('https://rts.example', 'https://old.example')),
    undo: async () => deploy(REMOTE_SITE),
    shown: { state: 'error', cause: expect.stringContaining('no Remote Site Setting') },
  },
  'an inactive trigger': {
    cause: async () =>
      deploy(`${TRIGGER}-meta.xml`, (text) => text.replace('>Active<', '>Inactive<')),
    undo: async () => deploy(`${TRIGGER}-meta.xml`),
    saves: true,
    shown: { state: 'error', cause: expect.stringContaining('not active: MixmaxContactTrigger') },
  },
  'a missing trigger': {
    cause: async () =>
      path.practice.org.deploy(
        [],
        ['', '-meta.xml'].map((end) => `triggers/MixmaxContactTrigger.trigger${end}`),
      ),
    undo: async () => {
      const files = ['', '-meta.xml'].map((end) => ({
        path: `triggers/MixmaxContactTrigger.trigger${end}`,
        text: readFileSync(`force-app/${TRIGGER}${end}`, 'utf8'),
      }));
      path.practice.org.deploy(files);
    },
    saves: true,
    shown: { state: 'error', cause: expect.stringContaining('lacks triggers') },
  },
  'a package older than the receiver': {
    cause: () => tellPackage('0.9.4'),
    undo: () => tellPackage('1.0.0'),
    shown: { state: 'error', cause: expect.stringContaining('version 0.9.4') },
  },
};

const userId = () => syncUserId;

async function reconnect(): Promise<void> {
  const { url } = path.practice;
  await connectOrg(path.ports, { loginUrl: url, credentials: APP, gatewayUrl: GATEWAY_URL });
}

async function tellPackage(version: string): Promise<void> {
  const nowMs = path.ports.clock.now();
  const notice = { ...aNotice(path.orgId, nowMs, []), type: 'salesforce.ping', package: version };
  const token = (await path.ports.secrets.find(path.orgId))?.token ?? '';
  const request = noticeRequest(path.orgId, notice, path.ports.clock, { token });
  const answer = await makeGateway(path.ports)(request, context());
  expect(answer).toMatchObject({ statusCode: 202 });
}

describe('while Apex is quiet', () => {
  it.each(Object.entries(CASES))('tells %s', async (_, { cause, undo, saves: changes, shown }) => {
    await cause();
    await path.practice.org.clock.advance(MINUTE_MS);
    if (changes === true) await save();
    await path.settle();
    await quiet();
    const seen = await status();
    expect(seen).toMatchObject(shown);
    if (seen.state === 'error') expect(seen.fix).toEqual(expect.any(String));
    await undo();
    await path.settle();
    await backToRealTime();
  });

  it('shows that an admin disabled it as just that: by whom, since when, and no warning', async () => {
    await settings({ Disable_RTS__c: true });
    const sinceMs = path.practice.org.clock.now();
    await path.practice.org.clock.advance(MINUTE_MS);
    await save();
    await path.settle();
    await quiet();
    const seen = await status();
    expect(seen).toMatchObject({
      state: 'disabled',
      cause: expect.stringMatching(/changed by \S+/),
    });
    expect(Math.abs(Date.parse(seen.since) - sinceMs)).toBeLessThan(2_000);
    const record = await path.ports.mirror.get(path.orgId, 'Contact', contactId as never);
    expect(record?.fields['LastName']).toBe(`Saved ${saves}`);
    await settings({ Disable_RTS__c: false });
    await backToRealTime();
  });
});
