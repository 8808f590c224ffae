import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { parseNotice } from '#core/parse-notice.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';

const ORG = orgIdOf(1);
const SENT_MS = Date.parse('2026-11-21T22:10:04Z');
const ID = recordIdOf('003', 1);

const NOTICE = {
  version: 1,
  type: 'salesforce.changes',
  orgId: ORG,
  sentAt: '2026-11-21T22:10:04Z',
  package: '1.0.0',
  mode: 'coalescing',
  changes: [
    {
      object: 'Contact',
      op: 'update',
      at: '2026-11-21T22:10:01Z',
      conditions: '3f9a1c0b77de',
      fields: ['Email'],
      readAt: '2026-11-21T22:10:03.250Z',
      ids: [ID],
      records: [{ id: ID, modstamp: '2026-11-21T22:10:01Z', fields: { Email: null } }],
    },
  ],
};

function faultOf(notice: unknown): AppError {
  try {
    parseNotice(
      Buffer.from(typeof notice === 'string' ? notice : JSON.stringify(notice)),
      ORG,
      SENT_MS,
    );
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The notice was accepted.');
}

function withChange(change: object): unknown {
  return { ...NOTICE, changes: [NOTICE.changes[0], { ...NOTICE.changes[0], ...change }] };
}

describe('parseNotice', () => {
  it.each([
    ['/changes/1/at', { at: '2026-11-21T22:15:05Z' }],
    ['/changes/1/at', { at: '2026-13-21T22:15:05Z' }],
    ['/changes/1/readAt', { readAt: '9999-12-31T23:59:59Z' }],
    [
      '/changes/1/records/0/modstamp',
      { records: [{ id: ID, modstamp: '2027-01-01T00:00:00Z', fields: {} }] },
    ],
  ])('refuses a time after the one it was sent at: %s', (pointer, change) => {
    expect(faultOf(withChange(change))).toMatchObject({ code: 'invalid-input', pointer });
  });

  it('takes times up to five minutes after that: clocks differ', () => {
    const ahead = { at: '2026-11-21T22:15:04Z', readAt: '2026-11-21T22:15:04Z' };
    const body = Buffer.from(JSON.stringify(withChange(ahead)));
    expect(parseNotice(body, ORG, SENT_MS).changes).toHaveLength(2);
  });

  it('reads a notice and leaves out members it does not know', () => {
    const given = { ...NOTICE, later: true };
    expect(parseNotice(Buffer.from(JSON.stringify(given)), ORG, SENT_MS)).toEqual(NOTICE);
  });

  it.each([
    ['no JSON', '{"a":', ''],
    ['no object', '[]', ''],
    ['no version', { ...NOTICE, version: undefined }, '/version'],
    ['another type', { ...NOTICE, type: 'salesforce.news' }, '/type'],
    ['another org', { ...NOTICE, orgId: orgIdOf(2) }, '/orgId'],
    ['a time without zone', { ...NOTICE, sentAt: '2026-11-21T22:10:04' }, '/sentAt'],
    ['an unknown operation', withChange({ op: 'upsert' }), '/changes/1/op'],
    ['no ids', withChange({ ids: [] }), '/changes/1/ids'],
    ['too many ids', withChange({ ids: Array(2_001).fill(ID) }), '/changes/1/ids'],
    ['a short id', withChange({ ids: [ID.slice(0, 15)] }), '/changes/1/ids/0'],
    ['a wrong checksum', withChange({ ids: [ID, `${ID.slice(0, 15)}AAB`] }), '/changes/1/ids/1'],
    ['an object that is no name', withChange({ object: "Contact' OR" }), '/changes/1/object'],
    ['a merge without winner', withChange({ op: 'merge' }), '/changes/1/into'],
    [
      'a value that is no scalar',
      withChange({ records: [{ id: ID, modstamp: NOTICE.sentAt, fields: { Email: {} } }] }),
      '/changes/1/records/0/fields/Email',
    ],
  ])('refuses %s, naming it', (_what, notice, pointer) => {
    expect(faultOf(notice)).toMatchObject({ code: 'invalid-input', pointer });
  });

  it('never quotes what it was given', () => {
    const fault = faultOf(withChange({ op: 'secret-value' }));
    expect(fault.message).not.toContain('secret-value');
    expect(faultOf('{"token": "secret-value').message).not.toContain('secret-value');
  });

  it('asks for a later retry when the notice is of a newer version', () => {
    expect(faultOf({ ...NOTICE, version: 2, changes: 'of another form' })).toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('refuses bytes that are no UTF-8', () => {
    expect(() => parseNotice(Buffer.from([0x7b, 0xff, 0x7d]), ORG, SENT_MS)).toThrow(AppError);
  });
});
