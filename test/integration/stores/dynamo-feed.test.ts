import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoFeed } from '#adapters/aws/dynamo-feed.ts';
import { DynamoTable } from '#adapters/aws/dynamo-table.ts';
import { EventAnnouncer } from '#adapters/aws/event-announcer.ts';
import { feedPartition } from '#adapters/aws/keys.ts';
import { SystemRandom } from '#adapters/system-random.ts';
import type { OrgId } from '#core/ids.ts';
import type { FeedEvent } from '#core/record.ts';
import { startDynalite } from '../../../local/cloud/services/dynalite.ts';
import { type LocalEventBus, startEventBus } from '../../../local/cloud/services/event-bus.ts';
import {
  type LoopbackService,
  loopbackClient,
} from '../../../local/cloud/services/loopback-service.ts';
import { appErrorOf } from '../../support/app-error-of.ts';
import { createTables } from '../../support/aws/dynamo-servers.ts';
import { feedEvents } from '../../support/feed-events.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { freshOrgId } from '../../support/salesforce-ids.ts';

const clock = new ManualClock(undefined, 60_000);

let dynalite: LoopbackService;
let bus: LocalEventBus;
let dynamo: DynamoDBClient;
let events: EventBridgeClient;
let table: DynamoTable;

beforeAll(async () => {
  [dynalite, bus] = await Promise.all([startDynalite(), startEventBus()]);
  const { feedTable } = await createTables(dynalite.endpoint);
  dynamo = new DynamoDBClient(loopbackClient(dynalite.endpoint));
  events = new EventBridgeClient(loopbackClient(bus.endpoint));
  table = new DynamoTable(DynamoDBDocumentClient.from(dynamo), feedTable, clock);
});

afterAll(async () => {
  dynamo.destroy();
  events.destroy();
  await Promise.all([dynalite.close(), bus.close()]);
});

/** The feed as another process sees it: it remembers nothing. */
function newFeed(): DynamoFeed {
  const announcer = new EventAnnouncer(events, 'rts', clock);
  return new DynamoFeed(table, announcer, clock, new SystemRandom());
}

const append = (feed: DynamoFeed, org: OrgId, from: number, count = 1) =>
  feed.append(org, feedEvents(org, count, from), clock.now());

async function readAll(org: OrgId): Promise<readonly FeedEvent[]> {
  return (await newFeed().read(org, undefined, 1_000)).events;
}

/** As time to live does, some day, in no order. */
async function removeBatch(org: OrgId, seq: number): Promise<void> {
  await table.delete({ pk: feedPartition(org), seq });
}

describe('several processes', () => {
  it('append in turn', async () => {
    const org = freshOrgId();
    const feeds = [newFeed(), newFeed(), newFeed()];
    for (let n = 0; n < 9; n += 1) await append(feeds[n % 3] as DynamoFeed, org, n);
    expect(await readAll(org)).toEqual(feedEvents(org, 9));
  });

  it('append at the same time, and lose nothing', async () => {
    const org = freshOrgId();
    await Promise.all(Array.from({ length: 12 }, (_, n) => append(newFeed(), org, n * 2, 2)));
    const ids = (await readAll(org)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(
      feedEvents(org, 24)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});

describe('removal by time to live', () => {
  it('never lets a number be given twice', async () => {
    const org = freshOrgId();
    for (let n = 0; n < 3; n += 1) await append(newFeed(), org, n);
    const end = (await newFeed().read(org, 'latest', 1)).next;
    for (const seq of [1, 2, 3]) await removeBatch(org, seq);
    expect((await newFeed().read(org, end, 5)).events).toEqual([]);
    await append(newFeed(), org, 7);
    expect((await newFeed().read(org, end, 5)).events).toEqual(feedEvents(org, 1, 7));
  });

  it('tells a reader who missed something', async () => {
    const org = freshOrgId();
    for (let n = 0; n < 4; n += 1) await append(newFeed(), org, n);
    const start = (await newFeed().read(org, undefined, 1)).next;
    await removeBatch(org, 2);
    expect(await appErrorOf(newFeed().read(org, start, 5))).toMatchObject({ code: 'gone' });
    await removeBatch(org, 3);
    await removeBatch(org, 4);
    expect(await appErrorOf(newFeed().read(org, start, 5))).toMatchObject({ code: 'gone' });
  });

  it('is asked for a day after the events are no longer shown', async () => {
    const org = freshOrgId();
    await append(newFeed(), org, 0);
    const item = await table.get({ pk: feedPartition(org), seq: 1 });
    const days = (Number(item?.['expiresAtSeconds']) * 1_000 - clock.now()) / (24 * 3_600_000);
    expect(days).toBeCloseTo(8, 3);
  });
});

describe('a process that was killed between its batch and the noted end', () => {
  it('is made up for by the next', async () => {
    const org = freshOrgId();
    await append(newFeed(), org, 0);
    await append(newFeed(), org, 1);
    // As it was before the second batch.
    await table.put({ pk: feedPartition(org), seq: 0, next: 2 });
    expect(await readAll(org)).toEqual(feedEvents(org, 2));
    await append(newFeed(), org, 2);
    expect(await readAll(org)).toEqual(feedEvents(org, 3));
  });
});

describe('announcing', () => {
  it('follows every append', async () => {
    const org = freshOrgId();
    await append(newFeed(), org, 0, 12);
    const details = bus.entries
      .map(({ Detail }) => JSON.parse(Detail))
      .filter(({ orgId }) => orgId === org);
    expect(details.map(({ id }) => id).toSorted()).toEqual(
      feedEvents(org, 12)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('that fails fails the append, whose events are in the feed all the same', async () => {
    const org = freshOrgId();
    bus.refuse(({ Detail }) => Detail.includes(org));
    const error = await appErrorOf(append(newFeed(), org, 0));
    bus.refuse(() => false);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(await readAll(org)).toEqual(feedEvents(org, 1));
  });
});
