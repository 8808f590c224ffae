import type { OrgId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import { recordIdOf } from './salesforce-ids.ts';

/** The n-th of a run of events, told apart by its record and revision. */
export function aFeedEvent(orgId: OrgId, n: number, changes: Partial<FeedEvent> = {}): FeedEvent {
  const recordId = recordIdOf('003', n);
  return {
    id: `${recordId}:1`,
    type: 'record.updated',
    orgId,
    object: 'Contact',
    recordId,
    revision: 1,
    via: 'notice',
    modstamp: '2026-11-21T09:00:00.000Z',
    appliedAt: '2026-11-21T09:00:01.500Z',
    changed: { Name: { old: null, new: `contact ${n}` } },
    ...changes,
  };
}

/** Events `from`, `from + 1`, … */
export function feedEvents(orgId: OrgId, count: number, from = 0): FeedEvent[] {
  return Array.from({ length: count }, (_, index) => aFeedEvent(orgId, from + index));
}
