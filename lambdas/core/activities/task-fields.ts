import type { Fields } from '../record.ts';
import type { Activity } from './activity.ts';
import { cutComments } from './cut-text.ts';
import type { FieldMapping, MappableField } from './field-mapping.ts';
import type { LedgerEntry, LedgerRow } from './ledger-entry.ts';
import type { RoleSettings } from './role-settings.ts';
import { subjectOf, unresolvedSubjectOf } from './subjects.ts';
import { activityTypeOf } from './task-types.ts';

/** What an org's Tasks or Events look like to whoever writes them. */
export interface ActivityShape {
  /** Active values of Type. */
  readonly types: readonly string[];
  /** `Mixmax_Activity_Id__c`, with the package's namespace; undefined = it cannot be written. */
  readonly keyField: string | undefined;
  /** Date/Time fields named `MixmaxActivityDateTime__c` that can be written (U45). */
  readonly timeFields: readonly string[];
  /** All that are described to the writer: what an admin's mapping is held against. */
  readonly fields: readonly MappableField[];
  /** Those of them whose name says what they take. */
  readonly wellKnown: FieldMapping;
  /** Fields of that name that are of another type or cannot be written, with the reason: nothing is written there. */
  readonly unusable: readonly { readonly field: string; readonly reason: string }[];
}

export interface TaskShape extends ActivityShape {
  /** Status of what is done, and of what is not. */
  readonly closedStatus: string;
  readonly openStatus: string;
  /** The org relates several contacts to a Task (G1). */
  readonly shared: boolean;
}

/** How activities are kept in an org. */
export interface OrgShape {
  readonly task: TaskShape;
  readonly event: ActivityShape;
}

/** A76: what is written of an activity. `timeZone` is the user's: a Task has a date only. */
export function taskFields(
  { activity, userId }: Pick<LedgerEntry, 'activity' | 'userId'>,
  row: LedgerRow,
  shape: TaskShape,
  role: Pick<RoleSettings, 'logTexts'>,
  timeZone: string,
): Fields {
  const { whoIds, whatId, whoName, key } = row;
  const subject = whoIds.length > 0 ? subjectOf : unresolvedSubjectOf;
  const at = new Date(activity.at).toISOString();
  return {
    Subject: subject(activity, whoName),
    OwnerId: userId,
    Type: activityTypeOf(activity.kind, shape.types).type,
    Status: isDone(activity) ? shape.closedStatus : shape.openStatus,
    WhoId: whoIds[0] ?? null,
    WhatId: whatId,
    ActivityDate: dueOn(activity) ?? localDate(at, timeZone),
    ...commentsOf(activity, role),
    ...(shape.keyField !== undefined && { [shape.keyField]: key }),
    ...Object.fromEntries(shape.timeFields.map((field) => [field, at])),
  };
}

/** What happened is done; tasks say so themselves. */
function isDone(activity: Activity): boolean {
  if ('done' in activity) return activity.done;
  if (activity.kind === 'call' && 'done' in activity.detail) return activity.detail.done;
  return true;
}

function dueOn(activity: Activity): string | undefined {
  if ('dueOn' in activity) return activity.dueOn;
  if (activity.kind === 'call' && 'dueOn' in activity.detail) return activity.detail.dueOn;
  return undefined;
}

/** BCC recipients stand nowhere in it: the text is what everybody got. */
function commentsOf(activity: Activity, { logTexts }: Pick<RoleSettings, 'logTexts'>): Fields {
  const text = 'text' in activity ? activity.text : undefined;
  return logTexts && text !== undefined ? { Description: cutComments(text) } : {};
}

/** `YYYY-MM-DD` of a time where the user is. */
function localDate(at: string, timeZone: string): string {
  const options = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-CA', options).format(new Date(at));
}
