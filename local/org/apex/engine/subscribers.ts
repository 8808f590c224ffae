import type { SubscriberConfig } from '../../schema/metadata.ts';
import type { FieldValues } from '../../schema/schema.ts';
import type { SaveContext } from '../../store/record-store.ts';
import type { TriggerInfo } from '../program.ts';
import type { OrgServices } from './org-services.ts';

/** How far a trigger has read its event's stream; kept with what the trigger wrote. */
export interface SubscriberState {
  readonly trigger: string;
  readonly object: string;
  /** Its EventBusSubscriber row, 18 characters. */
  readonly rowId: string;
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
const ROW_OBJECT = 'EventBusSubscriber';
const LAST_ERROR_LENGTH = 1000;
/** A trigger that has nothing to repeat. */
const FRESH = { retries: 0, lastError: null, status: 'running', notBeforeMs: 0 } as const;
const DEFAULT_BATCH_SIZE = 2_000;

/** The platform event triggers of the org and their places in their streams; every one has an EventBusSubscriber row. */
export class Subscribers {
  readonly #org: OrgServices;
  readonly #configs: ReadonlyMap<string, SubscriberConfig>;
  readonly #triggers: readonly TriggerInfo[];

  constructor(org: OrgServices, configs: readonly SubscriberConfig[]) {
    this.#org = org;
    this.#triggers = org.activeTriggers.filter(
      ({ object }) => org.schema.find(object)?.kind === 'platformEvent',
    );
    this.#configs = new Map(configs.map((config) => [config.consumer.toLowerCase(), config]));
  }

  /** Triggers that were not there before begin at the tip of their stream: they see what is published from now on. */
  register(): void {
    const { store, bus } = this.#org;
    for (const { name, object } of this.#triggers) {
      if (store.documents.get(COLLECTION, name) === undefined) {
        const state = { trigger: name, object, position: bus.tip(object), ...FRESH };
        const row = store.insert(ROW_OBJECT, rowOf(state, bus.tip(object)), this.#saveContext());
        this.#keep({ ...state, rowId: String(row['Id']) });
      }
    }
  }

  /** A deployed trigger runs again, whatever state it was in; what it missed while it stood still is lost to it. */
  resume(): void {
    for (const state of this.all()) {
      if (state.status === 'error') {
        this.save({ ...state, ...FRESH, position: this.#org.bus.tip(state.object) });
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
    const state = this.#org.store.documents.get(COLLECTION, trigger);
    if (!isState(state)) {
      throw new Error(`The org database holds no readable place of the event trigger ${trigger}.`);
    }
    return state;
  }

  save(state: SubscriberState): void {
    const { store, bus } = this.#org;
    this.#keep(state);
    store.update(ROW_OBJECT, state.rowId, rowOf(state, bus.tip(state.object)), this.#saveContext());
  }

  batchSize(trigger: string): number {
    return this.#configs.get(trigger.toLowerCase())?.batchSize ?? DEFAULT_BATCH_SIZE;
  }

  /** Name of the configured running user; undefined = Automated Process. */
  username(trigger: string): string | undefined {
    return this.#configs.get(trigger.toLowerCase())?.user;
  }

  #keep(state: SubscriberState): void {
    this.#org.store.documents.put(COLLECTION, state.trigger, state);
  }

  #saveContext(): SaveContext {
    return { nowMs: this.#org.now(), userId: this.#org.automatedProcessUserId };
  }
}

function rowOf(state: Omit<SubscriberState, 'rowId'>, tip: number): FieldValues {
  return {
    Name: state.trigger,
    Type: 'ApexTrigger',
    Topic: state.object,
    Position: state.position,
    Tip: tip,
    Retries: state.retries,
    LastError: state.lastError?.slice(0, LAST_ERROR_LENGTH) ?? null,
    Status: state.status === 'error' ? 'Error' : 'Running',
  };
}

/**
 * The user that runs a trigger: the configured one, or Automated Process.
 * @throws Error naming the user a subscriber configuration asks for in vain
 */
export function subscriberUser(org: OrgServices, username: string | undefined): string {
  if (username === undefined) {
    return org.automatedProcessUserId;
  }
  const [id] = org.store.findByKey('User', 'Username', username);
  if (id === undefined) {
    throw new Error(
      `A PlatformEventSubscriberConfig names the user ${username}, who is not in this org.`,
    );
  }
  return id;
}

function isState(value: unknown): value is SubscriberState {
  return (
    typeof value === 'object' &&
    value !== null &&
    'trigger' in value &&
    'object' in value &&
    'rowId' in value &&
    typeof value.rowId === 'string' &&
    'position' in value &&
    typeof value.position === 'number' &&
    'retries' in value &&
    typeof value.retries === 'number' &&
    'notBeforeMs' in value &&
    typeof value.notBeforeMs === 'number'
  );
}
