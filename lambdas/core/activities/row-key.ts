import { createHash } from 'node:crypto';
import type { Activity } from './activity.ts';

/** `Mixmax_Activity_Id__c` holds 64 characters; the rest is for `/` and a number of up to three digits. */
const MAX_PLAIN_ID = 60;

/**
 * Under which id the ledger keeps an activity: the sender's, but for meetings one of the meeting, action and user,
 * however many senders tell of it (U5).
 */
export function ledgerIdOf(activity: Activity): string {
  if (activity.kind !== 'meeting.confirmed' && activity.kind !== 'meeting.canceled') {
    return activity.id;
  }
  const { kind, meetingId, user } = activity;
  return `${kind}:${digest(JSON.stringify([meetingId, user.toLowerCase()]))}`;
}

/**
 * What stands in a Task's `Mixmax_Activity_Id__c`: the activity and which of its Tasks it is.
 * @param place of the Task's first person among those of the activity
 */
export function rowKey(ledgerId: string, place: number): string {
  return `${ledgerId.length <= MAX_PLAIN_ID ? ledgerId : digest(ledgerId)}/${place}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
