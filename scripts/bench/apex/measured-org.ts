import { compileInChild } from '../../../local/org/apex/compile-apart.ts';
import { compileOnce } from '../../../local/org/apex/compile-once.ts';
import type { DelayName } from '../../../local/org/apex/engine/delays.ts';
import type { TransactionReport } from '../../../local/org/apex/engine/transaction-report.ts';
import { createOrg, type Org } from '../../../local/org/org.ts';
import { createVirtualScheduler, type VirtualScheduler } from '../../../local/virtual-scheduler.ts';
import type { LoadTarget, Row } from './loads.ts';
import { createModelGateway, type Post } from './model-gateway.ts';
import { ORG_ID, type Subject } from './subjects.ts';

/** 8 a.m. UTC: far from every boundary of a day. */
const START_MS = Date.UTC(2026, 10, 21, 8);
/** Elsewhere: the larger the heap, the longer a census of it takes. */
const compile = compileOnce(compileInChild);
const ASYNC_EXECUTIONS = 250_000;

/** Modes of the package, by the percentage of the day's asynchronous executions that brings them about. */
const MODES = { immediate: 0, coalescing: 40, economy: 85 } as const;
export type Mode = keyof typeof MODES;

export interface MeasuredOrgOptions {
  readonly subject: Subject;
  readonly mode: Mode;
  readonly queue: DelayName;
  readonly seed: string;
}

/** One transaction of the customer's. */
export interface SaveReport extends TransactionReport {
  readonly rows: number;
  /** A Bulk batch has statics of its own; every other save too. */
  readonly batch: string;
}

/** A practice org in memory, on a virtual clock, with a package in it and everybody's counters on. */
export interface MeasuredOrg extends LoadTarget {
  readonly saves: readonly SaveReport[];
  /** Event triggers, jobs and finalizers. */
  readonly background: readonly TransactionReport[];
  readonly posts: readonly Post[];
  /** When each Contact was saved, milliseconds since the epoch, by id. */
  readonly savedMs: ReadonlyMap<string, number>;
  /** Lets everything come to an end. */
  settle(): Promise<void>;
  /** Rows of AsyncApexJob. */
  executions(): number;
  /** Events on the bus, of every kind. */
  events(): number;
  close(): void;
}

export async function openMeasuredOrg(options: MeasuredOrgOptions): Promise<MeasuredOrg> {
  const scheduler = createVirtualScheduler({ startMs: START_MS, seed: options.seed });
  const posts: Post[] = [];
  const counters = new Counters();
  const org = await createOrg({
    database: ':memory:',
    orgId: ORG_ID,
    instanceUrl: 'https://org.example',
    sources: options.subject.folders,
    compile,
    delays: options.queue,
    seed: options.seed,
    scheduler,
    sender: createModelGateway(scheduler, (post) => void posts.push(post)),
    adminToken: 'unused',
    limits: { DailyAsyncApexExecutions: ASYNC_EXECUTIONS, HourlyPublishedPlatformEvents: 250_000 },
    onTransaction: (report) => counters.add(report),
    onError: (error) => {
      throw error;
    },
  });
  const opened = new OpenedOrg(org, scheduler, counters, posts);
  opened.setUp(options.subject);
  org.engine.countAsyncExecutions((ASYNC_EXECUTIONS * MODES[options.mode]) / 100);
  return opened;
}

/** Tells the customer's transactions from the others. */
class Counters {
  readonly saves: SaveReport[] = [];
  readonly background: TransactionReport[] = [];
  #saving: { readonly rows: number; readonly batch: string } | undefined;

  add(report: TransactionReport): void {
    if (this.#saving === undefined) this.background.push(report);
    else this.saves.push({ ...report, ...this.#saving });
  }

  duringSave<T>(rows: number, batch: string, save: () => T): T {
    this.#saving = { rows, batch };
    try {
      return save();
    } finally {
      this.#saving = undefined;
    }
  }

  clear(): void {
    this.saves.length = 0;
    this.background.length = 0;
  }
}

class OpenedOrg implements MeasuredOrg {
  readonly savedMs = new Map<string, number>();
  readonly posts: Post[];
  readonly #org: Org;
  readonly #scheduler: VirtualScheduler;
  readonly #counters: Counters;
  readonly #userId: string;
  /** What was there when the load began. */
  #before = { executions: 0, events: 0 };

  constructor(org: Org, scheduler: VirtualScheduler, counters: Counters, posts: Post[]) {
    this.#org = org;
    this.#scheduler = scheduler;
    this.#counters = counters;
    this.posts = posts;
    this.#userId = textOf(
      this.#query(`SELECT Id FROM User WHERE Profile.Name = 'System Administrator'`)[0],
    );
  }

  get saves(): readonly SaveReport[] {
    return this.#counters.saves;
  }

  get background(): readonly TransactionReport[] {
    return this.#counters.background;
  }

  setUp({ settings }: Subject): void {
    for (const { object, rows } of settings) this.#save('insert', object, rows, { source: 'rest' });
    this.#counters.clear();
  }

  async prepare(rows: readonly Row[]): Promise<readonly string[]> {
    const ids = this.#save('insert', 'Contact', rows, { source: 'rest' });
    await this.settle();
    this.#counters.clear();
    this.posts.length = 0;
    this.#before = { executions: this.#executionsEver(), events: this.#eventsEver() };
    return ids;
  }

  saveTogether(rows: readonly Row[]): void {
    const batch = `save ${this.#counters.saves.length}`;
    this.#saveContacts(rows, batch, { source: 'rest' });
  }

  saveChunk(batch: string, rows: readonly Row[]): void {
    this.#saveContacts(rows, batch, { source: 'bulk', bulkBatch: batch });
  }

  advance(ms: number): Promise<void> {
    return this.#scheduler.advance(ms);
  }

  settle(): Promise<void> {
    return this.#scheduler.runUntilIdle();
  }

  executions(): number {
    return this.#executionsEver() - this.#before.executions;
  }

  events(): number {
    return this.#eventsEver() - this.#before.events;
  }

  #executionsEver(): number {
    return this.#query('SELECT Id FROM AsyncApexJob').length;
  }

  #eventsEver(): number {
    const tips = this.#query('SELECT Tip FROM EventBusSubscriber');
    return tips.reduce<number>((sum, tip) => sum + Number(tip ?? 0), 0);
  }

  close(): void {
    this.#org.close();
  }

  #saveContacts(rows: readonly Row[], batch: string, how: HowToSave): void {
    const operation = rows[0]?.['Id'] === undefined ? 'insert' : 'update';
    const ids = this.#counters.duringSave(rows.length, batch, () =>
      this.#save(operation, 'Contact', rows, how),
    );
    const nowMs = this.#scheduler.now();
    for (const id of ids) this.savedMs.set(id, nowMs);
  }

  /** @throws Error when the org refuses a row: a load is meant to pass */
  #save(operation: Operation, object: string, rows: readonly Row[], how: HowToSave): string[] {
    const results = this.#org.engine.save({
      operation,
      records: rows.map((input) => ({ object, input })),
      allOrNone: false,
      userId: this.#userId,
      ...how,
    });
    return results.map((result) => {
      if (!result.success) throw new Error(`${object}: ${result.errors[0]?.message}`);
      return result.id;
    });
  }

  /** The first column of a query's rows. */
  #query(soql: string): unknown[] {
    const rows = this.#org.soql.run(this.#org.soql.plan(soql), {
      nowMs: this.#scheduler.now(),
      userId: ORG_ID,
    });
    return [...rows].map(({ values }) => [...values.values()][0]);
  }
}

type Operation = 'insert' | 'update';

type HowToSave =
  | { readonly source: 'rest' }
  | { readonly source: 'bulk'; readonly bulkBatch: string };

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('The org has no administrator.');
  return value;
}
