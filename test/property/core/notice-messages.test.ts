import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice, NoticeChange } from '#core/notice.ts';
import { noticeMessages } from '#core/notice-messages.ts';
import { aNotice } from '../../support/notices.ts';
import { orgIdOf, recordIdOf } from '../../support/salesforce-ids.ts';

const ORG = orgIdOf(1);
const AT_MS = Date.UTC(2026, 10, 21, 22, 10, 1);
const RECEIPT = { orgId: ORG, webhookId: 'w', receivedAtMs: AT_MS };
const MAX_BYTES = 1_500;

const change: fc.Arbitrary<Partial<NoticeChange>> = fc
  .record({
    ids: fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 40 }),
    text: fc.option(fc.string({ unit: 'grapheme', maxLength: 60 }), { nil: undefined }),
  })
  .map(({ ids, text }) => {
    const recordIds = ids.map((n) => recordIdOf('003', n));
    if (text === undefined) return { ids: recordIds };
    const modstamp = '2026-11-21T22:10:01Z';
    const records = recordIds.map((id) => ({ id, modstamp, fields: { Name: text } }));
    return { ids: recordIds, records };
  });

function idsOf(notices: readonly Notice[]): string[] {
  return notices.flatMap(({ changes }) => changes.flatMap(({ ids }) => ids)).sort();
}

describe('a notice as queue messages', () => {
  it('keeps every message under the limit, loses no id, repeats none and tells a gap once', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const gap = { since: '2026-11-21T22:00:00Z', until: '2026-11-21T22:09:00Z' };
        const notice = aNotice(ORG, AT_MS, changes, { gap: { ...gap, reason: 'gateway' } });
        const messages = noticeMessages(RECEIPT, notice, MAX_BYTES);
        for (const message of messages) {
          expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(MAX_BYTES);
        }
        const notices = messages.map((message) => message.notice);
        expect(idsOf(notices)).toEqual(idsOf([notice]));
        expect(notices.filter((one) => one.gap !== undefined)).toHaveLength(1);
        for (const { changes: parts } of notices) {
          for (const { ids, records } of parts) {
            expect(records?.map(({ id }) => id) ?? ids).toEqual(ids);
          }
        }
      }),
    );
  });

  it('sends ids only for a record whose values alone are too long', () => {
    const id = recordIdOf('003', 1);
    const record = { id, modstamp: '2026-11-21T22:10:01Z', fields: { Name: 'x'.repeat(2_000) } };
    const notice = aNotice(ORG, AT_MS, [{ ids: [id], records: [record] }]);
    const [message, ...others] = noticeMessages(RECEIPT, notice, MAX_BYTES);
    expect(others).toEqual([]);
    expect(message?.notice.changes[0]).toMatchObject({ ids: [id], values: 'omitted' });
    expect(message?.notice.changes[0]).not.toHaveProperty('records');
  });

  it('is one message when it fits', () => {
    const notice = aNotice(ORG, AT_MS, [{ ids: [recordIdOf('003', 1)] }]);
    expect(noticeMessages(RECEIPT, notice)).toEqual([
      { type: 'notice.apply.v1', ...RECEIPT, notice },
    ]);
  });
});
