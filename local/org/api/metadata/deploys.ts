import type { Scheduler } from '../../../scheduler.ts';
import type { SourceFile } from '../../apex/program.ts';
import { type ApexTestReport, runApexTests } from '../../apex-tests.ts';
import { DeployError, type DeployProblem } from '../../deploy-error.ts';
import type { SourceChange } from '../../deployed-source.ts';
import { OrgError } from '../../errors.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { notFound } from '../api-errors.ts';
import { pathsOf, type Removal } from './destructive-changes.ts';
import { withoutLabels } from './label-removals.ts';
import type { ArchiveContent } from './metadata-format.ts';

/** What the org itself can do with source. */
export interface SourceDeployer {
  /** What is deployed now. */
  readonly files: readonly SourceFile[];
  /** What would be deployed then. */
  after(change: SourceChange): readonly SourceFile[];
  /** @throws DeployError; nothing is changed then */
  deploy(change: SourceChange, options: { readonly checkOnly: boolean }): void;
}

type TestLevel =
  | 'NoTestRun'
  | 'RunSpecifiedTests'
  | 'RunLocalTests'
  | 'RunAllTestsInOrg'
  | 'RunRelevantTests';

interface DeployRequest extends ArchiveContent {
  readonly checkOnly: boolean;
  readonly testLevel: TestLevel;
  /** Classes, for `RunSpecifiedTests`. */
  readonly runTests: readonly string[];
  /** 18 characters. */
  readonly userId: string;
}

/** A deploy as the org remembers it. */
export interface Deploy {
  /** 18 characters, prefix 0Af. */
  readonly id: string;
  readonly checkOnly: boolean;
  readonly status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed';
  readonly userId: string;
  /** ISO UTC. */
  readonly createdDate: string;
  readonly completedDate: string | null;
  readonly paths: readonly string[];
  /** Source paths that went; empty until the deploy has been carried out. */
  readonly removed: readonly string[];
  /** Components to delete that the org does not have: no error. */
  readonly missing: readonly Removal[];
  readonly problems: readonly DeployProblem[];
  readonly tests: Extract<ApexTestReport, { kind: 'run' }> | null;
  readonly testsEnabled: boolean;
}

export interface Deploys {
  start(request: DeployRequest): Deploy;
  /** @throws OrgError NOT_FOUND */
  find(id: string): Deploy;
}

export interface DeploysDeps {
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly deployer: SourceDeployer;
  /** Milliseconds; measures tests. */
  readonly stopwatch: () => number;
  readonly seed: string;
}

const COLLECTION = 'deploys';

/** Deploys by the Metadata API: queued, then carried out in one go. What a crash interrupts has failed. */
export function createDeploys(deps: DeploysDeps): Deploys {
  const { documents, scheduler } = deps;
  const now = (): string => new Date(scheduler.now()).toISOString();
  const put = (deploy: Deploy): Deploy => {
    documents.put(COLLECTION, deploy.id, deploy);
    return deploy;
  };
  failInterrupted(documents, now());

  return {
    start(request) {
      const deploy = put({
        id: buildId('0Af', 'Dp0', documents.next(COLLECTION)),
        checkOnly: request.checkOnly,
        status: 'Pending',
        userId: request.userId,
        createdDate: now(),
        completedDate: null,
        paths: request.files.map(({ path }) => path),
        removed: [],
        missing: [],
        problems: [],
        tests: null,
        testsEnabled: request.testLevel !== 'NoTestRun',
      });
      scheduler.schedule(0, 'deploy', () => {
        let outcome = FAULT;
        try {
          outcome = carryOut(request, deps);
        } finally {
          put({ ...deploy, ...outcome, completedDate: now() });
        }
      });
      return deploy;
    },
    find(id) {
      const deploy = documents.get(COLLECTION, id) as Deploy | undefined;
      if (deploy === undefined) throw notFound();
      return deploy;
    },
  };
}

function failInterrupted(documents: DocumentStore, completedDate: string): void {
  for (const { key, document } of documents.list(COLLECTION)) {
    const deploy = document as Deploy;
    if (deploy.completedDate !== null) continue;
    const problem = { file: 'package.xml', message: 'The org was stopped; deploy again.' };
    documents.put(COLLECTION, key, {
      ...deploy,
      status: 'Failed',
      problems: [problem],
      completedDate,
    });
  }
}

type Outcome = Pick<Deploy, 'status' | 'problems' | 'tests'> &
  Partial<Pick<Deploy, 'removed' | 'missing'>>;

/** What is left of a deploy that fails through the org's own fault: clients wait for its end. */
const FAULT: Outcome = {
  status: 'Failed',
  problems: [{ file: 'package.xml', message: 'The org failed; its log says why.' }],
  tests: null,
};

/** What a request means for the source, and which components it would delete that are not there. */
function changeOf(
  { files, removals }: DeployRequest,
  deployer: SourceDeployer,
): { readonly change: SourceChange; readonly missing: readonly Removal[] } {
  const names = removals.filter(({ type }) => type === 'CustomLabel').map((one) => one.fullName);
  const labels = withoutLabels(names, deployer.after({ files, removed: [] }));
  const found = removals.map((removal) => ({
    removal,
    paths: pathsOf(removal, deployer.files),
    isLabel: removal.type === 'CustomLabel' && labels.found.has(removal.fullName),
  }));
  return {
    change: {
      files: [...files, ...labels.files],
      removed: [...found.flatMap(({ paths }) => paths), ...labels.removed],
    },
    missing: found
      .filter(({ paths, isLabel }) => paths.length === 0 && !isLabel)
      .map(({ removal }) => removal),
  };
}

/** Tests run first, on an empty org in memory: what fails them never reaches this one. */
function carryOut(request: DeployRequest, deps: DeploysDeps): Outcome {
  const { change, missing } = changeOf(request, deps.deployer);
  try {
    const tests = runSelectedTests(request, change, deps);
    const failed = tests?.outcomes.some(({ passed }) => !passed) ?? false;
    deps.deployer.deploy(change, { checkOnly: request.checkOnly || failed });
    const status = failed ? 'Failed' : 'Succeeded';
    return { status, problems: [], tests, removed: change.removed, missing };
  } catch (error) {
    if (error instanceof DeployError) {
      return { status: 'Failed', problems: error.problems, tests: null };
    }
    if (error instanceof OrgError) {
      const problem = { file: 'package.xml', message: error.message };
      return { status: 'Failed', problems: [problem], tests: null };
    }
    throw error;
  }
}

/** Null when no test runs, also because the code does not compile: the deploy then says so itself. */
function runSelectedTests(
  request: DeployRequest,
  change: SourceChange,
  deps: DeploysDeps,
): Deploy['tests'] {
  if (request.testLevel === 'NoTestRun') return null;
  const files = deps.deployer.after(change);
  const names = request.testLevel === 'RunSpecifiedTests' ? request.runTests : [];
  requireTests(names, files);
  const report = runApexTests({
    files,
    names,
    now: () => deps.scheduler.now(),
    stopwatch: deps.stopwatch,
    seed: deps.seed,
  });
  if (report.kind === 'refused') return null;
  // Which lines each test reached is nobody's question after a deploy, and large.
  const outcomes = report.outcomes.map((outcome) => ({ ...outcome, reached: [] }));
  return { ...report, outcomes };
}

/** @throws OrgError naming the class that is not there */
function requireTests(names: readonly string[], files: readonly SourceFile[]): void {
  const classes = new Set(
    files.flatMap(({ path }) => /\/(\w+)\.cls$/.exec(path)?.[1]?.toLowerCase() ?? []),
  );
  const missing = names.find((name) => !classes.has(name.split('.')[0]?.toLowerCase() ?? ''));
  if (missing !== undefined) {
    throw new OrgError('INVALID_TEST', `Test class ${missing} does not exist.`);
  }
}
