import type { ActivityKind } from './activity.ts';

/** A68–A72. Undefined: the type that the help page calls `#N/A`, which is Bulk API's word for none. */
const TYPES: Readonly<Record<ActivityKind, string | undefined>> = {
  'email.sent': 'Email',
  'email.reply-sent': 'Email',
  'email.received': 'Email',
  'email.replied': 'Email',
  'email.bounced': 'Email',
  'email.opened': undefined,
  'email.clicked': undefined,
  'email.downloaded': undefined,
  'meeting.confirmed': 'Meeting',
  'meeting.canceled': 'Meeting',
  todo: 'Task',
  'linkedin.connection-request': 'Task',
  'linkedin.inmail': 'Task',
  call: 'Call',
  'calendar.event': 'Meeting',
};

/**
 * The Type of an activity's Task or Event, in the spelling of the org's picklist.
 * @param offered active values of the object's Type
 * @returns `type` null where there is none; `missing` names a value that the org's picklist lacks
 */
export function activityTypeOf(
  kind: ActivityKind,
  offered: readonly string[],
): { readonly type: string | null; readonly missing?: string } {
  const wanted = TYPES[kind];
  if (wanted === undefined) return { type: null };
  const found = offered.find((value) => value.toLowerCase() === wanted.toLowerCase());
  return found === undefined ? { type: null, missing: wanted } : { type: found };
}
