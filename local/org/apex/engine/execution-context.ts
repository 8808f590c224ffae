import { heap, nobody } from '../heap-census.ts';
import type { EventSubscription, JobContext } from '../platform/system/system-services.ts';
import type { TriggerContext } from '../realm.ts';
import type { ApexObject } from '../values.ts';
import { CpuClock } from './cpu-clock.ts';
import { MixedDmlGuard } from './dml/mixed-dml.ts';
import { HeapMeter } from './heap-meter.ts';
import type { BatchProgress, QueuedJob } from './job-queue.ts';
import { LimitCounter, type LimitProfile } from './limits.ts';
import type { UnitOfWork, WorkSavepoint } from './unit-of-work.ts';

/** `System.Quiddity` values of the contexts this org knows. */
export type Quiddity =
  | 'SYNCHRONOUS'
  | 'REST'
  | 'SOAP'
  | 'BULK_API'
  | 'ANONYMOUS'
  | 'FUTURE'
  | 'QUEUEABLE'
  | 'BATCH_APEX'
  | 'SCHEDULED'
  | 'TRANSACTION_FINALIZER_QUEUEABLE'
  | 'PLATFORM_EVENT_PUBLISH_CALLBACK'
  | 'RUNTEST_SYNC'
  | 'UNDEFINED';

export interface ExecutionOptions {
  readonly profile: LimitProfile;
  readonly quiddity: Quiddity;
  readonly unit: UnitOfWork;
  /** Running user, 18 characters. */
  readonly userId: string;
  readonly requestId: string;
  /** The host's CPU clock in milliseconds. */
  readonly cpuNow: () => number;
  readonly job?: RunningJob;
  readonly subscription?: EventSubscription;
  /** Told of what this transaction logs, besides the org. */
  readonly onDebug?: (message: string) => void;
}

/** The asynchronous job a transaction runs, and what it may and may not do because of it. */
export interface RunningJob extends JobContext {
  readonly kind: QueuedJob['kind'];
  /** Null for everything but batches. */
  readonly batchPhase: BatchProgress['phase'] | null;
  readonly className: string;
  /** When it might have started at the earliest, milliseconds since the epoch; what is later, it waited. */
  readonly dueMs: number;
  readonly allowsCallouts: boolean;
  readonly failuresInRow: number;
  /** Attached by the running Queueable. */
  finalizer: ApexObject | null;
}

/** Everything that belongs to one transaction, except the statics, which live in the realm. */
export class ExecutionContext {
  readonly quiddity: Quiddity;
  readonly requestId: string;
  readonly cpu: CpuClock;
  readonly job: RunningJob | null;
  readonly subscription: EventSubscription | null;
  readonly onDebug: (message: string) => void;
  unit: UnitOfWork;
  limits: LimitCounter;
  readonly heap = new HeapMeter(
    () => this.limits.allowed('heapBytes'),
    (census) => this.cpu.uncounted(census),
  );
  userId: string;
  /** Whether the code that runs now enforces sharing; null when no class has said anything. */
  sharing: 'with' | 'without' | null;
  mixedDml = new MixedDmlGuard();
  /** `Trigger` of the triggers running now, outermost first. */
  readonly triggers: TriggerContext[] = [];
  /** Names of those triggers' events, for the depth limit's message. */
  readonly openTriggers: string[] = [];
  /** `Database.setSavepoint` answers an index of this list. */
  readonly savepoints: (WorkSavepoint | undefined)[] = [];

  constructor(options: ExecutionOptions) {
    this.quiddity = options.quiddity;
    this.requestId = options.requestId;
    this.unit = options.unit;
    this.userId = options.userId;
    // An anonymous block is the user's own code.
    this.sharing = options.quiddity === 'ANONYMOUS' ? 'with' : null;
    this.job = options.job ?? null;
    this.subscription = options.subscription ?? null;
    this.onDebug = options.onDebug ?? (() => {});
    this.limits = new LimitCounter(options.profile);
    this.cpu = new CpuClock(options.cpuNow, (isRunning) => {
      heap.running = isRunning ? this.heap : nobody;
    });
  }

  get trigger(): TriggerContext | null {
    return this.triggers.at(-1) ?? null;
  }

  /** @throws LimitError */
  checkCpuAndHeap(): void {
    this.limits.set('cpuTimeMs', Math.round(this.cpu.spentMs()));
    this.heap.check();
    this.limits.showHeap(this.heap.bytes);
  }

  /** Bytes of what the code holds, for code that asks. */
  heldBytes(): number {
    const bytes = this.heap.ask();
    this.limits.showHeap(bytes);
    return bytes;
  }
}
