import {
  auditFields,
  checkbox,
  complexValue,
  dateTime,
  idField,
  integer,
  lookup,
  picklist,
  text,
  textArea,
} from '../../schema/field-builder.ts';
import { buildObject, platformOwned } from '../../schema/object-builder.ts';
import type { ObjectSchema } from '../../schema/schema.ts';

/** Runs of Apex tests, their results and what they covered, as the Tooling API shows them. */

const runStatuses = ['Queued', 'Processing', 'Aborted', 'Completed', 'Failed', 'Preparing'];

/** Tests select code by name, and code is named in results; the rows themselves are the org's own. */
function codeName(name: 'ApexClass' | 'ApexTrigger', keyPrefix: string): ObjectSchema {
  return buildObject({
    name,
    label: name,
    labelPlural: name,
    keyPrefix,
    ...platformOwned,
    fields: [
      idField('ID'),
      text('Name', 'Name', 255, { nillable: false, nameField: true }),
      text('NamespacePrefix', 'Namespace Prefix', 15),
      ...auditFields,
    ],
  });
}

export const codeNames: Readonly<Record<'cls' | 'trigger', ObjectSchema>> = {
  cls: codeName('ApexClass', '01p'),
  trigger: codeName('ApexTrigger', '01q'),
};

export const apexTestRunResult = buildObject({
  name: 'ApexTestRunResult',
  label: 'Apex Test Run Result',
  labelPlural: 'Apex Test Run Results',
  keyPrefix: '05m',
  ...platformOwned,
  fields: [
    idField('Apex Test Run Result ID'),
    text('AsyncApexJobId', 'Apex Job ID', 18),
    lookup('UserId', 'User ID', 'User'),
    text('JobName', 'Job Name', 255),
    checkbox('IsAllTests', 'Is All Tests'),
    text('Source', 'Source', 255),
    dateTime('StartTime', 'Start Time'),
    dateTime('EndTime', 'End Time'),
    integer('TestTime', 'Test Time', 9),
    integer('TestSetupTime', 'Test Setup Time', 9),
    picklist('Status', 'Status', runStatuses, { length: 40 }),
    integer('ClassesEnqueued', 'Classes Enqueued', 9),
    integer('ClassesCompleted', 'Classes Completed', 9),
    integer('MethodsEnqueued', 'Methods Enqueued', 9),
    integer('MethodsCompleted', 'Methods Completed', 9),
    integer('MethodsFailed', 'Methods Failed', 9),
    ...auditFields,
  ],
});

export const apexTestQueueItem = buildObject({
  name: 'ApexTestQueueItem',
  label: 'Apex Test Queue Item',
  labelPlural: 'Apex Test Queue Items',
  keyPrefix: '709',
  ...platformOwned,
  fields: [
    idField('Apex Test Queue Item ID'),
    lookup('ApexClassId', 'Class ID', 'ApexClass'),
    picklist('Status', 'Status', runStatuses, { length: 40 }),
    text('ExtendedStatus', 'Extended Status', 1000),
    text('ParentJobId', 'Apex Job ID', 18),
    lookup('TestRunResultId', 'Apex Test Run Result ID', 'ApexTestRunResult'),
    ...auditFields,
  ],
});

export const apexTestResult = buildObject({
  name: 'ApexTestResult',
  label: 'Apex Test Result',
  labelPlural: 'Apex Test Results',
  keyPrefix: '07M',
  ...platformOwned,
  fields: [
    idField('Apex Test Result ID'),
    dateTime('TestTimestamp', 'Time Started'),
    picklist('Outcome', 'Pass/Fail', ['Pass', 'Fail', 'CompileFail', 'Skip'], { length: 40 }),
    lookup('ApexClassId', 'Class ID', 'ApexClass'),
    text('MethodName', 'Method Name', 255),
    textArea('Message', 'Error Message', 4000),
    textArea('StackTrace', 'Stack Trace', 4000),
    text('AsyncApexJobId', 'Apex Job ID', 18),
    lookup('QueueItemId', 'Apex Test Queue Item ID', 'ApexTestQueueItem'),
    text('ApexLogId', 'Debug Log ID', 18),
    lookup('ApexTestRunResultId', 'Apex Test Run Result ID', 'ApexTestRunResult'),
    integer('RunTime', 'Run Time', 9),
    checkbox('IsTestSetup', 'Is Test Setup'),
    ...auditFields,
  ],
});

const coverageFields = [
  lookup('ApexClassOrTriggerId', 'Class or Trigger ID', ['ApexClass', 'ApexTrigger']),
  integer('NumLinesCovered', 'Lines Covered', 9),
  integer('NumLinesUncovered', 'Lines Uncovered', 9),
  complexValue('Coverage', 'Coverage'),
  ...auditFields,
];

/** One row per test method and class or trigger it reached. */
export const apexCodeCoverage = buildObject({
  name: 'ApexCodeCoverage',
  label: 'Apex Code Coverage',
  labelPlural: 'Apex Code Coverages',
  keyPrefix: '714',
  ...platformOwned,
  fields: [
    idField('Apex Code Coverage ID'),
    lookup('ApexTestClassId', 'Test Class ID', 'ApexClass'),
    text('TestMethodName', 'Test Method Name', 255),
    ...coverageFields,
  ],
});

/** One row per class or trigger, over all tests of the latest run that measured it. */
export const apexCodeCoverageAggregate = buildObject({
  name: 'ApexCodeCoverageAggregate',
  label: 'Apex Code Coverage Aggregate',
  labelPlural: 'Apex Code Coverage Aggregates',
  keyPrefix: '715',
  ...platformOwned,
  fields: [idField('Apex Code Coverage Aggregate ID'), ...coverageFields],
});

export const apexOrgWideCoverage = buildObject({
  name: 'ApexOrgWideCoverage',
  label: 'Apex Org Wide Coverage',
  labelPlural: 'Apex Org Wide Coverages',
  keyPrefix: '716',
  ...platformOwned,
  fields: [
    idField('Apex Org Wide Coverage ID'),
    integer('PercentCovered', 'Percent Covered', 3),
    ...auditFields,
  ],
});

export const TEST_OBJECTS: readonly ObjectSchema[] = [
  codeNames.cls,
  codeNames.trigger,
  apexTestRunResult,
  apexTestQueueItem,
  apexTestResult,
  apexCodeCoverage,
  apexCodeCoverageAggregate,
  apexOrgWideCoverage,
];
