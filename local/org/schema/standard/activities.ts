import {
  auditFields,
  checkbox,
  createOnly,
  date,
  dateTime,
  field,
  idField,
  integer,
  isDeleted,
  lookup,
  owner,
  picklist,
  readOnly,
  required,
  text,
  textArea,
  values,
} from '../field-builder.ts';
import { buildObject, platformOwned } from '../object-builder.ts';
import type { FieldSchema } from '../schema.ts';
import {
  activityTypes,
  months,
  recurrenceTypes,
  taskPriorities,
  taskStatuses,
  timeZones,
  weekInstances,
} from './picklists.ts';

const restricted = { length: 40, restrictedPicklist: true };

/** `WhatId` also points at every deployed custom object that allows activities; the schema adds those. */
function relations(children: string): FieldSchema[] {
  return [
    lookup('WhoId', 'Name ID', ['Contact', 'Lead'], { children, cascadeDelete: true }),
    lookup('WhatId', 'Related To ID', ['Account', 'Campaign', 'Opportunity'], {
      children,
      cascadeDelete: true,
    }),
  ];
}

function recurrence(series: string): FieldSchema[] {
  return [
    picklist('RecurrenceTimeZoneSidKey', 'Recurrence Time Zone', timeZones, restricted),
    picklist('RecurrenceType', 'Recurrence Type', recurrenceTypes, restricted),
    integer('RecurrenceInterval', 'Recurrence Interval', 9),
    integer('RecurrenceDayOfWeekMask', 'Recurrence Day of Week Mask', 9),
    integer('RecurrenceDayOfMonth', 'Recurrence Day of Month', 9),
    picklist('RecurrenceInstance', 'Recurrence Instance', weekInstances, restricted),
    picklist('RecurrenceMonthOfYear', 'Recurrence Month of Year', months, restricted),
    ...(series === 'Task'
      ? [
          picklist(
            'RecurrenceRegeneratedType',
            'Repeat This Task',
            [
              'RecurrenceRegenerateAfterDueDate',
              'RecurrenceRegenerateAfterToday',
              'RecurrenceRegenerated',
            ],
            restricted,
          ),
        ]
      : []),
  ];
}

export const task = buildObject({
  name: 'Task',
  label: 'Task',
  labelPlural: 'Tasks',
  keyPrefix: '00T',
  fields: [
    idField('Activity ID'),
    ...relations('Tasks'),
    field('Subject', 'Subject', 'combobox', {
      length: 255,
      nameField: true,
      picklistValues: values(['Call', 'Email', 'Send Letter', 'Send Quote', 'Other']),
    }),
    date('ActivityDate', 'Due Date Only'),
    picklist(
      'Status',
      'Status',
      taskStatuses.map((status) => status.name),
      { ...required, default: 'Not Started' },
    ),
    picklist(
      'Priority',
      'Priority',
      taskPriorities.map((priority) => priority.name),
      {
        ...required,
        length: 20,
        default: 'Normal',
      },
    ),
    checkbox('IsHighPriority', 'High Priority', readOnly),
    owner(['Group', 'User'], 'Assigned To ID'),
    textArea('Description', 'Description', 32_000),
    picklist('Type', 'Type', activityTypes, { length: 40 }),
    isDeleted,
    lookup('AccountId', 'Account ID', 'Account', readOnly),
    checkbox('IsClosed', 'Closed', readOnly),
    ...auditFields,
    checkbox('IsArchived', 'Archived', readOnly),
    integer('CallDurationInSeconds', 'Call Duration', 8),
    picklist('CallType', 'Call Type', ['Internal', 'Inbound', 'Outbound'], restricted),
    text('CallDisposition', 'Call Result', 255),
    text('CallObject', 'Call Object Identifier', 255),
    dateTime('ReminderDateTime', 'Reminder Date/Time'),
    checkbox('IsReminderSet', 'Reminder Set'),
    lookup('RecurrenceActivityId', 'Recurrence Activity ID', 'Task', {
      ...readOnly,
      children: 'RecurringTasks',
    }),
    checkbox('IsRecurrence', 'Create Recurring Series of Tasks', createOnly),
    date('RecurrenceStartDateOnly', 'Recurrence Start'),
    date('RecurrenceEndDateOnly', 'Recurrence End'),
    ...recurrence('Task'),
    picklist(
      'TaskSubtype',
      'Task Subtype',
      ['Task', 'Email', 'ListEmail', 'Cadence', 'Call', 'LinkedIn'],
      {
        ...restricted,
        ...createOnly,
        default: 'Task',
        groupable: false,
      },
    ),
    dateTime('CompletedDateTime', 'Completed Date/Time', readOnly),
  ],
});

export const event = buildObject({
  name: 'Event',
  label: 'Event',
  labelPlural: 'Events',
  keyPrefix: '00U',
  fields: [
    idField('Activity ID'),
    ...relations('Events'),
    field('Subject', 'Subject', 'combobox', {
      length: 255,
      nameField: true,
      picklistValues: values(['Call', 'Email', 'Meeting', 'Send Letter/Quote', 'Other']),
    }),
    text('Location', 'Location', 255),
    checkbox('IsAllDayEvent', 'All-Day Event'),
    dateTime('ActivityDateTime', 'Due Date Time'),
    date('ActivityDate', 'Due Date Only'),
    integer('DurationInMinutes', 'Duration', 8),
    dateTime('StartDateTime', 'Start Date Time'),
    dateTime('EndDateTime', 'End Date Time'),
    date('EndDate', 'Date', readOnly),
    textArea('Description', 'Description', 32_000),
    lookup('AccountId', 'Account ID', 'Account', readOnly),
    owner('User', 'Assigned To ID'),
    picklist('Type', 'Type', ['Email', 'Meeting', 'Other', 'Call'], { length: 40 }),
    checkbox('IsPrivate', 'Private'),
    picklist('ShowAs', 'Show Time As', ['Busy', 'OutOfOffice', 'Free'], {
      ...restricted,
      default: 'Busy',
    }),
    isDeleted,
    checkbox('IsChild', 'Is Child', readOnly),
    checkbox('IsGroupEvent', 'Is Group Event', readOnly),
    picklist('GroupEventType', 'Group Event Type', ['0', '1', '2', '3'], {
      ...restricted,
      ...readOnly,
      default: '0',
    }),
    ...auditFields,
    checkbox('IsArchived', 'Archived', readOnly),
    lookup('RecurrenceActivityId', 'Recurrence Activity ID', 'Event', {
      ...readOnly,
      children: 'RecurringEvents',
    }),
    checkbox('IsRecurrence', 'Create Recurring Series of Events', createOnly),
    dateTime('RecurrenceStartDateTime', 'Recurrence Start'),
    date('RecurrenceEndDateOnly', 'Recurrence End'),
    ...recurrence('Event'),
    dateTime('ReminderDateTime', 'Reminder Date/Time'),
    checkbox('IsReminderSet', 'Reminder Set'),
    picklist('EventSubtype', 'Event Subtype', ['Event'], {
      ...restricted,
      ...createOnly,
      default: 'Event',
      groupable: false,
    }),
    checkbox('IsRecurrence2Exclusion', 'Historical Event, Not Following Recurrence', createOnly),
    textArea('Recurrence2PatternText', 'Recurrence Pattern', 512),
    text('Recurrence2PatternVersion', 'Pattern Version', 40),
    checkbox('IsRecurrence2', 'Repeat', readOnly),
    checkbox('IsRecurrence2Exception', 'Is Exception', readOnly),
    dateTime('Recurrence2PatternStartDate', 'Recurrence Pattern Start Date'),
    text('Recurrence2PatternTimeZone', 'Recurrence Pattern Time Zone Reference', 255),
  ],
});

/** Who is invited to an event. Written by calendars; deleting one is final. */
export const eventRelation = buildObject({
  name: 'EventRelation',
  label: 'Event Relation',
  labelPlural: 'Event Relations',
  keyPrefix: '0RE',
  triggerable: false,
  undeletable: false,
  fields: [
    idField('Event Relation ID'),
    lookup('RelationId', 'Relation ID', ['Contact', 'Lead', 'User'], {
      ...required,
      updateable: false,
      children: 'EventRelations',
      cascadeDelete: true,
    }),
    lookup('EventId', 'Event ID', 'Event', {
      ...required,
      updateable: false,
      children: 'EventRelations',
      cascadeDelete: true,
    }),
    picklist(
      'Status',
      'Status',
      ['New', 'Accepted', 'Declined', 'Uninvited', 'Organizer', 'Maybe'],
      {
        length: 40,
        restrictedPicklist: true,
        default: 'New',
      },
    ),
    dateTime('RespondedDate', 'Response Date'),
    text('Response', 'Comment', 255),
    ...auditFields,
    isDeleted,
  ],
});

export const taskStatus = buildObject({
  name: 'TaskStatus',
  label: 'Task Status Value',
  labelPlural: 'Task Status Value',
  keyPrefix: '01J',
  ...platformOwned,
  fields: statusFields('Task Status ID', checkbox('IsClosed', 'Closed', readOnly)),
});

export const leadStatus = buildObject({
  name: 'LeadStatus',
  label: 'Lead Status Value',
  labelPlural: 'Lead Status Value',
  keyPrefix: '01J',
  ...platformOwned,
  fields: statusFields('Lead Status ID', checkbox('IsConverted', 'Converted', readOnly)),
});

function statusFields(idLabel: string, meaning: FieldSchema): FieldSchema[] {
  return [
    idField(idLabel),
    text('MasterLabel', 'Master Label', 255, { ...readOnly, nameField: true }),
    text('ApiName', 'API Name', 255, readOnly),
    integer('SortOrder', 'Sort Order', 9, readOnly),
    checkbox('IsDefault', 'Is Default', readOnly),
    meaning,
    ...auditFields,
  ];
}
