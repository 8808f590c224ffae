import type { Activity } from './activity.ts';

/** How a person stands to an activity: what exclusions and role settings look at. */
type Part = 'to' | 'cc' | 'bcc' | 'sender' | 'actor' | 'attendee' | 'subject' | 'user';

export interface Mentioned {
  readonly address: string;
  readonly part: Part;
}

/**
 * The people whose records an activity is to be logged on, each once, in the order of the activity: the first is the
 * first recipient.
 */
export function peopleOf(activity: Activity): readonly Mentioned[] {
  const seen = new Set<string>();
  return mentioned(activity).filter(({ address }) => {
    const key = address.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
}

function mentioned(activity: Activity): readonly Mentioned[] {
  switch (activity.kind) {
    case 'email.sent':
    case 'email.reply-sent':
      return [
        ...as('to', activity.to),
        ...as('cc', activity.cc ?? []),
        ...as('bcc', activity.bcc ?? []),
      ];
    case 'email.received':
    case 'email.replied':
      return as('sender', [activity.from]);
    case 'email.opened':
    case 'email.clicked':
      return as('actor', [trackedPerson(activity)]);
    case 'email.downloaded':
      return as('actor', [activity.by]);
    case 'email.bounced':
      return as('subject', [activity.recipient]);
    case 'meeting.confirmed':
    case 'meeting.canceled':
      return as('attendee', activity.attendees);
    case 'calendar.event':
      return [
        ...as('attendee', activity.attendees),
        ...as('attendee', [activity.organizer]),
        ...as('user', activity.users),
      ];
    case 'todo':
    case 'linkedin.connection-request':
    case 'linkedin.inmail':
    case 'call':
      return as('subject', [activity.person]);
  }
}

/** A14, A15: of an Outlook e-mail with several recipients nobody can tell who opened it; it counts for the first in To. */
function trackedPerson({
  by,
  mailbox,
  to = [],
}: Extract<Activity, { kind: 'email.opened' | 'email.clicked' }>): string {
  return mailbox === 'outlook' && to.length > 1 ? (to[0] ?? by) : by;
}

function as(part: Part, addresses: readonly string[]): readonly Mentioned[] {
  return addresses.map((address) => ({ address, part }));
}
