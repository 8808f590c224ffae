import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordId } from '#core/ids.ts';
import type { NoticeChange } from '#core/notice.ts';
import { secretHash } from '#usecases/api-keys.ts';
import { startPass } from '#usecases/start-pass.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { makeWorker } from '../../../lambdas/worker/wire.ts';
import { apiClient } from '../../support/api-client.ts';
import { aNotice } from '../../support/notices.ts';
import {
  connectWithoutPackage,
  type OrgReceiver,
  startOrgReceiver,
} from '../../support/org-receiver.ts';
import { context, deliver, noticeRequest } from '../../support/test-receiver.ts';

let receiver: OrgReceiver;

beforeAll(async () => {
  receiver = await startOrgReceiver();
  await connectWithoutPackage(receiver);
});
afterAll(() => receiver.close());

/** Moves the org's clock, which is the receiver's too. */
async function advance(seconds: number): Promise<void> {
  await receiver.practice.control('POST', 'clock', { advanceSeconds: seconds });
}

async function create(object: string, fields: object): Promise<RecordId> {
  const path = `/services/data/v66.0/sobjects/${object}`;
  const answer = await receiver.practice.fetch('POST', path, fields);
  const { id } = (await answer.json()) as { id: RecordId };
  return id;
}

async function update(object: string, id: string, fields: object): Promise<void> {
  const path = `/services/data/v66.0/sobjects/${object}/${id}`;
  expect((await receiver.practice.fetch('PATCH', path, fields)).status).toBe(204);
}

/** Merges and undeletes have no REST resource: they go by SOAP. */
async function soap(call: string): Promise<void> {
  const body = `<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:sobject.partner.soap.sforce.com"><soapenv:Header><SessionHeader><sessionId>${receiver.practice.accessToken}</sessionId></SessionHeader></soapenv:Header><soapenv:Body>${call}</soapenv:Body></soapenv:Envelope>`;
  const headers = { 'content-type': 'text/xml', soapaction: '""' };
  const answer = await receiver.practice.fetch('POST', '/services/Soap/u/66.0', body, { headers });
  const text = await answer.text();
  expect(text).toMatch(/<success>true<\/success>/);
}

async function notify(...changes: Partial<NoticeChange>[]): Promise<void> {
  const gateway = makeGateway(receiver.ports);
  const { clock } = receiver.ports;
  const notice = aNotice(receiver.orgId, clock.now(), changes);
  const request = noticeRequest(receiver.orgId, notice, clock, {});
  expect(await gateway(request, context())).toMatchObject({ statusCode: 202 });
  await settle();
}

/** Delivers until nothing is left, moving the clocks on where messages are delayed. */
async function settle(): Promise<void> {
  const worker = makeWorker(receiver.ports);
  const queue = receiver.consumers.notices;
  for (let round = 0; round < 50; round++) {
    if ((await deliver(queue, (event) => worker(event, context()))) > 0) continue;
    if (queue.nextVisibleAtMs() === undefined) return;
    await advance(11);
  }
  throw new Error('The worker never came to rest.');
}

/** Every record that the org shows against the mirror, field by field. */
async function expectMirrored(...objects: string[]): Promise<void> {
  const salesforce = await receiver.salesforce();
  const { objects: states } = await receiver.orgState();
  for (const object of objects) {
    const fields = states[object]?.fieldSet.fields ?? [];
    const shown = new Map<string, unknown>();
    for await (const page of salesforce.query(
      `SELECT Id, SystemModstamp, ${fields.join(', ')} FROM ${object}`,
    )) {
      for (const { id, fields: all } of page.records) {
        const { SystemModstamp, ...rest } = all;
        shown.set(id, rest);
      }
    }
    const held = await receiver.ports.mirror.scan(receiver.orgId, object, { limit: 10_000 });
    const live = held.filter(({ deleted, hidden }) => !deleted && !hidden);
    expect(new Map(live.map((record) => [record.id, record.fields]))).toEqual(shown);
  }
}

describe('notices about a practice org, over real HTTP', () => {
  it('follows inserts, updates, merges, deletes with their cascade, and undeletes', async () => {
    const acme = await create('Account', { Name: 'Acme' });
    const ada = await create('Contact', {
      LastName: 'Lovelace',
      Email: 'ada@acme.example',
      AccountId: acme,
    });
    const bob = await create('Contact', { LastName: 'Babbage', AccountId: acme });
    const call = await create('Task', { Subject: 'Call', Status: 'Not Started', WhoId: bob });
    await notify(
      { object: 'Account', op: 'insert', ids: [acme] },
      { object: 'Contact', op: 'insert', ids: [ada, bob] },
      { object: 'Task', op: 'insert', ids: [call] },
    );
    await expectMirrored('Account', 'Contact', 'Task');

    await update('Contact', ada, { Email: 'ada@lovelace.example' });
    await notify({ ids: [ada] });
    await expectMirrored('Contact');

    await soap(
      `<merge><request><masterRecord xsi:type="sf:Contact"><sf:type>Contact</sf:type><sf:Id>${ada}</sf:Id></masterRecord><recordToMergeIds>${bob}</recordToMergeIds></request></merge>`,
    );
    await notify({ op: 'merge', into: ada, ids: [bob] }, { ids: [ada] });
    await expectMirrored('Contact', 'Task');
    const { mirror } = receiver.ports;
    expect(await mirror.get(receiver.orgId, 'Contact', bob)).toMatchObject({
      deleted: true,
      mergedInto: ada,
    });
    expect((await mirror.get(receiver.orgId, 'Task', call))?.fields['WhoId']).toBe(ada);

    await advance(60);
    await receiver.practice.fetch('DELETE', `/services/data/v66.0/sobjects/Account/${acme}`);
    await notify({ object: 'Account', op: 'delete', ids: [acme] });
    await expectMirrored('Account', 'Contact', 'Task');
    expect(await mirror.get(receiver.orgId, 'Contact', ada)).toMatchObject({ deleted: true });

    await advance(60);
    await soap(`<undelete><ids>${acme}</ids></undelete>`);
    await notify({ object: 'Account', op: 'undelete', ids: [acme] });
    await expectMirrored('Account', 'Contact', 'Task');
    expect(await mirror.get(receiver.orgId, 'Contact', ada)).toMatchObject({ deleted: false });
    expect(receiver.practice.errors).toEqual([]);
  });

  it('gives values of notices and of an audit the same form', async () => {
    const { ports, orgId } = receiver;
    await startPass(ports, { orgId, kind: 'audit', id: 'audit', reason: 'test' });
    await receiver.drainBulk();
    expect(await ports.jobs.getPass(orgId, 'audit')).toMatchObject({ state: 'done' });
    await expectMirrored('Account', 'Contact', 'Task');
    const events = (await ports.feed.read(orgId, undefined, 1_000)).events;
    const contacts = events.filter(({ object, via }) => object === 'Contact' && via === 'bulk');
    expect(contacts).toEqual([]);
  });
});

describe('connecting an org by the API', () => {
  it('connects by the set-up code and opens the API with the key that it answers', async () => {
    const { ports, practice } = receiver;
    const api = apiClient(makeAdmin(ports, { gatewayUrl: 'https://rts.example' }));
    await ports.keys.addSetupCode(secretHash('code'));
    const body = {
      loginUrl: practice.url,
      credentials: { kind: 'client-credentials', clientId: 'receiver', clientSecret: 'hush' },
    };
    const connected = await api.call('POST', '/v1/orgs', { key: 'code', body });
    expect(connected).toMatchObject({ status: 201, body: { orgId: receiver.orgId } });
    const { orgId, apiKey } = connected.body;
    const status = await api.call('GET', `/v1/orgs/${orgId}/status`, { key: apiKey });
    // The package is not in this org.
    expect(status).toMatchObject({ status: 200, body: { state: 'not-installed' } });
  });
});
