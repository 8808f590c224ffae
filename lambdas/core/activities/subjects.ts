import type { Activity } from './activity.ts';
import { cutSubject } from './cut-text.ts';

/*
 * Every subject of an activity's Task, in one table: reports and list views of customers filter on these texts, so they
 * are what Mixmax's help page prints, capitals and colons included, even where the page is not of one mind
 * (`Meeting canceled` and `Meeting Canceled`). The numbers are those of docs/behaviours.md.
 */

type Sequence = { readonly name: string; readonly stage: number };
type Of<K extends Activity['kind']> = Extract<Activity, { kind: K }>;
type SubjectTable = { readonly [K in Activity['kind']]: (activity: Of<K>, who: string) => string };

/** The sequence that an activity is part of; a meeting may be booked from one. */
export function sequenceOf(activity: Activity): Sequence | undefined {
  if ('sequence' in activity) return activity.sequence;
  const booked = 'booked' in activity ? activity.booked : undefined;
  return booked?.from === 'sequence' ? booked.sequence : undefined;
}

/** `Opened: Hello`, or as a part of a sequence `Opened [Trial (2 stage)]: Hello`. */
function email(
  action: string,
  alone: string,
  of: { readonly sequence?: Sequence | undefined; readonly subject: string },
) {
  const { sequence, subject } = of;
  return sequence === undefined
    ? `${action}: ${alone}`
    : `${action} ${inSequence(sequence)}: ${subject}`;
}

/** The page prints `[Sequence name (# stage)]`; `#` is the number of the stage, 1 = the first. */
function inSequence({ name, stage }: Sequence): string {
  return `[${name} (${stage} stage)]`;
}

/** A11, A12, A22, A23, A44, A45: the text depends on where the meeting was booked. */
function meeting(
  { booked, title }: Of<'meeting.confirmed'> | Of<'meeting.canceled'>,
  texts: { readonly email: string; readonly sequence: string; readonly 'calendar-page': string },
): string {
  const action = texts[booked.from];
  if (booked.from !== 'sequence') return `${action}: ${title}`;
  return `${action}: ${inSequence(booked.sequence)}: ${booked.subject}`;
}

/** A36, A37: `Call:Jane Doe +14155550100(Mobile)`; what is unknown goes with its blank or parentheses. */
function call({ detail }: Of<'call'>, who: string): string {
  if ('subject' in detail) return `Call: ${detail.subject}`;
  const { phoneNumber, phoneField } = detail;
  const number = phoneNumber === undefined ? '' : ` ${phoneNumber}`;
  const field = phoneField === undefined ? '' : `(${phoneField})`;
  return `Call:${who}${number}${field}`;
}

const SUBJECTS: SubjectTable = {
  'email.sent': (a) => email('Sent (New)', a.subject, a), // A4, A16
  'email.reply-sent': (a) => email('Sent (Reply)', a.subject, a), // A9, A21
  'email.received': (a) => `Received: ${a.subject}`, // A10, A24b
  'email.replied': (a) => email('Replied', a.subject, a), // A8, A20
  'email.opened': (a) => email('Opened', a.subject, a), // A5, A17
  'email.clicked': (a) => email('Clicked', a.url, a), // A6, A18
  'email.downloaded': (a) => email('Downloaded', a.fileName, a), // A7, A19
  'email.bounced': (a) => email('Bounced', a.subject, a), // A13, A24
  'meeting.confirmed': (a) =>
    meeting(a, {
      email: 'Meeting Confirmed', // A11
      sequence: 'Meeting Confirmed', // A22
      'calendar-page': 'Meeting confirmed', // A44
    }),
  'meeting.canceled': (a) =>
    meeting(a, {
      email: 'Meeting canceled', // A12
      sequence: 'Meeting Canceled', // A23
      'calendar-page': 'Meeting canceled', // A45
    }),
  todo: (a) => a.subject.trim(), // A29, without the blank that the page prints before it
  'linkedin.connection-request': (a) =>
    `${a.subject}: LinkedIn Connection Request: Stage ${a.stage}`, // A30
  'linkedin.inmail': (a) => `${a.subject}: LinkedIn InMail: Stage ${a.stage}`, // A31
  call, // A36–A39
  'calendar.event': (a) => a.title, // A42
};

/** Before the subject of what matches no record (A32). */
const UNRESOLVED = 'Unresolved ';

/**
 * The subject of an activity's Task, at most 255 characters.
 * @param who name of the contact or lead that a call was with
 */
export function subjectOf(activity: Activity, who: string): string {
  return cutSubject(fullSubject(activity, who));
}

export function unresolvedSubjectOf(activity: Activity, who: string): string {
  return cutSubject(UNRESOLVED + fullSubject(activity, who));
}

function fullSubject<K extends Activity['kind']>(activity: Of<K>, who: string): string {
  const subject: (activity: Of<K>, who: string) => string = SUBJECTS[activity.kind as K];
  return subject(activity, who);
}
