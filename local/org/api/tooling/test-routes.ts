import { z } from 'zod';
import { OrgError } from '../../errors.ts';
import { toId18 } from '../../schema/ids.ts';
import { type ApiCall, jsonBody, userOf } from '../api-call.ts';
import type { ApiOrg } from '../api-org.ts';
import { type ApiResult, json } from '../http.ts';
import type { TestClass } from './apex-runner.ts';
import type { CodeCoverage, TestResult, TestRun, TestRunRequest } from './test-runs.ts';

const names = z.union([z.array(z.string()), z.string().transform((text) => text.split(','))]);

/** As the Tooling API takes it. Suites go by name: they have no rows here, so no ids. */
const testRequest = z.object({
  tests: z
    .array(
      z.object({
        className: z.string().optional(),
        classId: z.string().optional(),
        testMethods: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  classNames: names.optional(),
  classids: names.optional(),
  suiteNames: names.optional(),
  testLevel: z.enum(['RunSpecifiedTests', 'RunLocalTests', 'RunAllTestsInOrg']).optional(),
  skipCodeCoverage: z.boolean().default(false),
});

/** `POST /tooling/runTestsAsynchronous`: answers the id of the job that runs them. */
export function postTestsAsync(call: ApiCall): ApiResult {
  return json(200, call.org.testRuns.start(readRequest(call)).id);
}

/** `POST /tooling/runTestsSynchronous`: answers when they have run. */
export function postTestsSync(call: ApiCall): ApiResult {
  const { org } = call;
  return json(200, resultJson(org, org.testRuns.run(readRequest(call))));
}

function readRequest(call: ApiCall): TestRunRequest {
  const parsed = testRequest.safeParse(jsonBody(call));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') || 'body'}: ${issue?.message}`);
  }
  const { tests, classNames = [], classids = [], suiteNames = [] } = parsed.data;
  const { testLevel, skipCodeCoverage } = parsed.data;
  const wanted = [
    ...(tests ?? []),
    ...classNames.map((className) => ({ className })),
    ...classids.map((classId) => ({ classId })),
    ...suiteNames.flatMap((name) => classesOfSuite(call.org, name)),
  ];
  const allTests = wanted.length === 0;
  if (allTests && (testLevel ?? 'RunSpecifiedTests') === 'RunSpecifiedTests') {
    throw invalid('tests: name test classes, or ask for the testLevel RunLocalTests');
  }
  const known = call.org.apex.testClasses();
  const classes = allTests ? known : merged(wanted.map((test) => selected(call.org, known, test)));
  if (classes.length === 0) throw invalid('the org has no Apex tests');
  return { classes, allTests, withCoverage: !skipCodeCoverage, userId: userOf(call) };
}

/** @throws OrgError naming the suite that was not deployed */
function classesOfSuite({ deployer }: ApiOrg, name: string): WantedTest[] {
  const path = `testSuites/${name.trim()}.testSuite-meta.xml`;
  const suite = deployer.files.find((file) => file.path.toLowerCase() === path.toLowerCase());
  if (suite === undefined) throw invalid(`${name}: there is no test suite of that name`);
  const classes = suite.text.matchAll(/<testClassName>\s*(\w+)\s*<\/testClassName>/g);
  return [...classes].map(([, className = '']) => ({ className }));
}

interface WantedTest {
  readonly className?: string | undefined;
  readonly classId?: string | undefined;
  readonly testMethods?: readonly string[] | undefined;
}

/** @throws OrgError naming the class or the method that is no test */
function selected(org: ApiOrg, known: readonly TestClass[], test: WantedTest): TestClass {
  const asked = test.className ?? nameOfClass(org, test.classId ?? '');
  const found = known.find(({ name }) => name.toLowerCase() === asked?.trim().toLowerCase());
  if (found === undefined) {
    throw invalid(`${test.className ?? test.classId}: there is no test class of that name or id`);
  }
  if (test.testMethods === undefined || test.testMethods.length === 0) return found;
  const methods = test.testMethods.map((method) => {
    const match = found.methods.find((name) => name.toLowerCase() === method.toLowerCase());
    if (match === undefined) throw invalid(`${found.name}.${method}: there is no such test method`);
    return match;
  });
  return { name: found.name, methods };
}

function nameOfClass(org: ApiOrg, id: string): string | undefined {
  const id18 = toId18(id);
  const name = id18 === undefined ? undefined : org.store.read('ApexClass', id18)?.['Name'];
  return typeof name === 'string' ? name : undefined;
}

/** A class that is named twice runs once, with the methods of both. */
function merged(classes: readonly TestClass[]): TestClass[] {
  return [...Map.groupBy(classes, ({ name }) => name)].map(([name, same]) => ({
    name,
    methods: [...new Set(same.flatMap(({ methods }) => methods))],
  }));
}

function invalid(message: string): OrgError {
  return new OrgError('INVALID_INPUT', message);
}

function resultJson(org: ApiOrg, run: TestRun): object {
  const failures = run.results.filter(({ passed }) => !passed);
  return {
    apexLogId: null,
    codeCoverage: (run.coverage ?? []).map((one) => coverageJson(org, one)),
    codeCoverageWarnings: [],
    failures: failures.map((result) => ({
      ...testJson(org, result),
      message: result.message,
      packageName: result.className,
      stackTrace: result.stack,
      type: 'Class',
    })),
    numFailures: failures.length,
    numTestsRun: run.results.length,
    successes: run.results.filter(({ passed }) => passed).map((one) => testJson(org, one)),
    totalTime: run.results.reduce((sum, { durationMs }) => sum + Math.round(durationMs), 0),
  };
}

function testJson(org: ApiOrg, { className, method, durationMs }: TestResult): object {
  return {
    id: idOfCode(org, 'cls', className),
    methodName: method,
    name: className,
    namespace: null,
    seeAllData: false,
    time: Math.round(durationMs),
  };
}

function coverageJson(org: ApiOrg, { name, suffix, covered, uncovered }: CodeCoverage): object {
  return {
    id: idOfCode(org, suffix, name),
    locationsNotCovered: uncovered.map((line) => ({
      column: 0,
      line,
      numExecutions: 0,
      time: -1,
    })),
    name,
    namespace: null,
    numLocations: covered.length + uncovered.length,
    numLocationsNotCovered: uncovered.length,
    type: suffix === 'cls' ? 'Class' : 'Trigger',
  };
}

function idOfCode(org: ApiOrg, suffix: 'cls' | 'trigger', name: string): string | null {
  const object = suffix === 'cls' ? 'ApexClass' : 'ApexTrigger';
  return org.store.findByKey(object, 'Name', name)[0] ?? null;
}
