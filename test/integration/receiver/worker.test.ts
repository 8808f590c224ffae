import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conditionsHash } from '#core/conditions.ts';
import { AppError } from '#core/errors.ts';
import type { RecordId } from '#core/ids.ts';
import type { NoticeChange } from '#core/notice.ts';
import type { OrgState } from '#core/org.ts';
import { makeWorker } from '../../../lambdas/worker/wire.ts';
import { aNotice, isoSeconds } from '../../support/notices.ts';
import { describedObject } from '../../support/salesforce-double.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  context,
  openTestReceiver,
  sqsRecord,
  type TestReceiver,
} from '../../support/test-receiver.ts';
import { withMethods } from '../../support/with-methods.ts';

const ACME = recordIdOf('001', 1);
const ADA = recordIdOf('003', 1);
const BOB = recordIdOf('003', 2);
const CALL = recordIdOf('00T', 1);

const child = (childSObject: string, field: string, cascadeDelete = true) => ({
  childSObject,
  field,
  cascadeDelete,
});

describe('the worker', () => {
  let receiver: TestReceiver;
  let org: OrgState;

  beforeEach(async () => {
    receiver = openTestReceiver();
    org = await connectTestOrg(receiver);
    const { salesforce } = receiver;
    salesforce.describeAs(
      describedObject('Account', ['Name', 'OwnerId'], [child('Contact', 'AccountId')]),
    );
    salesforce.describeAs(
      describedObject('Contact', ['AccountId', 'Email'], [child('Task', 'WhoId')]),
    );
    salesforce.describeAs(describedObject('Task', ['Subject', 'WhoId', 'WhatId']));
  });
  afterEach(() => receiver.close());

  const contact = (id: RecordId) => receiver.ports.mirror.get(org.orgId, 'Contact', id);
  const types = async () => (await receiver.feed(org.orgId)).map(({ type }) => type);
  const counters = async () => (await receiver.ports.orgs.liveness(org.orgId)).counters;

  async function notify(...changes: Partial<NoticeChange>[]): Promise<void> {
    const notice = aNotice(org.orgId, receiver.clock.now(), changes);
    expect(await receiver.post(org.orgId, notice)).toMatchObject({ statusCode: 202 });
  }

  /** Works until nothing is due any more, without moving the clock. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 20; round++) if ((await receiver.work()) === 0) return;
    throw new Error('The worker never came to rest.');
  }

  async function mirror(object: string, id: RecordId, fields: Record<string, string>) {
    receiver.salesforce.save(object, id, fields);
    await notify({ object, op: 'insert', ids: [id] });
    await settle();
  }

  it('reads each record once, however many notices name it', async () => {
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    receiver.salesforce.save('Contact', BOB, { Email: 'bob@x.example' });
    await notify({ op: 'insert', ids: [ADA] }, { ids: [ADA] });
    await notify({ ids: [ADA, BOB] });
    await settle();
    expect(receiver.salesforce.calls).toEqual(['retrieve Contact 2']);
    expect(await types()).toEqual(['record.created', 'record.refreshed']);
    expect(await counters()).toMatchObject({ noticesApplied: 2, writesApplied: 2 });
  });

  it('leaves objects alone that are not mirrored, and counts them', async () => {
    await notify({ object: 'Case', op: 'insert', ids: [recordIdOf('500', 1)] });
    await notify({ object: 'constructor', ids: [ADA] });
    await settle();
    expect(receiver.salesforce.calls).toEqual([]);
    expect(await counters()).toMatchObject({ changesIgnored: 2 });
  });

  it('writes a tombstone for a delete, of an unknown id too, without asking the org', async () => {
    await notify({ op: 'delete', ids: [ADA] });
    await receiver.work();
    expect(await contact(ADA)).toMatchObject({ deleted: true, revision: 1 });
    expect(receiver.salesforce.calls).toEqual([]);
  });

  it('keeps a deleted record deleted when its insert comes late', async () => {
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    const late = aNotice(org.orgId, receiver.clock.now(), [{ op: 'insert', ids: [ADA] }]);
    receiver.clock.advance(5_000);
    receiver.salesforce.remove('Contact', ADA);
    await notify({ op: 'delete', ids: [ADA] });
    await settle();
    await receiver.post(org.orgId, late);
    await settle();
    expect(await contact(ADA)).toMatchObject({ deleted: true });
  });

  it('settles a tie by a read ten seconds later (R1)', async () => {
    await mirror('Contact', ADA, { Email: 'first@x.example' });
    receiver.salesforce.save('Contact', ADA, { Email: 'second@x.example' });
    await notify({ ids: [ADA] });
    await settle();
    expect((await contact(ADA))?.fields).toMatchObject({ Email: 'first@x.example' });
    expect(await counters()).toMatchObject({ ties: 1 });
    receiver.clock.advance(9_999);
    expect(await receiver.work()).toBe(0);
    receiver.clock.advance(1);
    await settle();
    expect(await contact(ADA)).toMatchObject({
      revision: 2,
      fields: { Email: 'second@x.example' },
    });
  });

  it('lets the org say whether a missing record is deleted, merged or hidden (R2)', async () => {
    await mirror('Contact', ADA, { Email: 'ada@x.example' });
    await mirror('Contact', BOB, { Email: 'bob@x.example' });
    receiver.clock.advance(60_000);
    receiver.salesforce.remove('Contact', ADA, BOB);
    receiver.salesforce.conceal(BOB);
    await notify({ ids: [ADA, BOB] });
    await settle();
    expect(await contact(ADA)).toMatchObject({ deleted: true, mergedInto: BOB });
    expect(await contact(BOB)).toMatchObject({
      deleted: false,
      hidden: true,
      fields: { Email: 'bob@x.example' },
    });
    expect((await types()).slice(2).sort()).toEqual(['record.hidden', 'record.merged']);

    receiver.clock.advance(1_000);
    receiver.salesforce.conceal(BOB, false);
    await notify({ ids: [BOB] });
    await settle();
    expect(await contact(BOB)).toMatchObject({ hidden: false });
  });

  it('keeps nothing of a record that it never saw and is not shown', async () => {
    await notify({ ids: [ADA] });
    await settle();
    expect(await contact(ADA)).toBeUndefined();
    expect(await counters()).toMatchObject({ invisible: 1 });
  });

  it('hides nothing when the Sync User loses sight of many records at once, and says so', async () => {
    const ids = Array.from({ length: 11 }, (_, n) => recordIdOf('003', 100 + n));
    for (const id of ids) receiver.salesforce.save('Contact', id, { Email: 'x@x.example' });
    await notify({ op: 'insert', ids });
    await settle();
    for (const id of ids) receiver.salesforce.conceal(id);
    receiver.clock.advance(60_000);
    await notify({ ids });
    await settle();
    expect(await receiver.ports.mirror.counts(org.orgId, 'Contact')).toMatchObject({
      live: 11,
      hidden: 0,
    });
    const state = await receiver.ports.orgs.get(org.orgId);
    expect(state?.problem).toMatch(/lost sight of 11 of 11 records of Contact/);
  });

  it('asks the org about a delete that seems older than a read which found the record alive', async () => {
    receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
    const early = aNotice(org.orgId, receiver.clock.now() - 2_000, [{ op: 'delete', ids: [ADA] }]);
    await notify({ op: 'insert', ids: [ADA] });
    await settle();
    receiver.salesforce.remove('Contact', ADA);
    receiver.clock.advance(10_000);
    await receiver.post(org.orgId, early);
    await settle();
    expect(await contact(ADA)).toMatchObject({ deleted: true });
  });

  describe('merges, undeletes and cascades (R4, R5)', () => {
    beforeEach(async () => {
      await mirror('Contact', ADA, { AccountId: ACME, Email: 'ada@x.example' });
      await mirror('Contact', BOB, { AccountId: ACME, Email: 'bob@x.example' });
      await mirror('Task', CALL, { Subject: 'Call', WhoId: BOB });
      receiver.clock.advance(60_000);
    });

    it('merges: the loser names the winner, and what hung on the loser is read again', async () => {
      receiver.salesforce.remove('Contact', BOB, ADA);
      receiver.salesforce.save('Contact', ADA, { Email: 'merged@x.example' });
      receiver.salesforce.save('Task', CALL, { WhoId: ADA });
      await notify({ op: 'merge', into: ADA, ids: [BOB] });
      await settle();
      expect(await contact(BOB)).toMatchObject({ deleted: true, mergedInto: ADA });
      expect((await contact(ADA))?.fields).toMatchObject({ Email: 'merged@x.example' });
      const task = await receiver.ports.mirror.get(org.orgId, 'Task', CALL);
      expect(task?.fields).toMatchObject({ WhoId: ADA });
    });

    it('reads a mirrored child of the loser even if the org shows it under neither', async () => {
      receiver.salesforce.remove('Contact', BOB, ADA);
      receiver.salesforce.save('Task', CALL, { WhoId: null });
      await notify({ op: 'merge', into: ADA, ids: [BOB] });
      await settle();
      const task = await receiver.ports.mirror.get(org.orgId, 'Task', CALL);
      expect(task?.fields).toMatchObject({ WhoId: null });
    });

    it('deletes children that the org deleted with their parent, and keeps the others', async () => {
      receiver.salesforce.remove('Contact', BOB);
      receiver.salesforce.remove('Task', CALL);
      const kept = recordIdOf('00T', 2);
      receiver.salesforce.save('Task', kept, { Subject: 'Kept', WhoId: BOB });
      await notify({ op: 'delete', ids: [BOB] });
      await settle();
      expect(await receiver.ports.mirror.get(org.orgId, 'Task', CALL)).toMatchObject({
        deleted: true,
      });
      expect(await receiver.ports.mirror.get(org.orgId, 'Task', kept)).toMatchObject({
        deleted: false,
      });
    });

    it('brings back an undeleted record with its children', async () => {
      receiver.salesforce.remove('Contact', BOB);
      receiver.salesforce.remove('Task', CALL);
      await notify({ op: 'delete', ids: [BOB] });
      await settle();
      receiver.clock.advance(60_000);
      receiver.salesforce.save('Contact', BOB, {});
      receiver.salesforce.save('Task', CALL, {});
      await notify({ op: 'undelete', ids: [BOB] });
      await settle();
      expect(await contact(BOB)).toMatchObject({ deleted: false });
      expect(await receiver.ports.mirror.get(org.orgId, 'Task', CALL)).toMatchObject({
        deleted: false,
      });
      expect((await types()).slice(-2)).toEqual(['record.refreshed', 'record.refreshed']);
    });
  });

  describe('values that a notice brings (R3)', () => {
    const fields = ['CreatedDate', 'Email'];
    const hash = conditionsHash(fields);
    const at = () => isoSeconds(receiver.clock.now());
    const record = (values: NonNullable<NoticeChange['records']>[number]['fields']) => ({
      conditions: hash,
      fields: ['Email'],
      readAt: new Date(receiver.clock.now() + 500).toISOString(),
      ids: [ADA],
      records: [{ id: ADA, modstamp: at(), fields: values }],
    });

    beforeEach(async () => {
      org = await connectTestOrg(receiver, {
        conditions: { on: true, objects: { Contact: fields } },
        objects: { Contact: { fieldSet: { fields, hash }, viewAll: true } },
      });
    });

    it('are written without a single call to Salesforce', async () => {
      const values = { Email: 'ada@x.example', CreatedDate: '2026-11-21T12:00:00.000Z', Fax: '1' };
      await notify({ op: 'insert', ...record(values) });
      await settle();
      expect(receiver.salesforce.calls).toEqual([]);
      expect(await contact(ADA)).toMatchObject({
        fieldSet: hash,
        version: { modstampMs: receiver.clock.now(), readAtMs: receiver.clock.now() + 500 },
        lastChange: { type: 'record.created', via: 'notice' },
      });
      const { Fax: _left, ...held } = values;
      expect((await contact(ADA))?.fields).toEqual(held);
    });

    it.each([
      ['a field of the field set is missing', {}, { Email: 'notice@x.example' }],
      [
        'the Sync User does not see every record',
        { viewAll: false },
        { Email: 'notice@x.example', CreatedDate: null },
      ],
      [
        'the mirror holds another field set by now',
        { fieldSet: { fields, hash: 'bbbbbbbbbbbb' } },
        { Email: 'notice@x.example', CreatedDate: null },
      ],
    ])('are read instead when %s', async (_why, change, values) => {
      const { ports, salesforce } = receiver;
      const state = { fieldSet: { fields, hash }, viewAll: true, ...change };
      await ports.orgs.update({ ...org, objects: { Contact: state } });
      salesforce.save('Contact', ADA, { Email: 'read@x.example' });
      await notify(record(values));
      await settle();
      expect((await contact(ADA))?.fields).toMatchObject({ Email: 'read@x.example' });
    });

    it('are read for the ids that the notice brought no values for', async () => {
      receiver.salesforce.save('Contact', BOB, { Email: 'bob@x.example' });
      const values = { Email: 'ada@x.example', CreatedDate: null };
      await notify({ ...record(values), ids: [ADA, BOB] });
      await settle();
      expect(receiver.salesforce.calls).toEqual(['retrieve Contact 1']);
      expect((await contact(ADA))?.lastChange.via).toBe('notice');
      expect((await contact(BOB))?.lastChange.via).toBe('read');
    });
  });

  describe('passes that notices start', () => {
    const HOUR_MS = 3_600_000;

    beforeEach(async () => {
      const nowMs = receiver.clock.now();
      const objects = Object.fromEntries(
        Object.entries(org.objects).map(([object, state], index) => [
          object,
          { ...state, completeThroughMs: nowMs - index * HOUR_MS },
        ]),
      );
      await receiver.ports.orgs.update({ ...org, objects });
    });

    it('fills a gap from where it or the proven part ends, ten minutes earlier (R7)', async () => {
      const since = receiver.clock.now() - HOUR_MS;
      const gap = { since: isoSeconds(since), until: isoSeconds(since), reason: 'gateway' };
      const type = 'salesforce.gap';
      await receiver.post(org.orgId, { ...aNotice(org.orgId, since, []), type, gap });
      await settle();
      const [pass] = await receiver.ports.jobs.listPasses(org.orgId, { limit: 5 });
      expect(pass).toMatchObject({
        kind: 'gap',
        parts: {
          Account: { sinceMs: since - 600_000 },
          Contact: { sinceMs: since - 600_000 },
          Task: { sinceMs: since - HOUR_MS - 600_000 },
        },
      });
    });

    it('reads a window when over 10,000 records of an object changed at once (R3)', async () => {
      const changes = Array.from({ length: 6 }, (_, part) => ({
        ids: Array.from({ length: 1_700 }, (_, n) => recordIdOf('003', part * 1_700 + n)),
      }));
      await notify(...changes);
      await settle();
      expect(receiver.salesforce.calls).toEqual([]);
      const [pass] = await receiver.ports.jobs.listPasses(org.orgId, { limit: 5 });
      expect(pass?.parts).toEqual({
        Contact: expect.objectContaining({ sinceMs: receiver.clock.now() - 600_000 }),
      });
    });

    it('ends interval sync as soon as a change has been applied (R7)', async () => {
      const sinceMs = receiver.clock.now();
      const late = aNotice(org.orgId, sinceMs, [{ op: 'delete', ids: [ADA] }]);
      await receiver.post(org.orgId, late);
      receiver.clock.advance(1_000);
      const state = await receiver.ports.orgs.get(org.orgId);
      if (state === undefined) throw new Error('no org');
      const mode = { name: 'interval', sinceMs: receiver.clock.now(), epoch: 2 } as const;
      await receiver.ports.orgs.update({ ...state, mode });
      await settle();
      expect((await receiver.ports.orgs.get(org.orgId))?.mode.name).toBe('interval');
      receiver.clock.advance(1_000);
      await notify({ op: 'delete', ids: [BOB] });
      await settle();
      expect((await receiver.ports.orgs.get(org.orgId))?.mode).toMatchObject({
        name: 'closing',
        epoch: 3,
      });
    });
  });

  describe('an update of a record that the mirror should have known (R6)', () => {
    const DAY_MS = 86_400_000;
    const audits = () => receiver.ports.jobs.listPasses(org.orgId, { limit: 10 });
    const bornAt = (timeMs: number) => ({ CreatedDate: new Date(timeMs).toISOString() });

    beforeEach(async () => {
      const completeThroughMs = receiver.clock.now();
      const { Contact: state } = org.objects;
      if (state === undefined) throw new Error('no Contact');
      const objects = { ...org.objects, Contact: { ...state, completeThroughMs } };
      await receiver.ports.orgs.update({ ...org, objects });
    });

    it('has the object audited, once a day', async () => {
      receiver.salesforce.save('Contact', ADA, bornAt(receiver.clock.now() - DAY_MS));
      receiver.salesforce.save('Contact', BOB, bornAt(receiver.clock.now() - DAY_MS));
      await notify({ ids: [ADA] });
      await settle();
      await notify({ ids: [BOB] });
      await settle();
      expect(await audits()).toMatchObject([{ kind: 'audit', parts: { Contact: {} } }]);
      expect(await counters()).toMatchObject({ inconsistencies: 2 });
    });

    it('does not count for a new record, a deleted one, or one that was announced', async () => {
      const late = recordIdOf('003', 3);
      receiver.salesforce.save('Contact', ADA, bornAt(receiver.clock.now() - 599_000));
      receiver.salesforce.save('Contact', BOB, bornAt(receiver.clock.now() - DAY_MS));
      receiver.salesforce.save('Contact', late, bornAt(receiver.clock.now() - DAY_MS));
      await notify({ op: 'delete', ids: [late] });
      await settle();
      receiver.clock.advance(10_000);
      receiver.salesforce.save('Contact', late, {});
      await notify({ ids: [ADA] }, { op: 'insert', ids: [BOB] }, { ids: [BOB, late] });
      await settle();
      expect(await contact(late)).toMatchObject({ deleted: false });
      expect(await audits()).toEqual([]);
    });
  });

  describe('when something fails', () => {
    it('keeps a notice through an outage of any length, and says so meanwhile', async () => {
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      await notify({ op: 'insert', ids: [ADA] });
      const away = () =>
        new AppError('salesforce-unavailable', 'Salesforce is away.', { retryable: true });
      const problem = async () => (await receiver.ports.orgs.get(org.orgId))?.problem;
      for (let attempt = 0; attempt < 12; attempt++) {
        receiver.salesforce.failures.push(away());
        await receiver.work();
        expect(await problem()).toBe(
          attempt === 0 ? undefined : 'Notices wait: Salesforce is away.',
        );
        if (attempt % 4 === 3) receiver.clock.advance(300_000);
      }
      expect(receiver.consumers.notices.depth()).toEqual({ messages: 1, deadLetters: 0 });
      await settle();
      expect(await contact(ADA)).toMatchObject({ deleted: false, revision: 1 });
      expect(await problem()).toBeUndefined();
    });

    it('parks what is itself at fault', async () => {
      await notify({ op: 'insert', ids: [ADA] });
      for (let attempt = 0; attempt < 5; attempt++) {
        receiver.salesforce.failures.push(new AppError('salesforce-refused', 'INVALID_FIELD'));
        await receiver.work();
      }
      expect(receiver.consumers.notices.depth()).toEqual({ messages: 0, deadLetters: 1 });
    });

    it('announces on redelivery what was written but not announced (R15)', async () => {
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      await notify({ op: 'insert', ids: [ADA] });
      let broken = true;
      const { feed } = receiver.ports;
      const append: typeof feed.append = async (...given) => {
        if (broken) throw new AppError('unavailable', 'The feed is away.', { retryable: true });
        return feed.append(...given);
      };
      const worker = makeWorker({ ...receiver.ports, feed: withMethods(feed, { append }) });
      const [message] = await receiver.consumers.notices.receive(1, 0);
      if (message === undefined) throw new Error('no message');
      const deliver = (receiveCount: number) =>
        worker({ Records: [sqsRecord({ ...message, receiveCount })] }, context());
      await expect(deliver(1)).rejects.toThrow(AppError);
      expect(await contact(ADA)).toMatchObject({ revision: 1 });
      expect(await receiver.feed(org.orgId)).toEqual([]);
      broken = false;
      await deliver(2);
      await deliver(1);
      expect((await receiver.feed(org.orgId)).map(({ id }) => id)).toEqual([`${ADA}:1`]);
    });

    it('fails only the messages of the org that failed', async () => {
      const other = await connectTestOrg(receiver);
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      await notify({ op: 'insert', ids: [ADA] });
      const deletion = aNotice(other.orgId, receiver.clock.now(), [{ op: 'delete', ids: [BOB] }]);
      await receiver.post(other.orgId, deletion);
      receiver.salesforce.failures.push(
        new AppError('salesforce-unavailable', 'Salesforce is away.', { retryable: true }),
      );
      await receiver.work();
      expect(await contact(ADA)).toBeUndefined();
      expect(await receiver.ports.mirror.get(other.orgId, 'Contact', BOB)).toMatchObject({
        deleted: true,
      });
      await settle();
      expect(await contact(ADA)).toMatchObject({ deleted: false });
    });

    it('parks only the notice that fails for good, not its neighbours', async () => {
      const TASK_ID = recordIdOf('00T', 9);
      receiver.salesforce.save('Contact', ADA, { Email: 'ada@x.example' });
      await notify({ op: 'insert', ids: [ADA] });
      await notify({ object: 'Task', op: 'insert', ids: [TASK_ID] });
      const messages = await receiver.consumers.notices.receive(10, 0);
      const refusal = new AppError('salesforce-refused', 'INVALID_FIELD');
      const salesforce = {
        ...receiver.ports.salesforce,
        forOrg: async (known: OrgState) => {
          const client = await receiver.ports.salesforce.forOrg(known);
          const retrieve: typeof client.retrieve = async (object, ...rest) => {
            if (object === 'Task') throw refusal;
            return client.retrieve(object, ...rest);
          };
          return withMethods(client, { retrieve });
        },
      };
      const worker = makeWorker({ ...receiver.ports, salesforce });
      const event = { Records: messages.map(sqsRecord) };
      const response = await worker(event, context());
      const parked = messages.find(({ body }) => body.includes(TASK_ID));
      expect(response.batchItemFailures).toEqual([{ itemIdentifier: parked?.id }]);
      expect(await contact(ADA)).toMatchObject({ deleted: false });
    });

    it('leaves messages that it cannot read for the dead letters, with their reason', async () => {
      const worker = makeWorker(receiver.ports);
      const good = { type: 'record.verify.v1', object: 'Case', ids: [], reason: 'tie' };
      const bodies = [
        'no JSON',
        JSON.stringify({ type: 'notice.apply.v9', orgId: org.orgId }),
        JSON.stringify({ ...good, orgId: 'nobody' }),
        JSON.stringify({ ...good, orgId: org.orgId }),
      ];
      const records = bodies.map((body, n) => sqsRecord({ id: `m${n}`, body, receiveCount: 1 }));
      const response = await worker({ Records: records }, context());
      const failed = response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      expect(failed).toEqual(['m0', 'm1', 'm2']);
      const refused = receiver.telemetry.lines.filter((l) => l.message === 'MessageRefused');
      expect(refused.map(({ fields }) => fields?.['messageId'])).toEqual(['m0', 'm1', 'm2']);
    });

    it('lets go of notices of an org that was removed meanwhile', async () => {
      await notify({ op: 'delete', ids: [ADA] });
      const state = await receiver.ports.orgs.get(org.orgId);
      if (state === undefined) throw new Error('no org');
      expect(await receiver.ports.orgs.update({ ...state, phase: 'removed' })).toBe('updated');
      expect(await receiver.work()).toBe(1);
      expect(await contact(ADA)).toBeUndefined();
      expect(receiver.consumers.notices.depth()).toEqual({ messages: 0, deadLetters: 0 });
    });
  });
});
