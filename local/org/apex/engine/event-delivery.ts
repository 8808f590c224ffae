import type { FieldValues } from '../../schema/schema.ts';
import type { EventSubscription } from '../platform/system/system-services.ts';
import { SObjectValue } from '../sobject.ts';
import { ApexException, LimitError } from '../values.ts';
import type { Delays } from './delays.ts';
import { triggerContext } from './dml/trigger-runner.ts';
import type { BusEvent } from './event-bus.ts';
import { describeFailure } from './failure.ts';
import type { OrgServices } from './org-services.ts';
import { type SubscriberState, type Subscribers, subscriberUser } from './subscribers.ts';
import type { Transaction, TransactionSource } from './transactions.ts';

export type DeliveryOutcome =
  /** Nothing to deliver. */
  | { readonly kind: 'idle' }
  /** Delivered; `more` tells whether events are left. */
  | { readonly kind: 'done'; readonly more: boolean }
  /** The trigger asked for the batch again. */
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'stopped' };

const MAXIMUM_RETRIES = 9;

/** What makes the platform deliver a batch twice: it promises at least once, and no more. */
export interface DeliveryFaults {
  /** `event-redelivered`: what the trigger did is lost first; `event-duplicated`: it is kept. */
  take(object: string): 'event-redelivered' | 'event-duplicated' | undefined;
}

export interface EventDeliveryOptions {
  readonly org: OrgServices;
  readonly subscribers: Subscribers;
  readonly transactions: TransactionSource;
  readonly delays: Delays;
  readonly faults?: DeliveryFaults;
}

/**
 * Delivers events to platform event triggers, one batch a call. The trigger's place moves in the same transaction as
 * what the trigger wrote, so that a crash neither repeats nor loses a batch.
 */
export class EventDelivery {
  readonly #options: EventDeliveryOptions;
  /** Where triggers stood when a fault brought their batch again: it comes a second time, not for ever. */
  readonly #repeatedAt = new Map<string, number>();

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
  }

  deliver(trigger: string): DeliveryOutcome {
    const { org, subscribers } = this.#options;
    const state = subscribers.find(trigger);
    if (state.status === 'error') {
      return { kind: 'stopped' };
    }
    const batchSize = subscribers.batchSize(trigger);
    const events = org.bus.read(state.object, state.position, batchSize);
    if (events.length === 0) {
      return { kind: 'idle' };
    }
    return this.#run(state, events);
  }

  #run(state: SubscriberState, events: readonly BusEvent[]): DeliveryOutcome {
    const { org, subscribers, transactions } = this.#options;
    const subscription: EventSubscription = {
      retries: state.retries,
      lastError: state.lastError,
      resumeCheckpoint: null,
    };
    const transaction = transactions.open({
      profile: 'subscriber',
      quiddity: 'UNDEFINED',
      userId: subscriberUser(org, subscribers.username(state.trigger)),
      subscription,
    });
    try {
      this.#runTrigger(transaction, state, events);
    } catch (error) {
      return this.#failed(transaction, state, events, error);
    }
    return this.#again(transaction, state) ?? this.#move(transaction, state, events);
  }

  /** By a fault, the trigger's place stays where it was; undefined without one. */
  #again(transaction: Transaction, state: SubscriberState): DeliveryOutcome | undefined {
    const { trigger, position, object } = state;
    if (this.#repeatedAt.get(trigger) === position) return undefined;
    const fault = this.#options.faults?.take(object);
    if (fault === undefined) return undefined;
    this.#repeatedAt.set(trigger, position);
    if (fault === 'event-redelivered') transaction.rollback();
    else transaction.commit();
    return { kind: 'done', more: true };
  }

  #runTrigger(transaction: Transaction, state: SubscriberState, events: readonly BusEvent[]): void {
    const schema = this.#options.org.schema.require(state.object);
    const newRecords = events.map((event) =>
      SObjectValue.fromFieldValues(schema, eventFields(event)).freeze(),
    );
    const context = triggerContext(schema.name, 'after insert', { newRecords });
    transaction.realm.runTrigger(state.trigger, { ...context, newMap: null });
  }

  /** Commits what the trigger did together with its new place. */
  #move(
    transaction: Transaction,
    state: SubscriberState,
    events: readonly BusEvent[],
  ): DeliveryOutcome {
    const { org, subscribers } = this.#options;
    const position = this.#nextPosition(transaction, state, events);
    transaction.context.unit.open();
    subscribers.save({ ...state, position, retries: 0, lastError: null, notBeforeMs: 0 });
    transaction.commit();
    return { kind: 'done', more: org.bus.read(state.object, position, 1).length > 0 };
  }

  /** After the checkpoint, when the trigger set one, else after the batch. */
  #nextPosition(
    { context }: Transaction,
    state: SubscriberState,
    events: readonly BusEvent[],
  ): number {
    const checkpoint = Number(context.subscription?.resumeCheckpoint ?? Number.NaN);
    const last = events.at(-1)?.replayId ?? state.position;
    return Number.isInteger(checkpoint)
      ? Math.min(Math.max(checkpoint, state.position), last)
      : last;
  }

  #failed(
    transaction: Transaction,
    state: SubscriberState,
    events: readonly BusEvent[],
    error: unknown,
  ): DeliveryOutcome {
    const failure = describeFailure(error);
    this.#options.org.debug(`${state.trigger}: ${failure.type}: ${failure.message}`);
    if (error instanceof ApexException && error.apexType === 'EventBus.RetryableException') {
      transaction.rollback();
      return this.#retry(state, error.message);
    }
    if (error instanceof LimitError) {
      const position = this.#nextPosition(transaction, state, events);
      transaction.rollback();
      return this.#skipTo(state, position);
    }
    // The platform keeps what an event trigger wrote before an exception nobody caught.
    return this.#move(transaction, state, events);
  }

  #retry(state: SubscriberState, message: string): DeliveryOutcome {
    const { org, delays } = this.#options;
    const retries = state.retries + 1;
    if (retries > MAXIMUM_RETRIES) {
      this.#save({ ...state, status: 'error', lastError: message });
      return { kind: 'stopped' };
    }
    const atMs = org.now() + delays.redelivery(retries);
    this.#save({ ...state, retries, lastError: message, notBeforeMs: atMs });
    return { kind: 'retry', atMs };
  }

  #skipTo(state: SubscriberState, position: number): DeliveryOutcome {
    this.#save({ ...state, position, retries: 0, lastError: null, notBeforeMs: 0 });
    return { kind: 'done', more: this.#options.org.bus.read(state.object, position, 1).length > 0 };
  }

  #save(state: SubscriberState): void {
    const unit = this.#options.transactions.unit();
    unit.open();
    this.#options.subscribers.save(state);
    unit.commit();
  }
}

function eventFields(event: BusEvent): FieldValues {
  return {
    ...event.values,
    ReplayId: String(event.replayId),
    EventUuid: event.uuid,
    CreatedDate: new Date(event.publishedMs).toISOString(),
    CreatedById: event.createdById,
  };
}
