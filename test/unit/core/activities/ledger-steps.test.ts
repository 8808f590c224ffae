import { describe, expect, it } from 'vitest';
import type { Activity } from '#core/activities/activity.ts';
import type { LedgerEntry, LedgerRow } from '#core/activities/ledger-entry.ts';
import { accept, claim, requeued, settle } from '#core/activities/ledger-steps.ts';
import { type RowResult, settlementOf } from '#core/activities/settlement-of.ts';
import { freshOrgId, recordIdOf } from '../../../support/salesforce-ids.ts';

const MINUTE_MS = 60_000;
const orgId = freshOrgId();
const userId = recordIdOf('005', 1);
const activity: Activity = {
  id: 'a',
  version: 1,
  kind: 'email.received',
  at: '2026-11-20T09:30:15Z',
  user: 'me@acme.example',
  from: 'ada@acme.example',
  subject: 'Hello',
  text: 'long',
};
const row: LedgerRow = {
  key: 'a/0',
  object: 'Task',
  place: 0,
  version: 1,
  whoIds: [recordIdOf('003', 1)],
  whatId: null,
  whoName: 'Ada',
};
const saved: RowResult = { row: { ...row, recordId: recordIdOf('00T', 1) }, outcome: 'saved' };
const failed = (outcome: 'refused' | 'not-tried' | 'uncertain', retryable: boolean): RowResult => ({
  row,
  outcome,
  reason: 'why',
  retryable,
});

function accepted(): LedgerEntry {
  const step = accept(undefined, { orgId, activity, userId }, 0);
  if (!('next' in step)) throw new Error('it was refused');
  return { ...step.next, revision: 1 };
}

function claimed(entry: LedgerEntry, nowMs: number): LedgerEntry {
  const step = claim(entry, 'worker', nowMs);
  if (step.outcome !== 'claimed') throw new Error(`it is ${step.outcome}`);
  return step.next;
}

describe('the life of a ledger entry', () => {
  it('a claim keeps others away for ten minutes, and then says that something may exist', () => {
    const writing = claimed(accepted(), 0);
    expect(claim(writing, 'other', 9 * MINUTE_MS)).toMatchObject({ outcome: 'busy' });
    expect(claim(writing, 'other', 11 * MINUTE_MS)).toMatchObject({ lookFirst: true });
    expect(claim(accepted(), 'worker', 0)).toMatchObject({ lookFirst: false });
  });

  it('a Task that is not kept up any more is looked for when it is wanted again', () => {
    const end = (rows: readonly RowResult[]) => settlementOf(rows, [], 0);
    const written = settle(claimed(accepted(), 0), end([saved]), 1);
    expect(written.mayExist).toBeUndefined();
    const excluded = settle(claimed(requeued(written, 2), 2), end([]), 3);
    expect(excluded).toMatchObject({ state: 'skipped', rows: [], mayExist: true });
    expect(claim(requeued(excluded, 4), 'worker', 4)).toMatchObject({ lookFirst: true });
    const removed = settle(
      claimed(requeued(written, 2), 2),
      end([{ ...saved, outcome: 'removed' }]),
      3,
    );
    expect(removed.mayExist).toBeUndefined();
  });

  it('a newer version that comes while the older is written is queued with the rows it will find', () => {
    const writing = claimed(accepted(), 0);
    const newer = { ...activity, version: 2, subject: 'Other' };
    const step = accept(writing, { orgId, activity: newer, userId }, 1);
    if (!('next' in step)) throw new Error('it was refused');
    expect(step.next).toMatchObject({ state: 'writing', claim: { token: 'worker' } });
    const next = settle(step.next, settlementOf([saved], [], 0), 2);
    expect(next).toMatchObject({ state: 'queued', version: 2, attempts: 0, rows: [saved.row] });
    expect(next.claim).toBeUndefined();
    expect(next.mayExist).toBeUndefined();
  });

  it('what is written needs its text no more; a skip keeps it', () => {
    const writing = claimed(accepted(), 0);
    expect(settle(writing, settlementOf([saved], [], 0), 1).activity).not.toHaveProperty('text');
    const skip = [{ person: 0, reason: 'no-record' as const }];
    expect(settle(writing, settlementOf([saved], skip, 0), 1).activity).toHaveProperty('text');
    expect(settle(writing, settlementOf([], skip, 0), 1)).toMatchObject({ state: 'skipped' });
  });

  it('a lost answer is remembered until it is cleared up', () => {
    const writing = claimed(accepted(), 0);
    const waiting = settle(writing, settlementOf([failed('uncertain', true)], [], 0), 1);
    expect(waiting).toMatchObject({ state: 'queued', mayExist: true });
    expect(claim(waiting, 'worker', 2)).toMatchObject({ lookFirst: true });
  });
});

describe('how a try ends', () => {
  it.each<[string, readonly RowResult[], number, string]>([
    ['all saved', [saved], 0, 'written'],
    [
      'somebody without a record',
      [{ row: { ...row, whoIds: [] }, outcome: 'saved' }],
      0,
      'unresolved',
    ],
    ['nothing to write', [], 0, 'skipped'],
    ['refused for good', [saved, failed('refused', false)], 0, 'failed'],
    ['a locked record', [saved, failed('refused', true)], 0, 'queued'],
    ['locked for the eighth time', [saved, failed('refused', true)], 7, 'failed'],
    ['an outage, however often', [failed('not-tried', true)], 100, 'queued'],
    ['a call that can never succeed', [failed('not-tried', false)], 0, 'failed'],
    ['no answer, however often', [failed('uncertain', true)], 100, 'queued'],
    [
      'no answer, and a refusal: first what may be there',
      [failed('uncertain', true), failed('refused', false)],
      9,
      'queued',
    ],
    ['taken out of the calendar', [{ row, outcome: 'removed' }], 0, 'written'],
  ])('%s', (_, results, refusals, state) => {
    expect(settlementOf(results, [], refusals).state).toBe(state);
  });

  it('only refusals count up to the last try, and a retry begins anew', () => {
    const outage = settle(
      claimed(accepted(), 0),
      settlementOf([failed('not-tried', true)], [], 0),
      1,
    );
    expect(outage.refusals).toBeUndefined();
    const locked = settle(claimed(outage, 2), settlementOf([failed('refused', true)], [], 0), 3);
    expect(locked).toMatchObject({ attempts: 2, refusals: 1, problem: 'why' });
    expect(requeued(locked, 4)).toMatchObject({ attempts: 0 });
    expect(requeued(locked, 4)).not.toHaveProperty('refusals');
  });
});
