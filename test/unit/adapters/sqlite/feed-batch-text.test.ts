import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '#core/record.ts';
import { feedBatchOf, feedBatchText } from '../../../../lambdas/adapters/sqlite/feed-batch-text.ts';
import { feedEvents } from '../../../support/feed-events.ts';
import { freshOrgId } from '../../../support/salesforce-ids.ts';

const ORG = freshOrgId();

describe('the text of a feed batch', () => {
  it('gives back the events, whatever they have in common', () => {
    const alike = feedEvents(ORG, 5);
    const mixed: FeedEvent[] = alike.map((event, n) => ({
      ...event,
      object: n % 2 === 0 ? 'Contact' : 'Lead',
      revision: n,
    }));
    for (const events of [alike, mixed, alike.slice(0, 1), []]) {
      expect(feedBatchOf(feedBatchText(events))).toEqual(events);
    }
  });

  it('writes once what all events share', () => {
    const events = feedEvents(ORG, 100);
    const text = feedBatchText(events);
    expect(text.match(/"orgId"/g)).toHaveLength(1);
    expect(text.length).toBeLessThan(JSON.stringify(events).length / 1.5);
  });

  it('reads batches of earlier releases', () => {
    const events = feedEvents(ORG, 2);
    expect(feedBatchOf(JSON.stringify(events))).toEqual(events);
  });
});
