import type { TestServices } from '../platform/system/system-services.ts';
import { ApexException, type ApexObject, type ApexValue, type Suspendable } from '../values.ts';
import type { ApexRealm } from './apex-realm.ts';
import { admitCallout } from './callout-gate.ts';
import { runToEnd } from './drive.ts';
import type { EventDelivery } from './event-delivery.ts';
import type { QueuedJob } from './job-queue.ts';
import type { JobRunner } from './job-runner.ts';
import { LimitCounter } from './limits.ts';
import type { OrgServices } from './org-services.ts';
import type { Subscribers } from './subscribers.ts';

export interface TestSessionOptions {
  readonly org: OrgServices;
  readonly realm: ApexRealm;
  readonly jobs: JobRunner;
  readonly delivery: EventDelivery;
  readonly subscribers: Subscribers;
}

/** What `Test.*` does in one test method. */
export class TestSession implements TestServices {
  readonly #options: TestSessionOptions;
  #mock: ApexObject | undefined;
  /** Limits of the code around startTest and stopTest, while they are set aside. */
  #outerLimits: LimitCounter | undefined;
  #started = false;
  /** What searches find; nothing, unless the test says so. */
  fixedSearchResults: readonly string[] = [];

  constructor(options: TestSessionOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) {
      throw finalException('Testing has already started');
    }
    this.#started = true;
    const { context } = this.#options.realm;
    this.#outerLimits = context.limits;
    context.limits = new LimitCounter('sync');
    context.unit.forgetUncommittedWork();
  }

  /** Runs what the test left behind: events first, then jobs, then the events of those jobs. */
  stop(): void {
    if (this.#outerLimits === undefined) {
      throw finalException('Testing has not been started');
    }
    this.deliverEvents();
    this.#runJobs();
    this.deliverEvents();
    const { context } = this.#options.realm;
    context.limits = this.#outerLimits;
    this.#outerLimits = undefined;
    context.unit.forgetUncommittedWork();
  }

  setMock(mock: ApexObject): void {
    this.#mock = mock;
  }

  setCreatedDate(id: string, epochMs: number): void {
    const { store, schema } = this.#options.org;
    const object = schema.byKeyPrefix(id.slice(0, 3));
    if (object === undefined || !object.fields.has('createddate')) {
      throw new ApexException(
        'SObjectException',
        `A record with this id has no CreatedDate: ${id}`,
      );
    }
    store.backdate(object.name, id, epochMs);
  }

  deliverEvents(): void {
    const { realm, subscribers, delivery } = this.#options;
    realm.context.unit.flushEvents();
    for (const { trigger } of subscribers.all()) {
      let outcome = delivery.deliver(trigger);
      while (outcome.kind === 'done' && outcome.more) {
        outcome = delivery.deliver(trigger);
      }
    }
  }

  failEvents(): void {
    this.#options.realm.context.unit.dropEvents();
  }

  respond(request: ApexValue): Suspendable<ApexValue> {
    const { realm } = this.#options;
    if (this.#mock === undefined) {
      throw new ApexException(
        'TypeException',
        'Methods defined as TestMethod do not support Web service callouts',
      );
    }
    admitCallout(realm.context);
    return realm.program.invoke(this.#mock, 'respond', [request]);
  }

  /** A chain ends after its first link in tests: jobs that these jobs enqueue stay in the queue. */
  #runJobs(): void {
    const { org } = this.#options;
    const waiting = org.queue.all();
    for (const job of waiting) {
      const failure = this.#runJob(job.key) ?? this.#runRestOfBatch(job);
      const finalizer = org.queue
        .all()
        .find(({ kind, jobId }) => kind === 'finalizer' && jobId === job.jobId);
      const finalizerFailure = finalizer && this.#runJob(finalizer.key);
      const first = failure ?? finalizerFailure;
      if (first !== undefined) {
        throw first.error;
      }
    }
  }

  /** The chunk and the end of a batch whose start has run. */
  #runRestOfBatch({ key }: QueuedJob): { readonly error: unknown } | undefined {
    let failure: { readonly error: unknown } | undefined;
    for (let job = this.#batch(key); job !== undefined; job = this.#batch(key)) {
      failure = this.#runJob(job.key) ?? failure;
    }
    return failure;
  }

  #batch(key: string): QueuedJob | undefined {
    const job = this.#options.org.queue.find(key);
    return job?.kind === 'batch' ? job : undefined;
  }

  #runJob(key: string): { readonly error: unknown } | undefined {
    const execution = this.#options.jobs.begin(key);
    if (execution === undefined) {
      return undefined;
    }
    try {
      runToEnd(execution.code());
    } catch (error) {
      execution.fail(error);
      return { error };
    }
    execution.succeed();
    return undefined;
  }
}

function finalException(message: string): ApexException {
  return new ApexException('FinalException', message);
}
