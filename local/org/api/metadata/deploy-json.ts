import type { FileCoverage } from '../../apex/engine/test-report.ts';
import type { TestOutcome } from '../../apex/engine/test-runner.ts';
import type { DeployProblem } from '../../deploy-error.ts';
import type { Deploy } from './deploys.ts';
import type { Removal } from './destructive-changes.ts';

type Json = Readonly<Record<string, unknown>>;

/** Metadata types by the suffix of their files. */
const TYPE_BY_SUFFIX: ReadonlyMap<string, string> = new Map([
  ['cls', 'ApexClass'],
  ['trigger', 'ApexTrigger'],
  ['object', 'CustomObject'],
  ['field', 'CustomField'],
  ['app', 'CustomApplication'],
  ['cachePartition', 'PlatformCachePartition'],
  ['labels', 'CustomLabels'],
  ['md', 'CustomMetadata'],
  ['resource', 'StaticResource'],
  ['tab', 'CustomTab'],
  ['matchingRule', 'MatchingRules'],
  ['permissionset', 'PermissionSet'],
  ['remoteSite', 'RemoteSiteSetting'],
  ['platformEventSubscriberConfig', 'PlatformEventSubscriberConfig'],
  ['testSuite', 'ApexTestSuite'],
]);

export interface ComponentName {
  readonly componentType: string;
  readonly fullName: string;
  readonly fileName: string;
}

/** What the component at that source path is called. */
export function componentName(path: string): ComponentName {
  const [, name = path, suffix = ''] = /([^/]+?)\.(\w+)(?:-meta\.xml)?$/.exec(path) ?? [];
  const part = /^objects\/([^/]+)\/\w+\/[^/]+$/.exec(path)?.[1];
  return {
    componentType: TYPE_BY_SUFFIX.get(suffix) ?? suffix.charAt(0).toUpperCase() + suffix.slice(1),
    fullName: part === undefined ? name : `${part}.${name}`,
    fileName: path,
  };
}

/** The result of a deploy, as REST answers it; SOAP writes the same as elements. */
export function deployResultJson(deploy: Deploy, createdByName: string): Json {
  const components = componentPaths(deploy.paths);
  const removed = componentPaths(deploy.removed);
  const total = components.length + removed.length;
  const done = deploy.completedDate !== null;
  const success = deploy.status === 'Succeeded';
  const outcomes = deploy.tests?.outcomes ?? [];
  return {
    checkOnly: deploy.checkOnly,
    completedDate: deploy.completedDate,
    createdBy: deploy.userId,
    createdByName,
    createdDate: deploy.createdDate,
    details: {
      componentFailures: deploy.problems.map((problem) => failureJson(problem, deploy)),
      componentSuccesses: [
        ...(success ? components.map((path) => successJson(path, deploy)) : []),
        ...(success
          ? removed.map((path) => ({ ...successJson(path, deploy), deleted: true }))
          : []),
        ...deploy.missing.map((removal) => missingJson(removal, deploy)),
      ],
      runTestResult: testResultJson(deploy),
    },
    done,
    id: deploy.id,
    ignoreWarnings: false,
    lastModifiedDate: deploy.completedDate ?? deploy.createdDate,
    numberComponentErrors: deploy.problems.length,
    numberComponentsDeployed: success ? total : 0,
    numberComponentsTotal: total,
    numberTestErrors: outcomes.filter(({ passed }) => !passed).length,
    numberTestsCompleted: outcomes.filter(({ passed }) => passed).length,
    numberTestsTotal: outcomes.length,
    rollbackOnError: true,
    runTestsEnabled: deploy.testsEnabled,
    startDate: deploy.createdDate,
    status: deploy.status,
    success,
  };
}

/** Code and its description are one component. */
function componentPaths(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !/\.(cls|trigger)-meta\.xml$/.test(path));
}

function componentJson(path: string, deploy: Deploy): Json {
  return {
    changed: true,
    ...componentName(path),
    created: false,
    createdDate: deploy.completedDate ?? deploy.createdDate,
    deleted: false,
    warning: false,
  };
}

function successJson(path: string, deploy: Deploy): Json {
  return { ...componentJson(path, deploy), success: true };
}

/** What cannot be deleted because it is not there fails nothing. */
function missingJson({ type, fullName, manifest }: Removal, deploy: Deploy): Json {
  return {
    ...componentJson(manifest, deploy),
    changed: false,
    componentType: type,
    fullName,
    problem: `No ${type} named: ${fullName} found`,
    problemType: 'Warning',
    success: true,
    warning: true,
  };
}

function failureJson({ file, line, column, message }: DeployProblem, deploy: Deploy): Json {
  return {
    ...componentJson(file, deploy),
    ...(line === undefined ? {} : { lineNumber: line, columnNumber: column ?? 1 }),
    problem: message,
    problemType: 'Error',
    success: false,
  };
}

function testResultJson({ tests }: Deploy): Json {
  const outcomes = tests?.outcomes ?? [];
  const failures = outcomes.filter(({ passed }) => !passed);
  return {
    codeCoverage: (tests?.coverage ?? []).map(coverageJson),
    codeCoverageWarnings: [],
    failures: failures.map((outcome) => ({
      ...outcomeJson(outcome),
      message: outcome.message,
      stackTrace: outcome.stack,
      type: 'Class',
    })),
    numFailures: failures.length,
    numTestsRun: outcomes.length,
    successes: outcomes.filter(({ passed }) => passed).map(outcomeJson),
    totalTime: outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}

function outcomeJson({ className, method, durationMs }: TestOutcome): Json {
  return { id: null, methodName: method, name: className, namespace: null, time: durationMs };
}

function coverageJson({ file, lines, missed }: FileCoverage): Json {
  const { componentType, fullName } = componentName(file);
  return {
    id: null,
    locationsNotCovered: missed.map((line) => ({ column: 1, line, numExecutions: 0, time: -1 })),
    name: fullName,
    namespace: null,
    numLocations: lines,
    numLocationsNotCovered: missed.length,
    type: componentType === 'ApexTrigger' ? 'Trigger' : 'Class',
  };
}
