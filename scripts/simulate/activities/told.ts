import type { Random } from '../../../local/seeded-random.ts';
import { pick } from '../pick.ts';

/** An activity as a sender posts it; its kind says what else it has. */
export interface Told {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly at: string;
  /** E-mail address of the Mixmax user. */
  readonly user: string;
  readonly [name: string]: unknown;
}

export interface Surroundings {
  readonly users: readonly string[];
  /** Somebody's address, drawn anew at each call. */
  readonly address: () => string;
  readonly atMs: number;
}

/** Kinds that become Tasks. */
export const TASK_KINDS = [
  'email.sent',
  'email.reply-sent',
  'email.received',
  'email.replied',
  'email.opened',
  'email.clicked',
  'email.downloaded',
  'email.bounced',
  'meeting.confirmed',
  'meeting.canceled',
  'todo',
  'linkedin.connection-request',
  'linkedin.inmail',
  'call',
] as const;

/** A new activity; nothing else in the history says the same. */
export function newActivity(number: number, around: Surroundings, random: Random): Told {
  const kind = pick(random, TASK_KINDS);
  const base = {
    id: `a-${number}`,
    kind,
    version: 1,
    at: new Date(around.atMs - random.integer(3_600_000)).toISOString(),
    user: pick(random, around.users),
  };
  const sequence = random.next() < 0.4 ? { sequence: { name: 'Trial', stage: 2 } } : {};
  const text = random.next() < 0.3 ? { text: `Text of ${number}` } : {};
  return {
    ...base,
    ...contentOf(kind, markOf(number, 1), around, random),
    ...ofMail(kind, sequence, text),
  };
}

/** Stands in the subject: the activity and the version of it that a Task says. */
export function markOf(number: number, version: number): string {
  return `#${number}v${version}#`;
}

function ofMail(kind: string, sequence: object, text: object): object {
  if (/^email\.(opened|clicked|downloaded)$/.test(kind)) return sequence;
  if (kind === 'email.received' || !kind.startsWith('email.')) return text;
  return { ...sequence, ...text };
}

function contentOf(
  kind: (typeof TASK_KINDS)[number],
  mark: string,
  { address }: Surroundings,
  random: Random,
): object {
  const several = () => Array.from({ length: 1 + random.integer(3) }, address);
  const subject = `Hello ${mark}`;
  const tracked = () => ({
    subject,
    by: address(),
    mailbox: pick(random, ['gmail', 'outlook']),
    to: several(),
  });
  switch (kind) {
    case 'email.sent':
    case 'email.reply-sent': {
      const others = {
        ...(random.next() < 0.3 && { cc: several() }),
        ...(random.next() < 0.2 && { bcc: several() }),
      };
      return { subject, to: several(), ...others };
    }
    case 'email.received':
    case 'email.replied':
      return { subject, from: random.next() < 0.15 ? 'info@example.com' : address() };
    case 'email.opened':
      return tracked();
    case 'email.clicked':
      return { ...tracked(), url: `https://example.com/${mark}` };
    case 'email.downloaded':
      return { subject, by: address(), fileName: `Offer ${mark}.pdf` };
    case 'email.bounced':
      return { subject, recipient: address() };
    case 'meeting.confirmed':
    case 'meeting.canceled':
      return { ...meetingOf(mark, random), attendees: several() };
    case 'todo':
      return { subject: `Do ${mark}`, person: address(), done: random.next() < 0.5 };
    case 'linkedin.connection-request':
    case 'linkedin.inmail':
      return {
        subject: `Write ${mark}`,
        person: address(),
        done: true,
        stage: 1 + random.integer(4),
      };
    case 'call':
      return { person: address(), detail: callOf(mark, random) };
  }
}

function meetingOf(mark: string, random: Random): object {
  const booked = pick(random, [
    { from: 'email' },
    { from: 'calendar-page' },
    { from: 'sequence', sequence: { name: 'Trial', stage: 1 }, subject: `Meet ${mark}` },
  ]);
  return { meetingId: `meeting ${mark}`, title: `Meet ${mark}`, booked };
}

function callOf(mark: string, random: Random): object {
  if (random.next() < 0.5)
    return { origin: 'dashboard-task', subject: `Call ${mark}`, done: random.next() < 0.5 };
  return { origin: 'sidebar-dialed', phoneNumber: `+1${mark}`, phoneField: 'Mobile' };
}

/** A higher version of an activity: other words, and now and then other people. */
export function editedActivity(
  told: Told,
  version: number,
  around: Surroundings,
  random: Random,
): Told {
  const text = JSON.stringify({ ...told, version });
  const next = JSON.parse(text.replaceAll(/#(\d+)v\d+#/g, `#$1v${version}#`)) as Told;
  const same = {
    ...next,
    id: told.id,
    ...('meetingId' in told && { meetingId: told['meetingId'] }),
  };
  const other = 'person' in told && random.next() < 0.3 ? { person: around.address() } : {};
  const done = 'done' in told ? { done: true } : {};
  return { ...same, ...other, ...done };
}
