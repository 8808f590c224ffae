import { buildId } from '../../schema/ids.ts';
import type { FieldValues, ObjectSchema } from '../../schema/schema.ts';
import type { SoqlEngine } from '../../soql/soql.ts';
import * as objects from './test-objects.ts';
import type { CodeCoverage, TestRun, TestRuns } from './test-runs.ts';
import type { ToolingRow, ToolingSource } from './tooling-data.ts';

/** Ids of deployed code by its name in lower case. */
interface CodeIds {
  readonly cls: ReadonlyMap<string, string>;
  readonly trigger: ReadonlyMap<string, string>;
}

interface TestSourceDeps {
  readonly runs: TestRuns;
  readonly soql: SoqlEngine;
  /** When source was last deployed, milliseconds since the epoch. */
  readonly deployedAtMs: () => number;
}

/** Runs of Apex tests, and the names of code that their rows refer to. */
export function testSource({ runs, soql, deployedAtMs }: TestSourceDeps): ToolingSource {
  return {
    objects: objects.TEST_OBJECTS,
    version: () => `${runs.revision}/${deployedAtMs()}`,
    rows() {
      const code = [...codeRows(soql, 'cls'), ...codeRows(soql, 'trigger')];
      return [...code, ...testRows(runs.list(), codeIds(code))];
    },
  };
}

function codeRows(soql: SoqlEngine, suffix: 'cls' | 'trigger'): ToolingRow[] {
  const object = objects.codeNames[suffix];
  const plan = soql.plan(
    `SELECT ${[...object.fields.values()].map(({ name }) => name)} FROM ${object.name}`,
  );
  return [...soql.run(plan, { nowMs: 0, userId: '' })].map(({ values }) => ({
    object,
    values: Object.fromEntries(values) as FieldValues,
  }));
}

function codeIds(rows: readonly ToolingRow[]): CodeIds {
  const ids = (suffix: 'cls' | 'trigger'): Map<string, string> =>
    new Map(
      rows
        .filter(({ object }) => object === objects.codeNames[suffix])
        .map(({ values }) => [String(values['Name']).toLowerCase(), String(values['Id'])]),
    );
  return { cls: ids('cls'), trigger: ids('trigger') };
}

/** Every row the Tooling API shows of test runs; classes that are no longer deployed have lost theirs. */
function testRows(runs: readonly TestRun[], code: CodeIds): ToolingRow[] {
  const rows = runs.flatMap((run) => [
    row(objects.apexTestRunResult, run, runResult(run)),
    ...queueRows(run, code),
    ...resultRows(run, code),
  ]);
  const measured = runs.findLast(({ coverage }) => coverage !== null);
  return measured === undefined ? rows : [...rows, ...coverageRows(measured, code)];
}

function row(object: ObjectSchema, run: TestRun, values: FieldValues): ToolingRow {
  const created = seconds(run.startTime);
  const modified = seconds(run.endTime ?? run.startTime);
  return {
    object,
    values: {
      ...values,
      CreatedDate: created,
      CreatedById: run.userId,
      LastModifiedDate: modified,
      LastModifiedById: run.userId,
      SystemModstamp: modified,
    },
  };
}

function seconds(iso: string): string {
  return iso.replace(/\.\d+Z$/, '.000Z');
}

function runResult(run: TestRun): FieldValues {
  const ended = run.endTime !== null;
  return {
    Id: run.resultId,
    AsyncApexJobId: run.id,
    UserId: run.userId,
    JobName: null,
    IsAllTests: run.allTests,
    Source: 'API',
    StartTime: seconds(run.startTime),
    EndTime: run.endTime === null ? null : seconds(run.endTime),
    TestTime: Math.round(run.results.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    TestSetupTime: 0,
    Status: run.status,
    ClassesEnqueued: run.queueItems.length,
    ClassesCompleted: ended ? run.queueItems.length : 0,
    MethodsEnqueued: run.methods,
    MethodsCompleted: run.results.length,
    MethodsFailed: run.results.filter(({ passed }) => !passed).length,
  };
}

function queueRows(run: TestRun, code: CodeIds): ToolingRow[] {
  return run.queueItems.map(({ id, className }) => {
    const results = run.results.filter((result) => result.className === className);
    const passed = results.filter((result) => result.passed).length;
    return row(objects.apexTestQueueItem, run, {
      Id: id,
      ApexClassId: code.cls.get(className.toLowerCase()) ?? null,
      Status: run.status,
      ExtendedStatus: run.endTime === null ? null : `(${passed}/${results.length})`,
      ParentJobId: run.id,
      TestRunResultId: run.resultId,
    });
  });
}

function resultRows(run: TestRun, code: CodeIds): ToolingRow[] {
  const items = new Map(run.queueItems.map(({ id, className }) => [className, id]));
  return run.results.map((result) =>
    row(objects.apexTestResult, run, {
      Id: result.id,
      TestTimestamp: seconds(run.endTime ?? run.startTime),
      Outcome: result.passed ? 'Pass' : 'Fail',
      ApexClassId: code.cls.get(result.className.toLowerCase()) ?? null,
      MethodName: result.method,
      Message: result.passed ? null : result.message.slice(0, 4000),
      StackTrace: result.passed ? null : result.stack.slice(0, 4000),
      AsyncApexJobId: run.id,
      QueueItemId: items.get(result.className) ?? null,
      ApexLogId: null,
      ApexTestRunResultId: run.resultId,
      RunTime: Math.round(result.durationMs),
      IsTestSetup: false,
    }),
  );
}

/** Of the latest run that measured: rows per test method, per class, and one for the org. */
function coverageRows(run: TestRun, code: CodeIds): ToolingRow[] {
  const perTest = run.results.flatMap((result) =>
    result.coverage.map((coverage) => ({
      ApexTestClassId: code.cls.get(result.className.toLowerCase()) ?? null,
      TestMethodName: result.method,
      ...coverageValues(coverage, code),
    })),
  );
  const perClass = (run.coverage ?? []).map((coverage) => coverageValues(coverage, code));
  const covered = (run.coverage ?? []).reduce((sum, one) => sum + one.covered.length, 0);
  const lines = (run.coverage ?? []).reduce((sum, one) => sum + one.uncovered.length, covered);
  const percent = lines === 0 ? 0 : Math.round((100 * covered) / lines);
  return [
    ...numbered(objects.apexCodeCoverage, run, perTest),
    ...numbered(objects.apexCodeCoverageAggregate, run, perClass),
    ...numbered(objects.apexOrgWideCoverage, run, [{ PercentCovered: percent }]),
  ];
}

function coverageValues({ name, suffix, covered, uncovered }: CodeCoverage, code: CodeIds) {
  return {
    ApexClassOrTriggerId: code[suffix].get(name.toLowerCase()) ?? null,
    NumLinesCovered: covered.length,
    NumLinesUncovered: uncovered.length,
    Coverage: JSON.stringify({ coveredLines: covered, uncoveredLines: uncovered }),
  };
}

/** Coverage is measured anew by every run, and its rows with it. */
function numbered(object: ObjectSchema, run: TestRun, rows: readonly FieldValues[]): ToolingRow[] {
  return rows.map((values, index) =>
    row(object, run, { Id: buildId(object.keyPrefix, 'Dp0', index + 1), ...values }),
  );
}
