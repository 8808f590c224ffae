import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { Clock } from '#ports/clock.ts';
import type { Feed } from '#ports/feed.ts';
import type { Random } from '#ports/random.ts';
import { DynamoFeed } from './dynamo-feed.ts';
import type { DynamoTable } from './dynamo-table.ts';
import { EventAnnouncer } from './event-announcer.ts';

export interface DynamoFeedOptions {
  readonly table: DynamoTable;
  /** Name or ARN. */
  readonly eventBus: string;
  readonly client: EventBridgeClientConfig;
  readonly clock: Clock;
  readonly random: Random;
}

/** The feed with its bus. In a file of its own: functions that append nothing do not load the bus's client. */
export function openDynamoFeed({ table, eventBus, client, clock, random }: DynamoFeedOptions): {
  readonly feed: Feed;
  close(): void;
} {
  const events = new EventBridgeClient(client);
  const announcer = new EventAnnouncer(events, eventBus, clock);
  return {
    feed: new DynamoFeed(table, announcer, clock, random),
    close: () => events.destroy(),
  };
}
