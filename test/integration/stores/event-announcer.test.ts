import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventAnnouncer } from '#adapters/aws/event-announcer.ts';
import { type LocalEventBus, startEventBus } from '../../../local/cloud/services/event-bus.ts';
import { loopbackClient } from '../../../local/cloud/services/loopback-service.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { aFeedEvent, feedEvents } from '../../support/feed-events.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

const ALL_PAUSES_MS = 60_000;

let bus: LocalEventBus;
let announcer: EventAnnouncer;

beforeEach(async () => {
  bus = await startEventBus();
  const client = new EventBridgeClient({ ...loopbackClient(bus.endpoint), maxAttempts: 1 });
  announcer = new EventAnnouncer(client, 'rts', new ManualClock(undefined, ALL_PAUSES_MS));
  return async () => {
    client.destroy();
    await bus.close();
  };
});

const announced = () => bus.entries.map(({ Detail }) => JSON.parse(Detail));

describe('announcing feed events', () => {
  it('puts each on the bus under its type', async () => {
    const org = freshOrgId();
    const event = aFeedEvent(org, 1, { type: 'record.merged' });
    await announcer.announce([event]);
    expect(bus.entries).toMatchObject([
      { EventBusName: 'rts', Source: 'mixmax.rts', DetailType: 'record.merged' },
    ]);
    expect(announced()).toEqual([event]);
  });

  it('puts at most ten in a request', async () => {
    const events = feedEvents(freshOrgId(), 23);
    await announcer.announce(events);
    expect(bus.requests.toSorted()).toEqual([10, 10, 3]);
    expect(
      announced()
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(events.map(({ id }) => id).toSorted());
    await announcer.announce([]);
    expect(bus.requests).toHaveLength(3);
  });

  it('keeps a request below what the bus takes in all', async () => {
    const org = freshOrgId();
    const changed = { Description: { old: null, new: 'ä'.repeat(50_000) } };
    const events = [1, 2, 3, 4, 5].map((n) => aFeedEvent(org, n, { changed }));
    await announcer.announce(events);
    expect(announced()).toHaveLength(5);
    expect(bus.requests.length).toBeGreaterThan(1);
  });

  it('leaves the values of an event out that is too large for the bus, and says so', async () => {
    const org = freshOrgId();
    const changed = { Description: { old: null, new: 'x'.repeat(300_000) } };
    const event = aFeedEvent(org, 1, { changed });
    await announcer.announce([event, aFeedEvent(org, 2)]);
    const details = announced();
    expect(details.find(({ id }) => id === event.id)).toEqual({
      ...event,
      changed: {},
      changedOmitted: true,
    });
    expect(details.find(({ id }) => id !== event.id)).toEqual(aFeedEvent(org, 2));
  });

  it('repeats what the bus did not take, and only that', async () => {
    let failures = 1;
    bus.refuse(({ Detail }) => Detail.includes('contact 2') && failures-- > 0);
    const events = feedEvents(freshOrgId(), 4);
    await announcer.announce(events);
    expect(announced().map(({ id }) => id)).toEqual([0, 1, 3, 2].map((n) => events[n]?.id));
    expect(bus.requests).toEqual([4, 1]);
  });

  it('fails, to be repeated, when the bus keeps refusing', async () => {
    bus.refuse(({ Detail }) => Detail.includes('contact 2'));
    const error = await appErrorOf(announcer.announce(feedEvents(freshOrgId(), 4)));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(bus.requests).toEqual([4, 1, 1, 1, 1, 1]);
  });
});
