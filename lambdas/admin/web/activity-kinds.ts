import type { ActivityKind } from '#core/activities/activity.ts';

/** Every kind of activity in the reader's words, in the order in which they are offered. */
export const KIND_LABELS: Readonly<Record<ActivityKind, string>> = {
  'email.sent': 'E-mail sent',
  'email.reply-sent': 'Reply sent',
  'email.received': 'E-mail received',
  'email.replied': 'Reply received',
  'email.opened': 'E-mail opened',
  'email.clicked': 'Link clicked',
  'email.downloaded': 'File downloaded',
  'email.bounced': 'E-mail bounced',
  'meeting.confirmed': 'Meeting confirmed',
  'meeting.canceled': 'Meeting canceled',
  'calendar.event': 'Calendar event',
  call: 'Call',
  todo: 'To-do',
  'linkedin.connection-request': 'LinkedIn connection request',
  'linkedin.inmail': 'LinkedIn InMail',
};

export const KINDS = Object.keys(KIND_LABELS) as readonly ActivityKind[];
