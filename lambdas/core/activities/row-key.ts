import { createHash } from 'node:crypto';
import { iso } from '../time-text.ts';
import type { Activity } from './activity.ts';

/** `Mixmax_Activity_Id__c` holds 64 characters; the rest is for `/` and a number or twelve characters. */
const MAX_LEDGER_ID = 51;

/** Of Events: what is in the org leads back to the ledger. */
export const EVENT_PREFIX = 'ev:';

/**
 * Under which id the ledger keeps an activity: the sender's, but for meetings one of the meeting, action and user,
 * however many senders tell of it (U5). At most 51 characters, so that the key of a Task holds it whole.
 */
export function ledgerIdOf(activity: Activity): string {
  switch (activity.kind) {
    case 'meeting.confirmed':
    case 'meeting.canceled': {
      const { kind, meetingId, user } = activity;
      return `mt:${digest(JSON.stringify([kind, meetingId, user.toLowerCase()]))}`;
    }
    case 'calendar.event':
      return EVENT_PREFIX + digest(JSON.stringify([activity.eventId, occurrenceOf(activity)]));
    default:
      return senderLedgerId(activity.id);
  }
}

/** Of an activity that is kept under its sender's id: a long one is shortened to a digest. */
export function senderLedgerId(id: string): string {
  return id.length <= MAX_LEDGER_ID ? id : `id:${digest(id)}`;
}

/** Under which a ledger entry keeps what was picked for an address: addresses stand in the activity only. */
export function pickKey(address: string): string {
  return digest(address.toLowerCase()).slice(0, 16);
}

/** A beginning is the same in whichever zone it is written; anything else stands for itself. */
function occurrenceOf({ occurrence }: { readonly occurrence?: string | undefined }): string | null {
  if (occurrence === undefined) return null;
  const isTime = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(occurrence);
  const ms = isTime ? Date.parse(occurrence) : Number.NaN;
  return Number.isNaN(ms) ? occurrence : iso(ms);
}

/**
 * What stands in a Task's `Mixmax_Activity_Id__c`: the activity and which of its Tasks it is.
 * @param part of the activity: the place of a Task's first person, or a digest of an Event's user
 */
export function rowKey(ledgerId: string, part: number | string): string {
  return `${ledgerId}/${part}`;
}

/** The ledger's id of an activity, of a key as it was found in the org; undefined for what is no key of ours. */
export function ledgerIdOfKey(key: string): string | undefined {
  const end = key.lastIndexOf('/');
  return end > 0 && end <= MAX_LEDGER_ID ? key.slice(0, end) : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
