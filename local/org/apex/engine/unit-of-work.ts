import type { RecordStore, Savepoint } from '../../store/record-store.ts';
import type { EventBus, PendingEvent } from './event-bus.ts';

/** A point a unit of work can go back to, with everything that was going to happen after the commit. */
export interface WorkSavepoint {
  /** Undoes what came after; the savepoint stays usable. */
  rollback(): void;
  release(): void;
}

/** How the store's part of the work ends. */
interface StoreWork {
  commit(): void;
  rollback(): void;
}

/**
 * What one transaction writes: records and jobs through the store, events to the bus. All of it becomes durable
 * together or not at all; only events of the publish-immediately kind survive a rollback.
 *
 * The store's transaction opens with the first write and never stays open while Apex waits for a callout. A unit
 * with a parent (one save of several that belong together, a job that a test runs) hands what it did to the parent.
 */
export class UnitOfWork {
  readonly #store: RecordStore;
  readonly #bus: EventBus;
  readonly #parent: UnitOfWork | undefined;
  #storeWork: StoreWork | undefined;
  #events: PendingEvent[] = [];
  #immediateEvents: PendingEvent[] = [];
  #afterCommit: (() => void)[] = [];
  /** Writes and savepoints that a callout would leave uncommitted. */
  #uncommitted = 0;

  constructor(store: RecordStore, bus: EventBus, parent?: UnitOfWork) {
    this.#store = store;
    this.#bus = bus;
    this.#parent = parent;
  }

  child(): UnitOfWork {
    return new UnitOfWork(this.#store, this.#bus, this);
  }

  /**
   * True after DML, a savepoint that is still held or an enqueued job: a callout is refused then. Publishing does not
   * count.
   */
  get hasUncommittedWork(): boolean {
    return this.#uncommitted > 0;
  }

  /** `Test.startTest` and `stopTest` separate what a test prepared from what it tries. */
  forgetUncommittedWork(): void {
    this.#uncommitted = 0;
  }

  /** To be called before every write to the store. */
  open(): void {
    this.#uncommitted += 1;
    this.#openStore();
  }

  /** Leaves no transaction of the store open while Apex waits; only for a unit without uncommitted work. */
  prepareToWait(): void {
    this.#storeWork?.commit();
    this.#storeWork = undefined;
  }

  savepoint(): WorkSavepoint {
    const uncommittedBefore = this.#uncommitted;
    this.open();
    const uncommitted = this.#uncommitted;
    const inStore = this.#store.savepoint();
    const events = this.#events.length;
    const actions = this.#afterCommit.length;
    return {
      rollback: () => {
        inStore.rollback();
        this.#uncommitted = uncommitted;
        this.#events.length = Math.min(events, this.#events.length);
        this.#afterCommit.length = Math.min(actions, this.#afterCommit.length);
      },
      release: () => {
        inStore.release();
        if (this.#uncommitted === uncommitted) {
          this.#uncommitted = uncommittedBefore;
        }
      },
    };
  }

  publishAfterCommit(event: PendingEvent): void {
    this.#events.push(event);
  }

  /** Goes out at once, or as soon as the store's transaction is over, however it ends. */
  publishImmediately(event: PendingEvent): void {
    this.#immediateEvents.push(event);
    if (!this.#store.inTransaction) {
      this.#sendImmediateEvents();
    }
  }

  /** `action` runs once the work is durable; never after a rollback. */
  afterCommit(action: () => void): void {
    this.#afterCommit.push(action);
  }

  /** Drops events that are not on the bus yet. */
  dropEvents(): void {
    this.#events = [];
    this.#immediateEvents = [];
  }

  /** Puts the events of a test on its bus, although a test never commits. */
  flushEvents(): void {
    const events = [...this.#immediateEvents, ...this.#events];
    this.#immediateEvents = [];
    this.#events = [];
    if (events.length > 0) {
      this.#openStore();
      this.#bus.append(events)();
    }
  }

  commit(): void {
    if (this.#parent === undefined) {
      this.#commitAlone();
    } else {
      this.#handToParent(this.#parent);
    }
  }

  rollback(): void {
    const immediate = this.#immediateEvents;
    this.#storeWork?.rollback();
    this.#reset();
    if (this.#parent === undefined) {
      this.#immediateEvents = immediate;
      this.#sendImmediateEvents();
    } else {
      this.#parent.#immediateEvents.push(...immediate);
    }
  }

  #commitAlone(): void {
    const wake = this.#makeDurable();
    const actions = this.#afterCommit;
    this.#reset();
    wake();
    for (const action of actions) {
      action();
    }
  }

  /** A commit that fails (a full disk) leaves no transaction behind that would refuse all later ones. */
  #makeDurable(): () => void {
    try {
      const events = [...this.#immediateEvents, ...this.#events];
      if (events.length > 0) {
        this.#openStore();
      }
      const wake = this.#bus.append(events);
      this.#storeWork?.commit();
      return wake;
    } catch (error) {
      this.#storeWork?.rollback();
      this.#reset();
      throw error;
    }
  }

  #handToParent(parent: UnitOfWork): void {
    this.#storeWork?.commit();
    parent.#events.push(...this.#events);
    parent.#immediateEvents.push(...this.#immediateEvents);
    parent.#afterCommit.push(...this.#afterCommit);
    this.#reset();
  }

  #openStore(): void {
    if (this.#storeWork !== undefined) {
      return;
    }
    if (this.#parent === undefined) {
      this.#storeWork = transactionOf(this.#store);
    } else {
      this.#parent.#openStore();
      this.#storeWork = savepointOf(this.#store.savepoint());
    }
  }

  #sendImmediateEvents(): void {
    if (this.#immediateEvents.length > 0) {
      const sender = new UnitOfWork(this.#store, this.#bus);
      sender.#events = this.#immediateEvents;
      this.#immediateEvents = [];
      sender.commit();
    }
  }

  #reset(): void {
    this.#storeWork = undefined;
    this.#events = [];
    this.#immediateEvents = [];
    this.#afterCommit = [];
    this.#uncommitted = 0;
  }
}

function transactionOf(store: RecordStore): StoreWork {
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

function savepointOf(savepoint: Savepoint): StoreWork {
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
