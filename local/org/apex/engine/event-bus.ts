import type { FieldValue, FieldValues } from '../../schema/schema.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { UsageMeter } from './usage-meter.ts';

/** An event on its way to the bus. */
export interface PendingEvent {
  /** API name, e.g. `Order_Shipped__e`. */
  readonly object: string;
  /** Custom fields only. */
  readonly values: FieldValues;
  readonly uuid: string;
  /** 18 characters. */
  readonly createdById: string;
}

export interface BusEvent extends PendingEvent {
  readonly replayId: number;
  /** Milliseconds since the epoch, UTC. */
  readonly publishedMs: number;
}

export interface EventBusOptions {
  readonly documents: DocumentStore;
  readonly now: () => number;
  /** Counts published events against the hourly allowance. */
  readonly published: UsageMeter;
}

const RETENTION_MS = 72 * 3_600_000;
const TIPS = 'event-tips';

/** Enough digits for keys to sort as numbers do. */
function replayKey(replayId: number): string {
  return String(replayId).padStart(15, '0');
}

function collectionOf(object: string): string {
  return `events:${object}`;
}

/**
 * The bus: events in replay order, kept 72 hours in the org's database, whoever listens. Who has read how far is the
 * subscribers' business.
 */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #listeners: ((object: string) => void)[] = [];
  /** Time of the oldest event kept, by object; what is younger than 72 hours needs no pruning. */
  readonly #oldestMs = new Map<string, number>();

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** `listener` is told of every object whose events became durable. */
  onAppended(listener: (object: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Writes events within the open transaction; the answer wakes the subscribers and is to be called after commit. */
  append(events: readonly PendingEvent[]): () => void {
    if (events.length === 0) {
      return () => {};
    }
    const { documents, now, published } = this.#options;
    const objects = new Set(events.map((event) => event.object));
    for (const object of objects) {
      this.#prune(object);
      const ofObject = events.filter((event) => event.object === object);
      let replayId = this.tip(object);
      for (const event of ofObject) {
        replayId += 1;
        const stored: BusEvent = { ...event, replayId, publishedMs: now() };
        documents.put(collectionOf(object), replayKey(replayId), stored);
      }
      documents.put(TIPS, object, { replayId });
    }
    published.add(events.length);
    return () => {
      for (const object of objects) {
        this.#notify(object);
      }
    };
  }

  /** Events after that replay id, oldest first. */
  read(object: string, afterReplayId: number, limit: number): BusEvent[] {
    return this.#options.documents
      .list(collectionOf(object), { after: replayKey(afterReplayId), limit })
      .map(({ document }) => parseBusEvent(document));
  }

  /** Replay id of the newest event ever published; 0 before the first. */
  tip(object: string): number {
    const document = this.#options.documents.get(TIPS, object);
    return isRecord(document) && typeof document['replayId'] === 'number'
      ? document['replayId']
      : 0;
  }

  #notify(object: string): void {
    for (const listener of this.#listeners) {
      listener(object);
    }
  }

  #prune(object: string): void {
    const { documents, now } = this.#options;
    const keptSince = now() - RETENTION_MS;
    while ((this.#oldestMs.get(object) ?? 0) < keptSince) {
      const [oldest] = this.read(object, 0, 1);
      if (oldest === undefined || oldest.publishedMs >= keptSince) {
        this.#oldestMs.set(object, oldest?.publishedMs ?? now());
        return;
      }
      documents.delete(collectionOf(object), replayKey(oldest.replayId));
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseBusEvent(document: unknown): BusEvent {
  if (
    isRecord(document) &&
    typeof document['object'] === 'string' &&
    typeof document['uuid'] === 'string' &&
    typeof document['createdById'] === 'string' &&
    typeof document['replayId'] === 'number' &&
    typeof document['publishedMs'] === 'number' &&
    isFieldValues(document['values'])
  ) {
    const { object, values, uuid, createdById, replayId, publishedMs } = document;
    return { object, values, uuid, createdById, replayId, publishedMs };
  }
  throw new Error('The org database holds an event this version cannot read.');
}

function isFieldValues(value: unknown): value is FieldValues {
  return isRecord(value) && Object.values(value).every(isFieldValue);
}

function isFieldValue(value: unknown): value is FieldValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
