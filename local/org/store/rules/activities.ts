import { OrgError } from '../../errors.ts';
import type { FieldValue, FieldValues } from '../../schema/schema.ts';
import { taskPriorities, taskStatuses } from '../../schema/standard/picklists.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';
import { accountOf, isA } from './activity-account.ts';
import { checkPeople, derivePrimary } from './activity-people.ts';
import {
  type ActivityKind,
  eventKind,
  relateActivity,
  relateRestored,
  taskKind,
} from './activity-relations.ts';
import { deriveEventTimes } from './event-times.ts';
import { refreshLastActivity } from './last-activity.ts';

export const taskRules: ObjectRules = {
  derive: deriveTask,
  check: (draft, deps) => checkPeople(taskKind, draft, deps),
  afterSave: followUpTask,
  afterPresenceChange: (row, stamp, deps) => followUpPresence(taskKind, row, stamp, deps),
};

export const eventRules: ObjectRules = {
  derive: deriveEvent,
  check: (draft, deps) => checkPeople(eventKind, draft, deps),
  afterSave: followUpEvent,
  afterPresenceChange: (row, stamp, deps) => followUpPresence(eventKind, row, stamp, deps),
};

const closedStatuses: ReadonlySet<FieldValue> = new Set(
  taskStatuses.filter((status) => status.isClosed).map((status) => status.name),
);
const highPriorities: ReadonlySet<FieldValue> = new Set(
  taskPriorities.filter((priority) => priority.isHigh).map((priority) => priority.name),
);

function deriveTask(draft: Draft, deps: RuleDeps): void {
  const { row, before, stamp } = draft;
  if (row['IsRecurrence'] === true) throw noRecurrence('IsRecurrence');
  const closed = closedStatuses.has(row['Status'] ?? null);
  row['IsClosed'] = closed;
  row['IsHighPriority'] = highPriorities.has(row['Priority'] ?? null);
  if (!closed) row['CompletedDateTime'] = null;
  else if (before?.['IsClosed'] !== true) row['CompletedDateTime'] = stamp;
  derivePrimary(taskKind, draft);
  deriveRelations(draft, deps);
}

function deriveEvent(draft: Draft, deps: RuleDeps): void {
  const { row } = draft;
  if (row['IsRecurrence'] === true) throw noRecurrence('IsRecurrence');
  if (row['Recurrence2PatternText'] != null) throw noRecurrence('Recurrence2PatternText');
  derivePrimary(eventKind, draft);
  if (row['IsPrivate'] === true && (row['WhoId'] != null || row['WhatId'] != null)) {
    throw new OrgError(
      'FIELD_INTEGRITY_EXCEPTION',
      'Private events cannot be related to other records',
      {
        fields: ['IsPrivate'],
      },
    );
  }
  deriveEventTimes(draft);
  deriveRelations(draft, deps);
}

function noRecurrence(field: string): OrgError {
  const message = `This org does not make recurring activities: ${field}`;
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: [field] });
}

function deriveRelations(draft: Draft, deps: RuleDeps): void {
  if (!changes(draft, 'WhoId', 'WhatId')) return;
  const { row } = draft;
  const who = row['WhoId'];
  if (typeof who === 'string' && row['WhatId'] != null && isA(deps, who, 'Lead')) {
    throw new OrgError('FIELD_INTEGRITY_EXCEPTION', 'cannot specify whatID with lead whoID', {
      fields: ['WhatId'],
    });
  }
  row['AccountId'] = accountOf(draft.object, row, deps);
}

function followUpPresence(
  kind: ActivityKind,
  row: FieldValues,
  stamp: string,
  deps: RuleDeps,
): void {
  relateRestored(kind, String(row['Id']), stamp, deps);
  refreshLastActivity([row], stamp, deps);
}

function followUpTask(draft: Draft, deps: RuleDeps): void {
  relateActivity(draft, deps);
  const { row, before, stamp } = draft;
  const counted = row['IsClosed'] === true || before?.['IsClosed'] === true;
  if (!counted || !changes(draft, 'IsClosed', 'ActivityDate', 'WhoId', 'WhatId', 'AccountId'))
    return;
  refreshLastActivity(before ? [row, before] : [row], stamp, deps);
}

function followUpEvent(draft: Draft, deps: RuleDeps): void {
  relateActivity(draft, deps);
  const { row, before, stamp } = draft;
  if (!changes(draft, 'ActivityDate', 'WhoId', 'WhatId', 'AccountId')) return;
  refreshLastActivity(before ? [row, before] : [row], stamp, deps);
}
