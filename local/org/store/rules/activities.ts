import { OrgError } from '../../errors.ts';
import { keyPrefixOf } from '../../schema/ids.ts';
import type { FieldValue, FieldValues, ObjectSchema } from '../../schema/schema.ts';
import { taskPriorities, taskStatuses } from '../../schema/standard/picklists.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';
import { quote, tableName } from '../tables.ts';
import { deriveEventTimes } from './event-times.ts';
import { relateRestored, relateTask } from './task-relations.ts';

export const taskRules: ObjectRules = {
  derive: deriveTask,
  afterSave: followUpTask,
  afterPresenceChange(row, stamp, deps) {
    relateRestored(row, stamp, deps);
    refreshLastActivity([row], stamp, deps);
  },
};

export const eventRules: ObjectRules = {
  derive: deriveEvent,
  afterSave: followUpEvent,
  afterPresenceChange: (row, stamp, deps) => refreshLastActivity([row], stamp, deps),
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
  deriveRelations(draft, deps);
}

function deriveEvent(draft: Draft, deps: RuleDeps): void {
  const { row } = draft;
  if (row['IsRecurrence'] === true) throw noRecurrence('IsRecurrence');
  if (row['Recurrence2PatternText'] != null) throw noRecurrence('Recurrence2PatternText');
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
  row['AccountId'] = accountOf(row, deps);
}

function isA(deps: RuleDeps, id: string, object: string): boolean {
  return deps.schema.byKeyPrefix(keyPrefixOf(id))?.name === object;
}

/** Related To decides: an Account, an Opportunity's, or a detail record's; otherwise the Contact's. */
function accountOf(row: FieldValues, deps: RuleDeps): FieldValue {
  const { WhatId: what, WhoId: who } = row;
  if (typeof what === 'string') {
    const parent = deps.schema.byKeyPrefix(keyPrefixOf(what));
    if (parent?.name === 'Account') return what;
    const field = parent && accountFieldOf(parent);
    if (parent && field) {
      const account = deps.rows.value(parent.name, what, field);
      if (account !== null) return account;
    }
  }
  if (typeof who === 'string' && isA(deps, who, 'Contact'))
    return deps.rows.value('Contact', who, 'AccountId');
  return null;
}

function accountFieldOf(object: ObjectSchema): string | undefined {
  if (object.name === 'Opportunity') return 'AccountId';
  for (const field of object.fields.values()) {
    if (field.custom && field.cascadeDelete && field.referenceTo.includes('Account'))
      return field.name;
  }
  return undefined;
}

function followUpTask(draft: Draft, deps: RuleDeps): void {
  relateTask(draft, deps);
  const { row, before, stamp } = draft;
  const counted = row['IsClosed'] === true || before?.['IsClosed'] === true;
  if (!counted || !changes(draft, 'IsClosed', 'ActivityDate', 'WhoId', 'WhatId', 'AccountId'))
    return;
  refreshLastActivity(before ? [row, before] : [row], stamp, deps);
}

function followUpEvent(draft: Draft, deps: RuleDeps): void {
  const { row, before, stamp } = draft;
  if (!changes(draft, 'ActivityDate', 'WhoId', 'WhatId', 'AccountId')) return;
  refreshLastActivity(before ? [row, before] : [row], stamp, deps);
}

/**
 * LastActivityDate of the records that activities belong or belonged to: the latest date among events and closed
 * tasks. Moves SystemModstamp and leaves LastModifiedDate.
 */
export function refreshLastActivity(
  activities: readonly FieldValues[],
  stamp: string,
  deps: RuleDeps,
): void {
  const parents = new Set<string>();
  for (const row of activities) {
    for (const field of ['WhoId', 'WhatId', 'AccountId']) {
      const id = row[field];
      if (typeof id === 'string') parents.add(id);
    }
  }
  for (const id of parents) refreshParent(id, stamp, deps);
}

function refreshParent(id: string, stamp: string, deps: RuleDeps): void {
  const parent = deps.schema.byKeyPrefix(keyPrefixOf(id));
  if (!parent?.fields.has('lastactivitydate')) return;
  const latest = latestActivity(id, relationTo(parent), deps);
  deps.database.run(
    `UPDATE ${tableName(parent.name)} SET "LastActivityDate" = ?1, "SystemModstamp" = ?2
     WHERE "Id" = ?3 AND "LastActivityDate" IS NOT ?1`,
    latest,
    stamp,
    id,
  );
}

function relationTo(parent: ObjectSchema): string {
  if (parent.name === 'Account') return 'AccountId';
  return parent.name === 'Contact' || parent.name === 'Lead' ? 'WhoId' : 'WhatId';
}

function latestActivity(id: string, relation: string, deps: RuleDeps) {
  const column = quote(relation);
  const row = deps.database.row(
    `SELECT max(day) FROM (
       SELECT max("ActivityDate") AS day FROM ${tableName('Task')} WHERE ${column} = ?1 AND "IsClosed" = 1 AND "IsDeleted" = 0
       UNION ALL
       SELECT max("ActivityDate") FROM ${tableName('Event')} WHERE ${column} = ?1 AND "IsDeleted" = 0)`,
    id,
  );
  return row?.[0] ?? null;
}
