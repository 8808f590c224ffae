import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import { createKey } from '#usecases/api-keys.ts';
import { makeAdmin } from '../../../lambdas/admin/wire.ts';
import { type ApiClient, apiClient } from '../../support/api-client.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

const ADA = recordIdOf('003', 1);
const BOB = recordIdOf('003', 2);
const REFUSAL = 'Salesforce answered 400 MALFORMED_ID.';

let receiver: TestReceiver;
let org: OrgState;
let key: string;
let api: ApiClient;

beforeEach(async () => {
  receiver = openTestReceiver();
  org = await connectTestOrg(receiver);
  ({ key } = await createKey(receiver.ports, org.orgId, 'k'));
  api = apiClient(makeAdmin(receiver.ports, {}));
});
afterEach(() => receiver.close());

const get = (path: string) => api.call('GET', `/v1/orgs/${org.orgId}${path}`, { key });

/** A notice that Salesforce refuses to be read about, until the queue gives it up. */
async function giveUp(id: typeof ADA): Promise<void> {
  await receiver.post(
    org.orgId,
    aNotice(org.orgId, receiver.clock.now(), [{ op: 'insert', ids: [id] }]),
  );
  for (let attempt = 0; attempt < 5; attempt += 1) {
    receiver.salesforce.failures.push(new AppError('salesforce-refused', REFUSAL));
    await receiver.work();
  }
}

it('puts messages that were given up for one reason together, with what they name and how to retry', async () => {
  await giveUp(ADA);
  receiver.clock.advance(60_000);
  await giveUp(BOB);
  const { status, body } = await get('/errors');
  expect(status).toBe(200);
  const letters = (await get('/dead-letters')).body.letters;
  expect(body.errors).toMatchObject([
    {
      source: 'queue',
      kind: 'notice.apply.v1',
      message: expect.stringContaining('MALFORMED_ID'),
      count: 2,
      objects: ['Contact'],
      records: [ADA, BOB],
      retry: { what: 'dead-letters' },
    },
  ]);
  expect(body.errors[0].retry.ids.toSorted()).toEqual(
    letters.map(({ id }: { id: string }) => id).toSorted(),
  );
  expect(Date.parse(body.errors[0].lastAt)).toBeGreaterThan(Date.parse(body.errors[0].firstAt));
});

it('shows the other sources when the org cannot be asked, and says why', async () => {
  await giveUp(ADA);
  receiver.salesforce.failures.push(new AppError('unauthorized', 'The Sync User cannot sign in.'));
  const { body } = await get('/errors');
  expect(body.apexUnread).toContain('The Sync User cannot sign in.');
  expect(body.errors).toHaveLength(1);
});

it('lists passes, newest first', async () => {
  const { body } = await api.call('POST', `/v1/orgs/${org.orgId}/audits`, { key, body: {} });
  expect((await get('/audits')).body.audits[0]).toMatchObject({ id: body.id, kind: 'audit' });
  expect((await get('/audits?limit=0')).status).toBe(400);
});

it('lists roles, the one of everybody else first', async () => {
  expect((await get('/roles')).body).toMatchObject({ roles: ['default'] });
  const path = `/v1/orgs/${org.orgId}/roles/Account`;
  await api.call('PUT', path, { key, body: { members: ['ada@x.example'] } });
  const { body } = await get('/roles');
  expect(body.roles).toEqual(['default', 'Account']);
  expect(body.kinds).toContain('email.sent');
});
