import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrgState } from '#core/org.ts';
import { aNotice, isoSeconds } from '../../support/notices.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';
import {
  connectTestOrg,
  openTestReceiver,
  type TestReceiver,
} from '../../support/test-receiver.ts';

/* Notices that are signed and wrong: refused with the place of the fault, or taken without harm; no queue stands still. */

const ADA = recordIdOf('003', 1);
const MODSTAMP = '2026-11-21T22:10:01Z';

let receiver: TestReceiver;
let org: OrgState;
beforeEach(async () => {
  receiver = openTestReceiver();
  org = await connectTestOrg(receiver);
});
afterEach(() => receiver.close());

const post = (change: object, more: object = {}) =>
  receiver.post(org.orgId, {
    ...aNotice(org.orgId, receiver.clock.now(), [{ ids: [ADA], ...change }]),
    ...more,
  });

async function mirrored(): Promise<number> {
  const { live, deleted, hidden } = await receiver.ports.mirror.counts(org.orgId, 'Contact');
  return live + deleted + hidden;
}

describe('a signed notice', () => {
  it.each<[string, object, object, string]>([
    ['an id of 15 characters', { ids: [ADA.slice(0, 15)] }, {}, '/changes/0/ids/0'],
    ['an id with a wrong checksum', { ids: [`${ADA.slice(0, 15)}ZZZ`] }, {}, '/changes/0/ids/0'],
    ['no ids', { ids: [] }, {}, '/changes/0/ids'],
    ['2,001 ids', { ids: Array(2_001).fill(ADA) }, {}, '/changes/0/ids'],
    ['an unknown operation', { op: 'upsert' }, {}, '/changes/0/op'],
    ['a merge without its winner', { op: 'merge' }, {}, '/changes/0/into'],
    ['a name that is a path', { object: '../Contact' }, {}, '/changes/0/object'],
    ['a name that is SQL', { object: "Contact'; DROP TABLE org" }, {}, '/changes/0/object'],
    ['a time in the next year', { at: '2031-01-01T00:00:00Z' }, {}, '/changes/0/at'],
    ['a time that is none', { at: '2026-13-45T00:00:00Z' }, {}, '/changes/0/at'],
    ['a time with a zone', { at: '2026-11-21T10:00:00+01:00' }, {}, '/changes/0/at'],
    [
      'a value that is an object',
      { records: [{ id: ADA, modstamp: MODSTAMP, fields: { Name: { first: 'Ada' } } }] },
      {},
      '/changes/0/records/0/fields/Name',
    ],
    [
      'fields that are a list',
      { records: [{ id: ADA, modstamp: MODSTAMP, fields: ['Ada'] }] },
      {},
      '/changes/0/records/0/fields',
    ],
    ['another org', {}, { orgId: recordIdOf('00D', 99) }, '/orgId'],
    ['an unknown type', {}, { type: 'salesforce.everything' }, '/type'],
    ['no changes', {}, { changes: 'none' }, '/changes'],
  ])(
    'with %s is refused with 400 and its place, and leaves nothing behind',
    async (_, change, more, pointer) => {
      const answer = await post(change, more);
      expect(answer.statusCode).toBe(400);
      expect(JSON.parse(String(answer.body))).toMatchObject({ pointer });
      expect(await receiver.work()).toBe(0);
      expect(await mirrored()).toBe(0);
    },
  );

  it.each(['{', '[]', 'null', '""', '\ufeff{}', '{"__proto__":{"version":1}}'])(
    'whose body is %j is refused with 400',
    async (body) => {
      expect((await receiver.post(org.orgId, body)).statusCode).toBe(400);
      expect(await receiver.work()).toBe(0);
    },
  );

  it('about objects nobody syncs is taken, counted, and changes nothing', async () => {
    for (const object of ['Invoice__c', 'constructor', 'toString', 'hasOwnProperty']) {
      expect((await post({ object, op: 'insert' })).statusCode, object).toBe(202);
    }
    while ((await receiver.work()) > 0);
    const { counters } = await receiver.ports.orgs.liveness(org.orgId);
    expect(counters['changesIgnored']).toBe(4);
    expect(receiver.salesforce.calls).toEqual([]);
    expect(await receiver.ports.deadLetters.list(org.orgId, 10)).toEqual([]);
    expect(receiver.consumers.notices.depth()).toEqual({ messages: 0, deadLetters: 0 });
  });

  it('with members of the prototype among its values pollutes nothing', async () => {
    const fields = JSON.parse('{"__proto__":"x","constructor":"y","Name":"Ada"}') as object;
    const records = [{ id: ADA, modstamp: isoSeconds(receiver.clock.now()), fields }];
    expect((await post({ op: 'insert', records })).statusCode).toBe(202);
    receiver.salesforce.save('Contact', ADA, { Name: 'Ada' });
    while ((await receiver.work()) > 0);
    const held = await receiver.ports.mirror.get(org.orgId, 'Contact', ADA);
    expect(held?.fields['Name']).toBe('Ada');
    expect(Object.keys(held?.fields ?? {})).not.toContain('constructor');
    expect(({} as { Name?: string }).Name).toBeUndefined();
  });
});
