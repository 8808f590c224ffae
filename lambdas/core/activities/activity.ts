import * as z from 'zod/mini';
import { calendarEventShape } from './calendar-event.ts';

/*
 * What happened in Mixmax, as a sender tells it: one strict schema per kind, so that a member nobody knows is refused
 * and not silently left out. The HTTP document is made of these schemas.
 */

/** Of an e-mail and everybody it names; not of a Salesforce task. */
const MAX_ADDRESS_CHARACTERS = 254;
const MAX_LINE_CHARACTERS = 2_000;
/** Salesforce keeps 32,000 characters of a comment; what is longer is cut when it is written. */
const MAX_TEXT_CHARACTERS = 100_000;
const MAX_RECIPIENTS = 500;
const MAX_STAGES = 1_000;

const line = (about: string) =>
  z.string().check(z.minLength(1), z.maxLength(MAX_LINE_CHARACTERS), z.describe(about));
const subject = z
  .string()
  .check(z.maxLength(MAX_LINE_CHARACTERS), z.describe('Subject line; may be empty'));
const text = z.optional(
  z.string().check(z.maxLength(MAX_TEXT_CHARACTERS), z.describe('Plain text for Comments')),
);
export const emailAddress = z
  .string()
  .check(
    z.maxLength(MAX_ADDRESS_CHARACTERS),
    z.regex(/^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,253}$/),
    z.describe('E-mail address'),
  );
const addresses = z.array(emailAddress).check(z.maxLength(MAX_RECIPIENTS));
const instant = z.iso.datetime({ offset: true }).check(z.describe('ISO 8601 with an offset or Z'));

const sequence = z.strictObject({
  name: line('Name of the sequence'),
  stage: z.int().check(z.minimum(1), z.maximum(MAX_STAGES), z.describe('1 = the first stage')),
});

/** What every activity has. */
const common = {
  id: z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}$/),
      z.describe("The sender's own id: the same id is never logged twice"),
    ),
  version: z._default(
    z.int().check(z.minimum(1), z.describe('Higher for a changed activity; absent = 1')),
    1,
  ),
  at: instant,
  user: emailAddress.check(z.describe('The Mixmax user whose activity it is')),
};

const toPeople = {
  to: addresses.check(z.minLength(1)),
  cc: z.optional(addresses),
  bcc: z.optional(addresses),
};
const ofSequence = { sequence: z.optional(sequence) };
/** Tracking cannot tell an Outlook e-mail's recipients apart (A14): `to` decides there. */
const tracked = {
  by: emailAddress.check(z.describe('Who did it, as tracking says')),
  mailbox: z._default(z.enum(['gmail', 'outlook']), 'gmail'),
  to: z.optional(addresses.check(z.minLength(1), z.describe('The To field of the e-mail'))),
};
const person = emailAddress.check(z.describe('The contact or lead it is about'));

const emailSent = z.strictObject({
  kind: z.literal('email.sent'),
  ...common,
  ...toPeople,
  ...ofSequence,
  subject,
  text,
});
const emailReplySent = z.strictObject({ ...emailSent.shape, kind: z.literal('email.reply-sent') });
const emailReceived = z.strictObject({
  kind: z.literal('email.received'),
  ...common,
  from: emailAddress,
  subject,
  text,
});
const emailReplied = z.strictObject({
  kind: z.literal('email.replied'),
  ...common,
  ...ofSequence,
  from: emailAddress,
  subject,
  text,
});
const emailOpened = z.strictObject({
  kind: z.literal('email.opened'),
  ...common,
  ...tracked,
  ...ofSequence,
  subject,
});
const emailClicked = z.strictObject({
  ...emailOpened.shape,
  kind: z.literal('email.clicked'),
  url: line('The link'),
});
const emailDownloaded = z.strictObject({
  kind: z.literal('email.downloaded'),
  ...common,
  ...ofSequence,
  by: tracked.by,
  fileName: line('Name of the file'),
  subject,
});
const emailBounced = z.strictObject({
  kind: z.literal('email.bounced'),
  ...common,
  ...ofSequence,
  recipient: emailAddress.check(z.describe('To whom it could not be delivered')),
  subject,
  text,
});

/** How a meeting was booked with Mixmax. */
const booking = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('email') }),
  z.strictObject({ from: z.literal('sequence'), sequence, subject }),
  z.strictObject({ from: z.literal('calendar-page') }),
]);

const meetingConfirmed = z.strictObject({
  kind: z.literal('meeting.confirmed'),
  ...common,
  meetingId: line('The same for every word about one meeting').check(z.maxLength(300)),
  title: line('Title of the meeting'),
  attendees: addresses.check(z.minLength(1)),
  booked: booking,
  text,
});
const meetingCanceled = z.strictObject({
  ...meetingConfirmed.shape,
  kind: z.literal('meeting.canceled'),
});

/** Tasks of Mixmax itself: open until they are done. */
const ofTask = {
  person,
  done: z.boolean(),
  dueOn: z.optional(z.iso.date()),
  subject: line('Subject of the task'),
  text,
};
const todo = z.strictObject({ kind: z.literal('todo'), ...common, ...ofTask });
const linkedinTask = {
  ...common,
  ...ofTask,
  stage: sequence.shape.stage,
};
const linkedinConnection = z.strictObject({
  kind: z.literal('linkedin.connection-request'),
  ...linkedinTask,
});
const linkedinInmail = z.strictObject({ kind: z.literal('linkedin.inmail'), ...linkedinTask });

const call = z.strictObject({
  kind: z.literal('call'),
  ...common,
  person,
  detail: z.discriminatedUnion('origin', [
    z.strictObject({
      origin: z.enum(['sidebar-logged', 'sidebar-dialed']),
      phoneNumber: z.optional(line('As it was dialed')),
      phoneField: z.optional(line('Label of the field it stands in')),
      disposition: z.optional(line('How it ended, as the user chose')),
    }),
    z.strictObject({
      origin: z.enum(['sidebar-task', 'dashboard-task']),
      subject: line('Subject of the call task'),
      done: z.boolean(),
      dueOn: z.optional(z.iso.date()),
      disposition: z.optional(line('How it ended, as the user chose')),
    }),
  ]),
  text,
});

const calendarEvent = z.strictObject({
  kind: z.literal('calendar.event'),
  ...common,
  ...calendarEventShape({ address: emailAddress, addresses, line }),
  booked: z.optional(booking.check(z.describe('Only of meetings that were booked with Mixmax'))),
  text,
});

export const activitySchema = z.discriminatedUnion('kind', [
  emailSent,
  emailReplySent,
  emailReceived,
  emailReplied,
  emailOpened,
  emailClicked,
  emailDownloaded,
  emailBounced,
  meetingConfirmed,
  meetingCanceled,
  todo,
  linkedinConnection,
  linkedinInmail,
  call,
  calendarEvent,
]);

export type Activity = z.output<typeof activitySchema>;
export type ActivityKind = Activity['kind'];

export const ACTIVITY_KINDS: readonly ActivityKind[] = activitySchema.def.options.flatMap(
  (option) => option.shape.kind.def.values,
);
