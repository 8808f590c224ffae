import { createHash } from 'node:crypto';
import type { Activity } from './activity.ts';

/** `Mixmax_Activity_Id__c` holds 64 characters; the rest is for `/` and a number or twelve characters. */
const MAX_PLAIN_ID = 51;

/** Short enough for an Event's key to hold the whole id: what is in the org leads back to the ledger. */
export const EVENT_PREFIX = 'ev:';

/**
 * Under which id the ledger keeps an activity: the sender's, but for meetings one of the meeting, action and user,
 * however many senders tell of it (U5).
 */
export function ledgerIdOf(activity: Activity): string {
  switch (activity.kind) {
    case 'meeting.confirmed':
    case 'meeting.canceled': {
      const { kind, meetingId, user } = activity;
      return `${kind}:${digest(JSON.stringify([meetingId, user.toLowerCase()]))}`;
    }
    case 'calendar.event':
      return EVENT_PREFIX + digest(JSON.stringify([activity.eventId, activity.occurrence ?? null]));
    default:
      return activity.id;
  }
}

/**
 * What stands in a Task's `Mixmax_Activity_Id__c`: the activity and which of its Tasks it is.
 * @param part of the activity: the place of a Task's first person, or a digest of an Event's user
 */
export function rowKey(ledgerId: string, part: number | string): string {
  return `${ledgerId.length <= MAX_PLAIN_ID ? ledgerId : digest(ledgerId)}/${part}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** The ledger's id of a calendar event, of an Event's key; undefined for keys of anything else. */
export function eventIdOfKey(key: string): string | undefined {
  return key.startsWith(EVENT_PREFIX) ? key.slice(0, key.indexOf('/')) : undefined;
}
