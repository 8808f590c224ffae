import {
  auditFields,
  binary,
  checkbox,
  createdFields,
  dateTime,
  decimal,
  idField,
  integer,
  lookup,
  picklist,
  text,
  textArea,
} from '../field-builder.ts';
import { buildObject, platformOwned } from '../object-builder.ts';
import type { FieldSchema } from '../schema.ts';

/** Rows about code and its jobs: the engine writes them, everybody else reads them. */
const jobStatuses = [
  'Queued',
  'Processing',
  'Aborted',
  'Completed',
  'Failed',
  'Preparing',
  'Holding',
];

function codeFields(idLabel: string): FieldSchema[] {
  return [
    idField(idLabel),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    text('Name', 'Name', 255, { nillable: false, nameField: true }),
    decimal('ApiVersion', 'Api Version', 'double', [18, 1]),
    picklist('Status', 'Status', ['Inactive', 'Active', 'Deleted'], { length: 40 }),
    checkbox('IsValid', 'Is Valid'),
    decimal('BodyCrc', 'Body CRC', 'double', [18, 0]),
    textArea('Body', 'Body', 1_000_000),
    integer('LengthWithoutComments', 'Size Without Comments', 9),
    ...auditFields,
  ];
}

export const apexClass = buildObject({
  name: 'ApexClass',
  label: 'Apex Class',
  labelPlural: 'Apex Class',
  keyPrefix: '01p',
  ...platformOwned,
  fields: codeFields('Class ID'),
});

/** The bytes that a deployed static resource holds. */
export const staticResource = buildObject({
  name: 'StaticResource',
  label: 'Static Resource',
  labelPlural: 'Static Resource',
  keyPrefix: '081',
  ...platformOwned,
  fields: [
    idField('Static Resource ID'),
    text('NamespacePrefix', 'Namespace Prefix', 15),
    text('Name', 'Name', 255, { nillable: false, nameField: true }),
    text('ContentType', 'MIME Type', 120),
    integer('BodyLength', 'Size', 9),
    binary('Body', 'Body'),
    text('Description', 'Description', 255),
    picklist('CacheControl', 'Cache Control', ['Private', 'Public'], { length: 40 }),
    ...auditFields,
  ],
});

const triggerUsages = [
  'BeforeInsert',
  'AfterInsert',
  'BeforeUpdate',
  'AfterUpdate',
  'BeforeDelete',
  'AfterDelete',
  'AfterUndelete',
];

export const apexTrigger = buildObject({
  name: 'ApexTrigger',
  label: 'Apex Trigger',
  labelPlural: 'Apex Trigger',
  keyPrefix: '01q',
  ...platformOwned,
  fields: [
    ...codeFields('Trigger ID'),
    text('TableEnumOrId', 'Custom Object Definition ID', 40),
    ...triggerUsages.map((usage) => checkbox(`Usage${usage}`, usage)),
    checkbox('UsageIsBulk', 'IsBulk'),
  ],
});

export const asyncApexJob = buildObject({
  name: 'AsyncApexJob',
  label: 'Apex Job',
  labelPlural: 'Apex Job',
  keyPrefix: '707',
  ...platformOwned,
  fields: [
    idField('Apex Job ID'),
    ...createdFields,
    picklist(
      'JobType',
      'Job Type',
      [
        'Future',
        'SharingRecalculation',
        'ScheduledApex',
        'BatchApex',
        'BatchApexWorker',
        'TestRequest',
        'TestWorker',
        'ApexToken',
        'Queueable',
      ],
      { length: 40 },
    ),
    lookup('ApexClassId', 'Class ID', 'ApexClass'),
    picklist('Status', 'Status', jobStatuses, { length: 40 }),
    integer('JobItemsProcessed', 'Batches Processed', 9),
    integer('TotalJobItems', 'Total Batches', 9),
    integer('NumberOfErrors', 'Failures', 9),
    dateTime('CompletedDate', 'Completion Date'),
    text('MethodName', 'Apex Method', 255),
    text('ExtendedStatus', 'Status Detail', 255),
    text('LastProcessed', 'Last Processed', 15),
    integer('LastProcessedOffset', 'Last Processed Offset', 9),
    lookup('ParentJobId', 'Apex Job ID', 'AsyncApexJob'),
    lookup('CronTriggerId', 'Scheduled Job ID', 'CronTrigger'),
  ],
});

export const cronJobDetail = buildObject({
  name: 'CronJobDetail',
  label: 'Cron Job',
  labelPlural: 'Cron Job',
  keyPrefix: '08a',
  ...platformOwned,
  fields: [
    idField('Cron Job Detail ID'),
    text('Name', 'Name', 1_000, { nillable: false, nameField: true }),
    picklist('JobType', 'Type', ['7'], { length: 1 }),
  ],
});

const triggerStates = [
  'WAITING',
  'ACQUIRED',
  'EXECUTING',
  'COMPLETE',
  'ERROR',
  'DELETED',
  'PAUSED',
  'BLOCKED',
  'PAUSED_BLOCKED',
];

export const cronTrigger = buildObject({
  name: 'CronTrigger',
  label: 'Scheduled Jobs',
  labelPlural: 'Scheduled Jobs',
  keyPrefix: '08e',
  ...platformOwned,
  fields: [
    idField('Scheduled Job ID'),
    lookup('CronJobDetailId', 'Job ID', 'CronJobDetail'),
    dateTime('NextFireTime', 'Next Run Time'),
    dateTime('PreviousFireTime', 'Previous Run Time'),
    picklist('State', 'Job State', triggerStates, { length: 16 }),
    dateTime('StartTime', 'Start Time'),
    dateTime('EndTime', 'End Time'),
    text('CronExpression', 'Cron Expression', 255),
    text('TimeZoneSidKey', 'Time Zone', 40),
    lookup('OwnerId', 'Owner ID', 'User'),
    lookup('LastModifiedById', 'Last Modified By ID', 'User'),
    ...createdFields,
    integer('TimesTriggered', 'Job Fired Count', 9),
  ],
});

export const eventBusSubscriber = buildObject({
  name: 'EventBusSubscriber',
  label: 'Event Bus Subscriber',
  labelPlural: 'Event Bus Subscriber',
  keyPrefix: '0a4',
  ...platformOwned,
  fields: [
    idField('Event Bus Subscriber ID'),
    text('ExternalId', 'External ID', 18),
    text('Name', 'Name', 256, { nameField: true }),
    picklist('Type', 'Type', ['ApexTrigger'], { length: 40 }),
    text('Topic', 'Topic', 256),
    integer('Position', 'Last Processed', 18),
    integer('Tip', 'Last Published', 18),
    integer('Retries', 'Retries', 9),
    text('LastError', 'Last Error', 1_000),
    picklist('Status', 'State', ['Running', 'Error', 'Suspended', 'Expired'], { length: 40 }),
  ],
});
