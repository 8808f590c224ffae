import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { AppError } from '#core/errors.ts';
import type { FeedEvent } from '#core/record.ts';
import type { Clock } from '#ports/clock.ts';
import { awsError } from './aws-error.ts';
import { mapLimit } from './concurrency.ts';

/** `source` of the events: what rules on the bus match. */
const EVENT_SOURCE = 'mixmax.rts';

const ENTRIES_PER_REQUEST = 10;
/** What PutEvents takes in all, by its own way of counting; kept below. */
const REQUEST_MAX_BYTES = 240 * 1_024;
const REQUESTS_AT_ONCE = 4;
/** The bus takes some thousand entries a second, by region; what is over is sent again after growing pauses. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/** Announces feed events on an EventBridge bus: `detail-type` is the event's type, `detail` the event. */
export class EventAnnouncer {
  readonly #client: EventBridgeClient;
  readonly #bus: string;
  readonly #clock: Clock;

  constructor(client: EventBridgeClient, bus: string, clock: Clock) {
    this.#client = client;
    this.#bus = bus;
    this.#clock = clock;
  }

  /** @throws AppError unavailable (retryable) when some could not be announced; others may have been */
  async announce(events: readonly FeedEvent[]): Promise<void> {
    const requests = requestsOf(events.map((event) => this.#entry(event)));
    await mapLimit(requests, REQUESTS_AT_ONCE, (entries) => this.#put(entries));
  }

  /**
   * The values of an event that is too large for the bus are left out, marked by `changedOmitted`: they are in the feed
   * under the same id.
   */
  #entry(event: FeedEvent): PutEventsRequestEntry {
    const whole = JSON.stringify(event);
    const detail =
      Buffer.byteLength(whole) < REQUEST_MAX_BYTES - 1_024
        ? whole
        : JSON.stringify({ ...event, changed: {}, changedOmitted: true });
    return {
      EventBusName: this.#bus,
      Source: EVENT_SOURCE,
      DetailType: event.type,
      Time: new Date(event.appliedAt),
      Detail: detail,
    };
  }

  async #put(entries: readonly PutEventsRequestEntry[]): Promise<void> {
    let rest = [...entries];
    for (let attempt = 0; attempt < ATTEMPTS && rest.length > 0; attempt += 1) {
      if (attempt > 0) await this.#clock.sleep(FIRST_PAUSE_MS * 3 ** (attempt - 1));
      rest = await this.#putOnce(rest);
    }
    if (rest.length === 0) return;
    const message = `EventBridge refused ${rest.length} events for the bus ${this.#bus} ${ATTEMPTS} times.`;
    throw new AppError('unavailable', message, { retryable: true });
  }

  /** @returns the entries that were not taken */
  async #putOnce(entries: readonly PutEventsRequestEntry[]): Promise<PutEventsRequestEntry[]> {
    try {
      const command = new PutEventsCommand({ Entries: [...entries] });
      const { Entries = [] } = await this.#client.send(command);
      return entries.filter((_, index) => Entries[index]?.ErrorCode !== undefined);
    } catch (error) {
      throw awsError(`EventBridge PutEvents on the bus ${this.#bus}`, error);
    }
  }
}

function requestsOf(entries: readonly PutEventsRequestEntry[]): PutEventsRequestEntry[][] {
  const requests: PutEventsRequestEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = entryBytes(entry);
    const current = requests.at(-1);
    if (current && current.length < ENTRIES_PER_REQUEST && bytes + size <= REQUEST_MAX_BYTES) {
      current.push(entry);
      bytes += size;
    } else {
      requests.push([entry]);
      bytes = size;
    }
  }
  return requests;
}

/** As PutEvents counts: 14 bytes for the time, and the texts. */
function entryBytes({ Source = '', DetailType = '', Detail = '' }: PutEventsRequestEntry): number {
  return 14 + Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
}
