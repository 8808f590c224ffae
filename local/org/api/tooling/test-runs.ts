import type { Scheduler } from '../../../scheduler.ts';
import type { TestOutcome } from '../../apex/engine/test-runner.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { ApexRunner, TestClass } from './apex-runner.ts';

/** Lines of one class or trigger that tests can reach. */
export interface CodeCoverage {
  /** `OrderService`, and what it is. */
  readonly name: string;
  readonly suffix: 'cls' | 'trigger';
  readonly covered: readonly number[];
  readonly uncovered: readonly number[];
}

/** What a test method did. */
export interface TestResult extends Omit<TestOutcome, 'reached'> {
  /** 18 characters, prefix 07M. */
  readonly id: string;
  readonly coverage: readonly CodeCoverage[];
}

/** A run of Apex tests as the org remembers it. */
export interface TestRun {
  /** The job, 18 characters, prefix 707. */
  readonly id: string;
  /** 18 characters, prefix 05m. */
  readonly resultId: string;
  readonly userId: string;
  readonly allTests: boolean;
  readonly status: 'Queued' | 'Completed' | 'Failed' | 'Aborted';
  /** ISO UTC. */
  readonly startTime: string;
  readonly endTime: string | null;
  /** One a test class. */
  readonly queueItems: readonly { readonly id: string; readonly className: string }[];
  readonly methods: number;
  readonly results: readonly TestResult[];
  /** Over all tests of the run; null when the client asked for none. */
  readonly coverage: readonly CodeCoverage[] | null;
}

export interface TestRunRequest {
  readonly classes: readonly TestClass[];
  readonly allTests: boolean;
  readonly withCoverage: boolean;
  /** 18 characters. */
  readonly userId: string;
}

export interface TestRuns {
  /** Queues a run and returns at once. */
  start(request: TestRunRequest): TestRun;
  /** Runs now, and answers the finished run. */
  run(request: TestRunRequest): TestRun;
  /** Oldest first. */
  list(): readonly TestRun[];
  /** Changes with every change of a run. */
  readonly revision: number;
}

export interface TestRunsDeps {
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly apex: Pick<ApexRunner, 'runTests'>;
}

const COLLECTION = 'apexTestRuns';
/** Older runs are forgotten: results are looked at soon or not at all. */
const KEPT_RUNS = 20;

/** Runs of Apex tests: queued, then carried out in one go. What a crash interrupts is aborted. */
export function createTestRuns({ documents, scheduler, apex }: TestRunsDeps): TestRuns {
  let revision = 0;
  const now = (): string => new Date(scheduler.now()).toISOString();
  const put = (run: TestRun): TestRun => {
    documents.put(COLLECTION, run.id, run);
    revision += 1;
    return run;
  };
  const list = (): readonly TestRun[] =>
    documents.list(COLLECTION).map(({ document }) => document as TestRun);
  const carryOut = (run: TestRun, request: TestRunRequest): TestRun => {
    let ended: Pick<TestRun, 'status' | 'results' | 'coverage'> = FAILED;
    try {
      ended = outcomeOf(request, documents, apex);
    } finally {
      run = put({ ...run, ...ended, endTime: now() });
    }
    return run;
  };
  for (const run of list()) {
    if (run.endTime === null) put({ ...run, status: 'Aborted', endTime: now() });
  }

  return {
    start(request) {
      const run = put(queuedRun(request, documents, now()));
      for (const { id } of list().slice(0, -KEPT_RUNS)) documents.delete(COLLECTION, id);
      scheduler.schedule(0, 'Apex tests', () => void carryOut(run, request));
      return run;
    },
    run: (request) => carryOut(put(queuedRun(request, documents, now())), request),
    list,
    get revision() {
      return revision;
    },
  };
}

/** What is left of a run that fails through the org's own fault: clients wait for its end. */
const FAILED = { status: 'Failed', results: [], coverage: null } as const;

function queuedRun(request: TestRunRequest, documents: DocumentStore, now: string): TestRun {
  const id = (prefix: string): string => buildId(prefix, 'Dp0', documents.next(`${prefix}Ids`));
  return {
    id: buildId('707', 'Dt0', documents.next(COLLECTION)),
    resultId: id('05m'),
    userId: request.userId,
    allTests: request.allTests,
    status: 'Queued',
    startTime: now,
    endTime: null,
    queueItems: request.classes.map(({ name }) => ({ id: id('709'), className: name })),
    methods: request.classes.reduce((sum, { methods }) => sum + methods.length, 0),
    results: [],
    coverage: null,
  };
}

function outcomeOf(
  { classes, withCoverage }: TestRunRequest,
  documents: DocumentStore,
  apex: TestRunsDeps['apex'],
): Pick<TestRun, 'status' | 'results' | 'coverage'> {
  const names = classes.flatMap(({ name, methods }) => methods.map((one) => `${name}.${one}`));
  const report = apex.runTests(names);
  if (report.kind === 'refused') return FAILED;
  const results = report.outcomes.map(({ reached, ...outcome }) => ({
    ...outcome,
    id: buildId('07M', 'Dp0', documents.next('07MIds')),
    coverage: withCoverage ? coverageOfTest(reached, report.coverage) : [],
  }));
  const coverage = report.coverage.map(({ file, coveredLines, missed }) => ({
    ...codeOf(file),
    covered: coveredLines,
    uncovered: missed,
  }));
  return { status: 'Completed', results, coverage: withCoverage ? coverage : null };
}

/** Of the classes a test reached: which lines, and which not. */
function coverageOfTest(
  reached: TestOutcome['reached'],
  files: readonly { file: string; coveredLines: readonly number[]; missed: readonly number[] }[],
): CodeCoverage[] {
  return files.flatMap(({ file, coveredLines, missed }) => {
    const hit = new Set(reached.find((one) => one.file === file)?.lines);
    if (hit.size === 0) return [];
    const all = [...coveredLines, ...missed].sort((a, b) => a - b);
    const covered = all.filter((line) => hit.has(line));
    return [{ ...codeOf(file), covered, uncovered: all.filter((line) => !hit.has(line)) }];
  });
}

function codeOf(file: string): Pick<CodeCoverage, 'name' | 'suffix'> {
  const [, name = file, suffix] = /([^/]+)\.(cls|trigger)$/.exec(file) ?? [];
  return { name, suffix: suffix === 'trigger' ? 'trigger' : 'cls' };
}
