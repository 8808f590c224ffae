import type { DocumentStore } from '../../store/record-store.ts';
import type { TriggerInfo } from '../program.ts';
import type { EventBus } from './event-bus.ts';

/** How a platform event trigger is delivered to; from a PlatformEventSubscriberConfig. */
export interface SubscriberConfig {
  readonly trigger: string;
  /** 1–2,000. */
  readonly batchSize: number;
  /** Running user's name; undefined = Automated Process. */
  readonly username?: string;
}

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
export const DEFAULT_BATCH_SIZE = 2_000;

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
    this.#configs = new Map(configs.map((config) => [config.trigger.toLowerCase(), config]));
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

  config(trigger: string): SubscriberConfig {
    return this.#configs.get(trigger.toLowerCase()) ?? { trigger, batchSize: DEFAULT_BATCH_SIZE };
  }
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
