import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionsHash } from '#core/conditions.ts';
import { AppError } from '#core/errors.ts';
import type { NoticeApplyMessage } from '#core/messages.ts';
import type { OrgState } from '#core/org.ts';
import { makeGateway } from '../../../lambdas/gateway/wire.ts';
import { aNotice } from '../../support/notices.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  context,
  httpEvent,
  noticeRequest,
  openTestReceiver,
  type TestReceiver,
  TOKEN,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

const ADA = recordIdOf('003', 1);
const OTHER_TOKEN = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

describe('the gateway', () => {
  let receiver: TestReceiver;
  let org: OrgState;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
  });
  afterEach(() => receiver.close());

  const notice = (more = {}) => aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA] }], more);
  const liveness = () => receiver.ports.orgs.liveness(org.orgId);
  const queued = async (): Promise<NoticeApplyMessage[]> => {
    const messages = await receiver.consumers.notices.receive(100, 0);
    return messages.map(({ body }) => JSON.parse(body));
  };

  it('answers 202 only when the notice is queued, as it was sent', async () => {
    expect(await receiver.post(org.orgId, notice())).toMatchObject({ statusCode: 202, body: '' });
    expect(await queued()).toEqual([
      {
        type: 'notice.apply.v1',
        orgId: org.orgId,
        webhookId: 'msg0001',
        receivedAtMs: receiver.clock.now(),
        notice: notice(),
      },
    ]);
  });

  it('takes the 15-character id in the path, and base64 bodies', async () => {
    const path = `/v1/orgs/${org.orgId.slice(0, 15)}/notices`;
    expect((await receiver.post(org.orgId, notice(), { path })).statusCode).toBe(202);
    expect((await receiver.post(org.orgId, notice(), { base64: true })).statusCode).toBe(202);
  });

  it('refuses in one uniform way whatever cannot be verified', async () => {
    const unknown = orgIdOf(999);
    const early = Math.floor(receiver.clock.now() / 1_000) - 301;
    const answers = [
      await receiver.post(org.orgId, notice(), { token: OTHER_TOKEN }),
      await receiver.post(org.orgId, notice(), { timestampSeconds: early }),
      await receiver.post(org.orgId, notice(), { tamper: (body) => `${body} ` }),
      await receiver.post(org.orgId, notice(), { headers: { 'webhook-signature': '' } }),
      await receiver.post(unknown, aNotice(unknown, 0, [])),
      await receiver.post(org.orgId, notice(), { path: '/v1/orgs/nobody/notices' }),
      await receiver.post(org.orgId, 'no JSON', { token: OTHER_TOKEN }),
    ];
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ statusCode: 401 });
    expect(await queued()).toEqual([]);
    expect(await liveness()).not.toHaveProperty('lastApexSeenAtMs');
    expect(receiver.telemetry.metrics.get('SignatureRejected')).toBe(answers.length);
  });

  it('logs neither tokens nor bodies nor signatures', async () => {
    await receiver.post(org.orgId, notice(), { token: OTHER_TOKEN });
    await receiver.post(org.orgId, notice());
    await receiver.post(org.orgId, '{"secret": "text"');
    const log = JSON.stringify(receiver.telemetry.lines);
    expect(log).toContain('SignatureRejected');
    for (const secret of [TOKEN, OTHER_TOKEN, ADA, 'v1,', 'secret']) {
      expect(log).not.toContain(secret);
    }
  });

  it('accepts the previous token until it expires', async () => {
    const { secrets, clock } = receiver.ports;
    const stored = await secrets.find(org.orgId);
    if (stored === undefined) throw new Error('no secrets');
    const previousToken = { token: TOKEN, expiresAtMs: clock.now() + 1_000 };
    await secrets.put(org.orgId, { ...stored, token: OTHER_TOKEN, previousToken });
    const post = (token: string) => receiver.post(org.orgId, notice(), { token });
    expect((await post(TOKEN)).statusCode).toBe(202);
    expect((await post(OTHER_TOKEN)).statusCode).toBe(202);
    receiver.clock.advance(1_000);
    expect((await post(TOKEN)).statusCode).toBe(401);
    expect((await post(OTHER_TOKEN)).statusCode).toBe(202);
  });

  it('asks the store again when a cached token does not fit, as after a rotation', async () => {
    const { secrets } = receiver.ports;
    const old = await secrets.find(org.orgId);
    if (old === undefined) throw new Error('no secrets');
    const find: typeof secrets.find = async (_org, options) =>
      options?.fresh ? { ...old, token: OTHER_TOKEN } : old;
    const gateway = makeGateway({ ...receiver.ports, secrets: withMethods(secrets, { find }) });
    const request = noticeRequest(org.orgId, notice(), receiver.clock, { token: OTHER_TOKEN });
    expect(await gateway(request, context())).toMatchObject({ statusCode: 202 });
  });

  it('answers 400 with the first fault, 413 when too large, 503 when too new', async () => {
    const fault = await receiver.post(org.orgId, { ...notice(), type: 'other' });
    expect(fault).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(fault.body ?? '')).toMatchObject({ status: 400, pointer: '/type' });
    const foreign = aNotice(orgIdOf(998), receiver.clock.now(), [{ ids: [ADA] }]);
    expect((await receiver.post(org.orgId, foreign)).statusCode).toBe(400);
    const large = await receiver.post(org.orgId, ' '.repeat(900_001));
    expect(large.statusCode).toBe(413);
    const fits = JSON.stringify(notice()).padEnd(900_000);
    expect((await receiver.post(org.orgId, fits)).statusCode).toBe(202);
    const newer = await receiver.post(org.orgId, { ...notice(), version: 2 });
    expect(newer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '60' } });
    expect(newer.body).toContain('receiver is older than the package');
  });

  it('answers 410 for a removed org, but only to who can sign', async () => {
    const { orgs } = receiver.ports;
    await orgs.update({ ...org, phase: 'removed' });
    expect((await receiver.post(org.orgId, notice())).statusCode).toBe(410);
    expect((await receiver.post(org.orgId, 'no JSON')).statusCode).toBe(410);
    const forged = await receiver.post(org.orgId, notice(), { token: OTHER_TOKEN });
    expect(forged.statusCode).toBe(401);
    expect(await queued()).toEqual([]);
  });

  it('answers 404 for anything but notices', async () => {
    const gateway = makeGateway(receiver.ports);
    for (const [method, path] of [
      ['GET', `/v1/orgs/${org.orgId}/notices`],
      ['POST', `/v1/orgs/${org.orgId}/notices/more`],
      ['POST', '/'],
    ] as const) {
      const answer = await gateway(httpEvent(method, path, {}), context());
      expect(answer).toMatchObject({ statusCode: 404 });
    }
  });

  it('answers 503 and sees nothing of Apex when the queue cannot be reached', async () => {
    const send = async () => {
      throw new AppError('unavailable', 'The queue is away.', { retryable: true });
    };
    const gateway = makeGateway({ ...receiver.ports, noticeQueue: { send } });
    const request = noticeRequest(org.orgId, notice(), receiver.clock, {});
    expect(await gateway(request, context())).toMatchObject({
      statusCode: 503,
      headers: { 'retry-after': '60' },
    });
    expect(await liveness()).not.toHaveProperty('lastApexSeenAtMs');
  });

  it('still answers 202 when only the note of Apex last seen fails', async () => {
    const orgs = withMethods(receiver.ports.orgs, {
      noteApexSeen: async () => {
        throw new Error('throttled');
      },
    });
    const gateway = makeGateway({ ...receiver.ports, orgs });
    const request = noticeRequest(org.orgId, notice(), receiver.clock, {});
    expect(await gateway(request, context())).toMatchObject({ statusCode: 202 });
    expect(await queued()).toHaveLength(1);
  });
});

describe('Apex last seen (R7)', () => {
  let receiver: TestReceiver;
  let org: OrgState;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
  });
  afterEach(() => receiver.close());

  const post = (more = {}, options = {}) =>
    receiver.post(org.orgId, aNotice(org.orgId, 0, [{ ids: [ADA] }], more), options);
  const seen = async () => (await receiver.ports.orgs.liveness(org.orgId)).lastApexSeenAtMs;

  it('never runs ahead of our clock, nor backwards', async () => {
    const nowSeconds = Math.floor(receiver.clock.now() / 1_000);
    await post({}, { timestampSeconds: nowSeconds + 200 });
    expect(await seen()).toBe(receiver.clock.now());
    await receiver.ports.orgs.noteApexSeen(org.orgId, receiver.clock.now() - 50_000);
    expect(await seen()).toBe(receiver.clock.now());
  });

  it('is written at most once per 15 seconds', async () => {
    await post();
    const first = receiver.clock.now();
    receiver.clock.advance(14_000);
    await post();
    expect(await seen()).toBe(first);
    receiver.clock.advance(1_000);
    await post();
    expect(await seen()).toBe(first + 15_000);
  });

  it('is not moved by a ping or a gap', async () => {
    await post({ type: 'salesforce.ping', changes: [] });
    const gap = { since: '2026-11-21T10:00:00Z', until: '2026-11-21T11:00:00Z', reason: 'gateway' };
    await post({ type: 'salesforce.gap', changes: [], gap });
    expect(await seen()).toBeUndefined();
    const { lastPingAtMs } = await receiver.ports.orgs.liveness(org.orgId);
    expect(lastPingAtMs).toBe(receiver.clock.now());
    const messages = await receiver.consumers.notices.receive(10, 0);
    expect(messages.map(({ body }) => JSON.parse(body).notice.type)).toEqual(['salesforce.gap']);
  });
});

describe('Sync Conditions at the gateway', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  const hash = conditionsHash(['Email', 'OwnerId']);

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver, {
      conditions: { on: true, objects: { Contact: ['Email', 'OwnerId'] } },
    });
  });
  afterEach(() => receiver.close());

  const post = (change: object) =>
    receiver.post(org.orgId, aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA], ...change }]));

  it('drops and counts an update of unsynced fields, and still sees Apex', async () => {
    const answer = await post({ conditions: hash, fields: ['Fax'] });
    expect(answer.statusCode).toBe(202);
    expect(await receiver.consumers.notices.receive(10, 0)).toEqual([]);
    const liveness = await receiver.ports.orgs.liveness(org.orgId);
    expect(liveness.counters).toMatchObject({ changesDropped: 1 });
    expect(liveness.lastApexSeenAtMs).toBe(receiver.clock.now());
  });

  it('passes a drifted change on as ids only, and flags the drift once', async () => {
    const record = { id: ADA, modstamp: '2026-11-21T12:00:00Z', fields: { Fax: '1' } };
    await post({ conditions: 'aaaaaaaaaaaa', fields: ['Fax'], records: [record] });
    const [message] = await receiver.consumers.notices.receive(10, 0);
    const [change] = JSON.parse(message?.body ?? '').notice.changes;
    expect(change).toMatchObject({ ids: [ADA], values: 'omitted' });
    expect(change).not.toHaveProperty('records');

    const flaggedAt = receiver.clock.now();
    receiver.clock.advance(60_000);
    await post({ conditions: 'aaaaaaaaaaaa', fields: ['Fax'] });
    const state = await receiver.ports.orgs.get(org.orgId);
    expect(state?.conditionsDriftedAtMs).toBe(flaggedAt);
  });

  it.each([
    ['salesforce.ping', { contact: hash }, false],
    ['salesforce.ping', { contact: 'aaaaaaaaaaaa' }, true],
    ['salesforce.gap', '*', true],
  ] as const)('reads the field sets that a %s states: %o', async (type, conditions, drifts) => {
    const gap = { since: '2026-11-21T10:00:00Z', until: '2026-11-21T11:00:00Z', reason: 'gateway' };
    const more = { type, conditions, ...(type === 'salesforce.gap' && { gap }) };
    const notice = { ...aNotice(org.orgId, receiver.clock.now(), []), ...more };
    expect(await receiver.post(org.orgId, notice)).toMatchObject({ statusCode: 202 });
    const state = await receiver.ports.orgs.get(org.orgId);
    expect(state?.conditionsDriftedAtMs !== undefined).toBe(drifts);
  });
});
