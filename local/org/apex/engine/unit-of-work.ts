import type { RecordStore, Savepoint } from '../../store/record-store.ts';
import type { EventBus, PendingEvent } from './event-bus.ts';

/** A point a unit of work can go back to, with everything that was going to happen after the commit. */
export interface WorkSavepoint {
  /** Undoes what came after; the savepoint stays usable. */
  rollback(): void;
  release(): void;
}

/**
 * What one transaction writes: records and jobs through the store, events to the bus. All of it becomes durable
 * together or not at all; only events of the publish-immediately kind survive a rollback.
 *
 * The store's transaction opens with the first write and never stays open while Apex waits for a callout. Inside a
 * transaction that somebody else opened (a test's, a composite request's) savepoints do the same.
 */
export class UnitOfWork {
  readonly #store: RecordStore;
  readonly #bus: EventBus;
  #close: { commit(): void; rollback(): void } | undefined;
  #events: PendingEvent[] = [];
  #immediateEvents: PendingEvent[] = [];
  #afterCommit: (() => void)[] = [];
  #uncommitted = false;

  constructor(store: RecordStore, bus: EventBus) {
    this.#store = store;
    this.#bus = bus;
  }

  /** True after DML, a savepoint or an enqueued job: a callout is refused then. Publishing does not count. */
  get hasUncommittedWork(): boolean {
    return this.#uncommitted;
  }

  /** `Test.startTest` and `stopTest` separate what a test prepared from what it tries. */
  forgetUncommittedWork(): void {
    this.#uncommitted = false;
  }

  /** To be called before every write to the store. */
  open(): void {
    this.#uncommitted = true;
    this.#openStore();
  }

  savepoint(): WorkSavepoint {
    this.open();
    const inStore = this.#store.savepoint();
    const events = this.#events.length;
    const actions = this.#afterCommit.length;
    return {
      rollback: () => {
        inStore.rollback();
        this.#events.length = Math.min(events, this.#events.length);
        this.#afterCommit.length = Math.min(actions, this.#afterCommit.length);
      },
      release: () => {
        inStore.release();
      },
    };
  }

  publishAfterCommit(event: PendingEvent): void {
    this.#events.push(event);
  }

  /** Goes out at once, or as soon as the store's transaction is over, however it ends. */
  publishImmediately(event: PendingEvent): void {
    this.#immediateEvents.push(event);
    if (this.#close === undefined && !this.#store.inTransaction) {
      this.#sendImmediateEvents();
    }
  }

  /** `action` runs once the work is durable; never after a rollback. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  commit(): void {
    if (this.#events.length > 0 || this.#immediateEvents.length > 0) {
      this.#openStore();
    }
    const events = [...this.#immediateEvents, ...this.#events];
    const wake = this.#bus.append(events);
    this.#close?.commit();
    const actions = this.#afterCommit;
    this.#reset();
    wake();
    for (const action of actions) {
      action();
    }
  }

  rollback(): void {
    const immediate = this.#immediateEvents;
    this.#close?.rollback();
    this.#reset();
    this.#immediateEvents = immediate;
    this.#sendImmediateEvents();
  }

  #openStore(): void {
    this.#close ??= this.#store.inTransaction ? within(this.#store.savepoint()) : begin(this.#store);
  }

  #sendImmediateEvents(): void {
    const events = this.#immediateEvents;
    this.#immediateEvents = [];
    if (events.length > 0) {
      const unit = new UnitOfWork(this.#store, this.#bus);
      for (const event of events) {
        unit.publishAfterCommit(event);
      }
      unit.commit();
    }
  }

  #reset(): void {
    this.#close = undefined;
    this.#events = [];
    this.#immediateEvents = [];
    this.#afterCommit = [];
    this.#uncommitted = false;
  }
}

function begin(store: RecordStore): { commit(): void; rollback(): void } {
  store.begin();
  return {
    commit: () => {
      store.commit();
    },
    rollback: () => {
      store.rollback();
    },
  };
}

function within(savepoint: Savepoint): { commit(): void; rollback(): void } {
  return {
    commit: () => {
      savepoint.release();
    },
    rollback: () => {
      savepoint.rollback();
      savepoint.release();
    },
  };
}
