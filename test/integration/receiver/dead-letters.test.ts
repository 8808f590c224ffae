import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import { createKey } from '#usecases/api-keys.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { makeBulk } from '../../../lambdas/bulk/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  context,
  openTestReceiver,
  sqsRecord,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const ADA = recordIdOf('003', 1);
const REFUSAL = 'Salesforce answered 400 MALFORMED_ID.';

describe('dead letters', () => {
  let receiver: TestReceiver;
  let org: OrgState;
  let other: OrgState;
  let keys: Record<string, string>;
  let api: ApiClient;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
    other = await connectTestOrg(receiver);
    const keyOf = async ({ orgId }: OrgState) => (await createKey(receiver.ports, orgId, 'k')).key;
    keys = { [org.orgId]: await keyOf(org), [other.orgId]: await keyOf(other) };
    api = apiClient(makeAdmin(receiver.ports, {}));
  });
  afterEach(() => receiver.close());

  const call = (method: string, { orgId }: OrgState, path: string, body?: unknown) =>
    api.call(method, `/v1/orgs/${orgId}${path}`, {
      key: keys[orgId] ?? '',
      ...(body !== undefined && { body }),
    });

  /** A notice with values that Salesforce refuses to be read about, until the queue gives it up. */
  async function failForGood({ orgId }: OrgState): Promise<void> {
    const fields = { Email: 'secret@x.example' };
    const records = [{ id: ADA, modstamp: '2026-11-21T12:00:00Z', fields }];
    const nowMs = receiver.clock.now();
    await receiver.post(orgId, aNotice(orgId, nowMs, [{ op: 'insert', ids: [ADA], records }]));
    for (let attempt = 0; attempt < 5; attempt += 1) {
      receiver.salesforce.failures.push(new AppError('salesforce-refused', REFUSAL));
      await receiver.work();
    }
  }

  it('are shown to their own org with the reason and without values, and turn its state', async () => {
    await failForGood(org);
    expect((await call('GET', org, '/status')).body).toMatchObject({
      state: 'error',
      deadLetters: 1,
      evidence: expect.arrayContaining(['Messages given up: 1; see GET /dead-letters.']),
    });
    const { body } = await call('GET', org, '/dead-letters');
    expect(body).toMatchObject({
      total: 1,
      letters: [
        {
          queue: 'notices',
          type: 'notice.apply.v1',
          objects: ['Contact'],
          records: 1,
          receives: 5,
          reason: REFUSAL,
        },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('secret@x.example');

    expect((await call('GET', other, '/status')).body).toMatchObject({
      state: 'active',
      deadLetters: 0,
    });
    expect((await call('GET', other, '/dead-letters')).body).toEqual({ total: 0, letters: [] });
    const { id } = body.letters[0];
    const foreign = await call('POST', other, '/dead-letters', { ids: [id] });
    expect(foreign.body).toEqual({ redriven: 0, left: 0 });
    expect((await call('GET', org, '/dead-letters')).body.total).toBe(1);
  });

  it('are sent again, and handled once what stopped them is mended', async () => {
    await failForGood(org);
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    const sent = await call('POST', org, '/dead-letters', {});
    expect(sent.body).toEqual({ redriven: 1, left: 0 });
    await receiver.work();
    const record = await receiver.ports.mirror.get(org.orgId, 'Contact', ADA);
    expect(record?.fields['Email']).toBe('ada@x.example');
    expect((await call('GET', org, '/status')).body).toMatchObject({ deadLetters: 0 });
  });

  it('hold messages of the bulk queue that nobody can read', async () => {
    const bulk = makeBulk(receiver.ports);
    const { bulk: queue } = receiver.consumers;
    await queue.send(org.orgId, [{ type: 'unknown.v9' } as never]);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const [message] = await queue.receive(1, 1_000);
      if (message === undefined) throw new Error('the message is gone');
      try {
        const { batchItemFailures } = await bulk({ Records: [sqsRecord(message)] }, context());
        expect(batchItemFailures).toEqual([]);
        await queue.delete(message.receipt);
      } catch {
        await queue.release(message.receipt, 0, 'failed');
      }
    }
    const { body } = await call('GET', org, '/dead-letters');
    expect(body.letters).toMatchObject([
      { queue: 'bulk', type: 'unknown.v9', objects: [], records: 0 },
    ]);
    expect(receiver.telemetry.metrics.get('MessagesParked')).toBe(1);
  });
});
