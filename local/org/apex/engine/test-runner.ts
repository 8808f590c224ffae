import type { SubscriberConfig } from '../../schema/metadata.ts';
import type { ClassInfo, MethodInfo } from '../program.ts';
import { ApexRealm } from './apex-realm.ts';
import { DELAYS } from './delays.ts';
import { runToEnd } from './drive.ts';
import { EventDelivery } from './event-delivery.ts';
import { describeFailure } from './failure.ts';
import { JobRunner } from './job-runner.ts';
import { type OrgOptions, openOrgServices } from './open-org-services.ts';
import type { OrgServices } from './org-services.ts';
import { Subscribers } from './subscribers.ts';
import { TestSession } from './test-session.ts';
import { newContext, testTransactions } from './transactions.ts';
import { UnitOfWork } from './unit-of-work.ts';

export interface TestRunnerOptions extends OrgOptions {
  readonly subscriberConfigs: readonly SubscriberConfig[];
  /** Runs the tests, 18 characters. */
  readonly userId: string;
  readonly now: () => number;
  /** Measures durations, in milliseconds; its zero does not matter. */
  readonly stopwatch: () => number;
}

export interface TestSelection {
  /** `OrderTest` or `OrderTest.shouldShip`, in any case; empty = every test. */
  readonly names: readonly string[];
}

export interface TestOutcome {
  readonly className: string;
  readonly method: string;
  readonly passed: boolean;
  /** `System.AssertException: Assertion Failed`; empty when passed. */
  readonly message: string;
  /** Apex stack trace; empty when passed. */
  readonly stack: string;
  readonly durationMs: number;
  /** What the method itself reached, file by file; its class's set-up counts to the run only. */
  readonly reached: readonly ReachedLines[];
}

interface ReachedLines {
  readonly file: string;
  /** Ascending, from 1. */
  readonly lines: readonly number[];
}

/** Executed counts by file; index = line, from 1. */
type LineCounts = Map<string, Uint32Array>;

export interface TestRun {
  readonly outcomes: readonly TestOutcome[];
  readonly coverage: ReadonlyMap<string, Uint32Array>;
}

/**
 * Runs Apex tests as the platform does: each method in a transaction that is rolled back, on what the class's
 * `@TestSetup` left, seeing no rows but users, profiles and the organization. For that the store must be an empty
 * org's of its own: nothing of a run stays, and nothing of a real org shows.
 *
 * @throws Error naming a selected test that does not exist
 */
export function runTests(options: TestRunnerOptions, selection: TestSelection): TestRun {
  const coverage: LineCounts = new Map();
  const org = openOrgServices(options, options.now, () => {});
  const runner = new ClassRunner(options, org, coverage);
  const outcomes = selectTests(org.program.classes, selection.names).flatMap((test) =>
    runner.run(test),
  );
  return { outcomes, coverage };
}

interface SelectedClass {
  readonly info: ClassInfo;
  readonly methods: readonly MethodInfo[];
}

function selectTests(classes: readonly ClassInfo[], names: readonly string[]): SelectedClass[] {
  const all = classes
    .map((info) => ({ info, methods: info.methods.filter(({ isTest }) => isTest) }))
    .filter(({ methods }) => methods.length > 0);
  if (names.length === 0) {
    return all;
  }
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const selected = all
    .map(({ info, methods }) => ({ info, methods: pick(info, methods, wanted) }))
    .filter(({ methods }) => methods.length > 0);
  const [missing] = wanted;
  if (missing !== undefined) {
    throw new Error(`There is no test ${missing}: name a test class or Class.method.`);
  }
  return selected;
}

/** Takes the names it finds out of `wanted`. */
function pick(info: ClassInfo, methods: readonly MethodInfo[], wanted: Set<string>): MethodInfo[] {
  const className = info.name.toLowerCase();
  if (wanted.delete(className)) {
    return [...methods];
  }
  return methods.filter(({ name }) => wanted.delete(`${className}.${name.toLowerCase()}`));
}

class ClassRunner {
  readonly #options: TestRunnerOptions;
  readonly #org: OrgServices;
  /** Of the whole run. */
  readonly #coverage: LineCounts;

  constructor(options: TestRunnerOptions, org: OrgServices, coverage: LineCounts) {
    this.#options = options;
    this.#org = org;
    this.#coverage = coverage;
  }

  run({ info, methods }: SelectedClass): TestOutcome[] {
    const unit = new UnitOfWork(this.#org.store, this.#org.bus);
    unit.open();
    try {
      new Subscribers(this.#org, this.#options.subscriberConfigs).register();
      const setupFailure = this.#runSetup(info, unit);
      return methods.map((method) =>
        setupFailure === undefined
          ? this.#measure(info, method, (coverage) => {
              this.#runMethod(info, method, unit, coverage);
            })
          : failedOutcome(info, method, setupFailure.error),
      );
    } finally {
      unit.dropEvents();
      unit.rollback();
    }
  }

  /** What the set-up methods leave is there for every test of the class. */
  #runSetup(info: ClassInfo, classUnit: UnitOfWork): { readonly error: unknown } | undefined {
    const unit = classUnit.child();
    unit.open();
    try {
      for (const { name } of info.methods.filter(({ isTestSetup }) => isTestSetup)) {
        this.#invoke(info, name, unit, this.#coverage);
      }
    } catch (error) {
      unit.dropEvents();
      unit.rollback();
      return { error };
    }
    unit.dropEvents();
    unit.commit();
    return undefined;
  }

  #runMethod(
    info: ClassInfo,
    method: MethodInfo,
    classUnit: UnitOfWork,
    coverage: LineCounts,
  ): void {
    const unit = classUnit.child();
    unit.open();
    try {
      this.#invoke(info, method.name, unit, coverage);
    } finally {
      unit.dropEvents();
      unit.rollback();
    }
  }

  #invoke(info: ClassInfo, method: string, unit: UnitOfWork, coverage: LineCounts): void {
    unit.forgetUncommittedWork();
    const { userId } = this.#options;
    const context = newContext(this.#org, unit, {
      profile: 'sync',
      quiddity: 'RUNTEST_SYNC',
      userId,
    });
    const realm = new ApexRealm({
      org: this.#org,
      context,
      coverage,
      test: (owner) => this.#testSession(owner),
    });
    try {
      runToEnd(realm.program.invokeStatic(info.name, method, []));
    } finally {
      context.cpu.pause();
    }
  }

  #testSession(realm: ApexRealm): TestSession {
    const { subscriberConfigs } = this.#options;
    const org = this.#org;
    const transactions = testTransactions(org, realm);
    const subscribers = new Subscribers(org, subscriberConfigs);
    return new TestSession({
      org,
      realm,
      subscribers,
      jobs: new JobRunner(org, transactions),
      delivery: new EventDelivery({
        org,
        subscribers,
        transactions,
        delays: DELAYS.zero,
      }),
    });
  }

  #measure(info: ClassInfo, method: MethodInfo, test: (coverage: LineCounts) => void): TestOutcome {
    const { stopwatch } = this.#options;
    const coverage: LineCounts = new Map();
    const started = stopwatch();
    let outcome = passedOutcome(info, method);
    try {
      test(coverage);
    } catch (error) {
      outcome = failedOutcome(info, method, error);
    }
    const durationMs = stopwatch() - started;
    addCounts(this.#coverage, coverage);
    return { ...outcome, durationMs, reached: reachedLines(coverage) };
  }
}

function addCounts(total: LineCounts, added: LineCounts): void {
  for (const [file, counts] of added) {
    const sums = total.get(file);
    if (sums === undefined) total.set(file, counts);
    else for (const [line, count] of counts.entries()) sums[line] = (sums[line] ?? 0) + count;
  }
}

function reachedLines(coverage: LineCounts): ReachedLines[] {
  return [...coverage].map(([file, counts]) => ({
    file,
    lines: [...counts.entries()].flatMap(([line, count]) => (count > 0 ? [line] : [])),
  }));
}

function passedOutcome(info: ClassInfo, method: MethodInfo): TestOutcome {
  const names = { className: info.name, method: method.name };
  return { ...names, passed: true, message: '', stack: '', durationMs: 0, reached: [] };
}

function failedOutcome(info: ClassInfo, method: MethodInfo, error: unknown): TestOutcome {
  const { type, message, stack } = describeFailure(error);
  const typeName = type.includes('.') ? type : `System.${type}`;
  return {
    className: info.name,
    method: method.name,
    passed: false,
    message: `${typeName}: ${message}`,
    stack,
    durationMs: 0,
    reached: [],
  };
}
