import { createHash } from 'node:crypto';
import { describeIssue } from '../describe-issue.ts';
import { ACTIVITY_KINDS, type Activity, activitySchema } from './activity.ts';
import { faultOfTimes } from './calendar-event.ts';
import { faultOfRecurrence } from './recurrence.ts';

/** Why one item of a request was not taken: `pointer` names the member, never its value. */
export interface ItemFault {
  readonly code: 'invalid-input' | 'conflict' | 'unknown-user';
  readonly pointer: string;
  readonly reason: string;
}

/** Reads one item as it came over the wire. */
export function parseActivity(item: unknown): Activity | ItemFault {
  const kind = memberOf(item, 'kind');
  if (typeof kind !== 'string' || !ACTIVITY_KINDS.some((known) => known === kind)) {
    return fault('/kind', `is missing or unknown; known are ${ACTIVITY_KINDS.join(', ')}`);
  }
  const result = activitySchema.safeParse(item);
  if (!result.success) {
    const { pointer, reason } = describeIssue(result.error.issues[0]);
    return fault(pointer, reason);
  }
  const activity = result.data;
  const wrong = activity.kind === 'calendar.event' ? faultOfEvent(activity) : undefined;
  return wrong === undefined ? activity : fault(wrong.pointer, wrong.reason);
}

function faultOfEvent(event: Extract<Activity, { kind: 'calendar.event' }>) {
  const { recurrence, occurrence, when } = event;
  if (recurrence === undefined) return faultOfTimes(when);
  if (occurrence !== undefined) {
    return {
      pointer: '/recurrence',
      reason: 'does not go with occurrence: one recurs, one is one',
    };
  }
  return faultOfTimes(when) ?? faultOfRecurrence(recurrence);
}

export function isFault(parsed: object): parsed is ItemFault {
  return 'reason' in parsed;
}

/** The sender's id of an item that may be anything, to name its result by; null where it has none. */
export function senderIdOf(item: unknown): string | null {
  const id = memberOf(item, 'id');
  return typeof id === 'string' && id.length <= 100 ? id : null;
}

/** Equal for activities that say the same; members in any order. */
export function contentHash(activity: Activity): string {
  return createHash('sha256').update(canonical(activity)).digest('base64url');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

function memberOf(item: unknown, name: string): unknown {
  const known = typeof item === 'object' && item !== null && Object.hasOwn(item, name);
  return known ? Reflect.get(item, name) : undefined;
}

function fault(pointer: string, reason: string): ItemFault {
  return { code: 'invalid-input', pointer, reason };
}
