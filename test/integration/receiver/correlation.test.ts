import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import type { OrgState } from '#core/org.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

/* Whatever becomes of a notice, every line about it can be found by its webhook id. */

const ADA = recordIdOf('003', 1);
const ID = 'msg-of-this-notice';

let receiver: TestReceiver;
let org: OrgState;

beforeEach(async () => {
  receiver = openTestReceiver();
  org = await connectTestOrg(receiver);
});
afterEach(() => receiver.close());

const notice = (changes: Parameters<typeof aNotice>[2] = [{ op: 'insert', ids: [ADA] }]) =>
  aNotice(org.orgId, receiver.clock.now(), changes);

async function post(body: unknown, options: object = {}): Promise<void> {
  await receiver.post(org.orgId, body, { webhookId: ID, ...options });
}

/** Delivers until nothing waits, over what is held back for some minutes. */
async function workAll(): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    while ((await receiver.work()) > 0);
    receiver.clock.advance(400_000);
  }
}

describe('every line carries the webhook id', () => {
  it.each<[string, () => Promise<void>]>([
    ['of a notice that is applied', () => post(notice())],
    [
      'of one whose record is not found, and which is verified later',
      () => post(notice([{ op: 'update', ids: [recordIdOf('003', 9)] }])),
    ],
    ['of a delete', () => post(notice([{ op: 'delete', ids: [ADA] }]))],
    ['of a merge', () => post(notice([{ op: 'merge', ids: [ADA], into: recordIdOf('003', 2) }]))],
    ['of an object nobody mirrors', () => post(notice([{ object: 'Case', ids: [ADA] }]))],
    ['of a body that is refused', () => post({ ...notice(), version: 1, sentAt: 'never' })],
    ['of a version that is too new', () => post({ ...notice(), version: 2 })],
    ['of a wrong signature', () => post(notice(), { tamper: (body: string) => `${body} ` })],
    ['of one that came too late', () => post(notice(), { timestampSeconds: 1 })],
    [
      'of one that Salesforce refuses for good',
      async () => {
        for (let n = 0; n < 9; n += 1) {
          receiver.salesforce.failures.push(new AppError('salesforce-refused', 'No.'));
        }
        await post(notice());
      },
    ],
    [
      'of one that waits for Salesforce',
      async () => {
        for (let n = 0; n < 9; n += 1) {
          const down = new AppError('salesforce-unavailable', 'Down.', { retryable: true });
          receiver.salesforce.failures.push(down);
        }
        await post(notice());
      },
    ],
    [
      'of an org that is gone meanwhile',
      async () => {
        await post(notice());
        await receiver.ports.orgs.update({ ...org, phase: 'removed' });
      },
    ],
  ])('%s', async (_, send) => {
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    await send();
    await workAll();
    const { lines, measures } = receiver.telemetry;
    const told = [...lines, ...measures];
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ fields }) => fields?.['webhookId'] !== ID)).toEqual([]);
  });

  it('of several that are applied in one go: each its own, and what is about all names all', async () => {
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    await receiver.post(org.orgId, notice(), { webhookId: 'a' });
    await receiver.post(org.orgId, notice([{ op: 'delete', ids: [ADA] }]), { webhookId: 'b' });
    await receiver.work();
    const of = (message: string) =>
      receiver.telemetry.lines
        .filter((line) => line.message === message)
        .map(({ fields }) => fields?.['webhookId']);
    expect(of('NoticeApplies')).toEqual(['a', 'b']);
    const applied = receiver.telemetry.measures.find(({ name }) => name === 'NoticesApplied');
    expect(applied?.fields).toEqual({ webhookId: 'a b' });
  });

  it('but not what poses as one', async () => {
    await receiver.post(org.orgId, notice(), { webhookId: 'a b\u0001' });
    const ids = receiver.telemetry.lines.map(({ fields }) => fields?.['webhookId']);
    expect(ids).toEqual([undefined]);
  });
});
