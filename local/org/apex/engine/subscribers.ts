import type { SubscriberConfig } from '../../schema/metadata.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { TriggerInfo } from '../program.ts';
import type { EventBus } from './event-bus.ts';
import type { OrgServices } from './org-services.ts';

/** How far a trigger has read its event's stream; kept with what the trigger wrote. */
export interface SubscriberState {
  readonly trigger: string;
  readonly object: string;
  /** Replay id of the last event that needs no delivery any more. */
  readonly position: number;
  readonly retries: number;
  readonly lastError: string | null;
  /** `error` after too many retries: nothing is delivered until the trigger is deployed again. */
  readonly status: 'running' | 'error';
  /** Not before this time, milliseconds since the epoch. */
  readonly notBeforeMs: number;
}

const COLLECTION = 'event-subscribers';
const DEFAULT_BATCH_SIZE = 2_000;

/** The platform event triggers of the org and their places in their streams. */
export class Subscribers {
  readonly #documents: DocumentStore;
  readonly #configs: ReadonlyMap<string, SubscriberConfig>;
  readonly #triggers: readonly TriggerInfo[];

  constructor(
    documents: DocumentStore,
    triggers: readonly TriggerInfo[],
    configs: readonly SubscriberConfig[],
  ) {
    this.#documents = documents;
    this.#triggers = triggers;
    this.#configs = new Map(configs.map((config) => [config.consumer.toLowerCase(), config]));
  }

  /** Triggers that were not there before begin at the tip of their stream: they see what is published from now on. */
  register(bus: EventBus): void {
    for (const { name, object } of this.#triggers) {
      if (this.#documents.get(COLLECTION, name) === undefined) {
        this.save({
          trigger: name,
          object,
          position: bus.tip(object),
          retries: 0,
          lastError: null,
          status: 'running',
          notBeforeMs: 0,
        });
      }
    }
  }

  /** A deployed trigger runs again, whatever state it was in. */
  revive(): void {
    for (const state of this.all()) {
      if (state.status === 'error') {
        this.save({ ...state, status: 'running', retries: 0, lastError: null, notBeforeMs: 0 });
      }
    }
  }

  all(): SubscriberState[] {
    return this.#triggers.map(({ name }) => this.find(name));
  }

  of(object: string): SubscriberState[] {
    return this.all().filter((state) => state.object === object);
  }

  find(trigger: string): SubscriberState {
    const state = this.#documents.get(COLLECTION, trigger);
    if (!isState(state)) {
      throw new Error(`The org database holds no readable place of the event trigger ${trigger}.`);
    }
    return state;
  }

  save(state: SubscriberState): void {
    this.#documents.put(COLLECTION, state.trigger, state);
  }

  batchSize(trigger: string): number {
    return this.#configs.get(trigger.toLowerCase())?.batchSize ?? DEFAULT_BATCH_SIZE;
  }

  /** Name of the configured running user; undefined = Automated Process. */
  username(trigger: string): string | undefined {
    return this.#configs.get(trigger.toLowerCase())?.user;
  }
}

/** The org's platform event triggers. */
export function subscribersOf(org: OrgServices, configs: readonly SubscriberConfig[]): Subscribers {
  const triggers = org.program.triggers.filter(
    ({ object }) => org.schema.find(object)?.kind === 'platformEvent',
  );
  return new Subscribers(org.store.documents, triggers, configs);
}

/**
 * Finds the user that runs a trigger: the configured one, or Automated Process.
 * @throws Error naming the user a subscriber configuration asks for in vain
 */
export function subscriberUser(
  org: OrgServices,
  automatedProcessUserId: string,
): (username: string | undefined) => string {
  return (username) => {
    if (username === undefined) {
      return automatedProcessUserId;
    }
    const [id] = org.store.findByKey('User', 'Username', username);
    if (id === undefined) {
      throw new Error(
        `A PlatformEventSubscriberConfig names the user ${username}, who is not in this org.`,
      );
    }
    return id;
  };
}

function isState(value: unknown): value is SubscriberState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'trigger' in value &&
    'object' in value &&
    'position' in value &&
    typeof value.position === 'number' &&
    'retries' in value &&
    typeof value.retries === 'number' &&
    'notBeforeMs' in value &&
    typeof value.notBeforeMs === 'number'
  );
}
