import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { openDatabase } from '../../../lambdas/adapters/sqlite/database.ts';
import { RECEIVER_FILE } from '../../../lambdas/adapters/sqlite/open-sqlite-stores.ts';
import { RECEIVER_SHAPE } from '../../../lambdas/adapters/sqlite/receiver-shape.ts';
import { aNotice } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

/* What an upgrade finds: data of every release before, and messages on their way. And what a rollback finds. */

const ADA = recordIdOf('003', 1);
const { migrations } = RECEIVER_SHAPE;

async function anOrg(): Promise<OrgState> {
  const receiver = openTestReceiver();
  const org = await connectTestOrg(receiver);
  await receiver.close();
  return org;
}

/** The files of a release that had so many migrations, with an org and a notice that waits. */
function writeOldData(folder: string, versions: number, org: OrgState): void {
  const path = join(folder, RECEIVER_FILE);
  const old = openDatabase(path, { ...RECEIVER_SHAPE, migrations: migrations.slice(0, versions) });
  const { orgId } = org;
  old
    .prepare('INSERT INTO org (org_id, revision, state) VALUES (?, ?, ?)')
    .run(orgId, org.revision, JSON.stringify(org));
  const notice = aNotice(orgId, Date.UTC(2026, 10, 21, 9), [{ op: 'insert', ids: [ADA] }]);
  const message = { type: 'notice.apply.v1', orgId, webhookId: 'old', receivedAtMs: 1, notice };
  old
    .prepare(
      'INSERT INTO queue_message (queue, org_id, body, sent_at, visible_at) VALUES (?, ?, ?, 1, 1)',
    )
    .run('notices', orgId, JSON.stringify(message));
  old.close();
}

describe('an upgrade on one machine', () => {
  const releases = migrations.map(({ name }, index) => [index + 1, name] as const);

  it.each(releases)('from data version %d (%s) loses no notice that waits', async (version) => {
    const folder = temporaryFolder();
    const org = await anOrg();
    writeOldData(folder, version, org);
    const receiver = openTestReceiver(undefined, folder);
    try {
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      expect(await receiver.work()).toBe(1);
      const found = await receiver.ports.mirror.findByEmail(org.orgId, 'ada@x.example');
      expect(found.map(({ id }) => id)).toEqual([ADA]);
      expect((await receiver.feed(org.orgId)).length).toBe(1);
    } finally {
      await receiver.close();
    }
    const copy = join(folder, `${RECEIVER_FILE}.before-v${migrations.length}`);
    expect(existsSync(copy)).toBe(version < migrations.length);
  });
});

describe('messages between releases', () => {
  async function withReceiver(work: (receiver: TestReceiver, org: OrgState) => Promise<void>) {
    const receiver = openTestReceiver();
    try {
      await work(receiver, await connectTestOrg(receiver));
    } finally {
      await receiver.close();
    }
  }

  it('of a newer release with members that this one does not know are applied (a rollback)', () =>
    withReceiver(async (receiver, { orgId }) => {
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      const notice = aNotice(orgId, receiver.clock.now(), [{ op: 'insert', ids: [ADA] }]);
      const message = { type: 'notice.apply.v1', orgId, webhookId: 'new', receivedAtMs: 1, notice };
      await receiver.ports.noticeQueue.send(orgId, [{ ...message, later: { a: 1 } } as never]);
      await receiver.work();
      expect(await receiver.ports.mirror.get(orgId, 'Contact', ADA)).toBeDefined();
    }));

  it('of a type that this release does not know are kept, and sent again after the next upgrade', () =>
    withReceiver(async (receiver, { orgId }) => {
      const message = { type: 'notice.apply.v2', orgId } as never;
      await receiver.ports.noticeQueue.send(orgId, [message]);
      while ((await receiver.work()) > 0);
      const [letter] = await receiver.ports.deadLetters.list(orgId, 10);
      expect(letter?.body).toBe(JSON.stringify(message));
      expect(letter?.reason).toMatch(/Not a message of the worker/);
      expect(await receiver.ports.deadLetters.redrive(orgId, letter?.id ?? '')).toBe('redriven');
    }));

  it.each<[string, object, number]>([
    ['1.0.0 with notices of version 1', {}, 202],
    ['a later one with notices of version 1 and members unknown here', { news: { a: 1 } }, 202],
    ['a later one with notices of version 2: it is asked to try again', { version: 2 }, 503],
  ])('from the package %s', (_, more, status) =>
    withReceiver(async (receiver, { orgId }) => {
      const notice = aNotice(orgId, receiver.clock.now(), [{ op: 'insert', ids: [ADA] }]);
      const answer = await receiver.post(orgId, { ...notice, ...more });
      expect(answer.statusCode).toBe(status);
      if (status === 503) expect(answer.body).toMatch(/[Uu]pgrade the receiver/);
    }),
  );
});
