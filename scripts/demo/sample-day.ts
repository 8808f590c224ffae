/**
 * A day of a small sales team, as Mixmax would tell it: who wrote, opened, answered, called and met whom. Addresses are
 * those of the sample CRM, besides a few that nobody in it has.
 */
const ALEX = 'alex@practice.example';
const SAM = 'sam@practice.example';
const MARIA = 'maria@practice.example';
const TOM = 'tom@practice.example';

/** Who is on the team beyond the users that a new practice org has. */
export const SALES_PEOPLE = [
  { FirstName: 'Maria', LastName: 'Mendez', Alias: 'maria', Username: MARIA, Email: MARIA },
  { FirstName: 'Tom', LastName: 'Tanaka', Alias: 'tom', Username: TOM, Email: TOM },
] as const;

const ROSE = 'rose.gonzalez@example.com';
const SEAN = 'sean.forbes@example.com';
const JOHN = 'john.bond@example.com';
const STELLA = 'stella.pavlova@example.com';
const ARTHUR = 'arthur.song@example.com';
const JANE = 'jane.grey@example.com';
const EDNA = 'edna.frank@example.com';
const JOSH = 'josh.davis@example.com';
const RIPLEY = 'tom.ripley@example.com';
const LIZ = 'liz.dcruz@example.com';
const BERTHA = 'bertha.lead.boxer@example.com';
const PHYLLIS = 'phyllis.lead.cotton@example.com';
const KATHY = 'kathy.lead.snyder@example.com';
const NOBODY = 'visitor@nowhere.example';

/** Time of day (UTC), user, and the rest as the HTTP API takes it. */
type Moment = readonly [time: string, user: string, activity: Readonly<Record<string, unknown>>];

const OUTREACH = (stage: number) => ({ sequence: { name: 'Generator outreach', stage } });
const NEXT_STEPS = 'Edge emergency generator: next steps';
const SLA = 'Renewing the Grand Hotels SLA';
const REFINERY = 'Refinery generators: revised quote';
const CAMPUS = 'Installing on campus over the summer';
const LAB = 'Backup power for your labs';

const sent = (subject: string, to: string, more: object = {}) => ({
  kind: 'email.sent',
  subject,
  to: [to],
  ...more,
});
const opened = (subject: string, by: string, more: object = {}) => ({
  kind: 'email.opened',
  subject,
  by,
  ...more,
});
const replied = (subject: string, from: string, text: string, more: object = {}) => ({
  kind: 'email.replied',
  subject,
  from,
  text,
  ...more,
});
const clicked = (subject: string, by: string, url: string, more: object = {}) => ({
  kind: 'email.clicked',
  subject,
  by,
  url,
  ...more,
});
const call = (person: string, text: string, detail: object) => ({
  kind: 'call',
  person,
  text,
  detail: { origin: 'sidebar-dialed', ...detail },
});
const todo = (person: string, subject: string, done: boolean) => ({
  kind: 'todo',
  person,
  subject,
  done,
});

const QUESTIONS = {
  meetingId: 'rose-thursday',
  title: 'Edge generator: questions and answers',
  attendees: [ROSE, SEAN],
  booked: { from: 'email' },
};

const DAY: readonly Moment[] = [
  ['08:31', MARIA, sent(LAB, EDNA, OUTREACH(1))],
  ['08:31', MARIA, sent(LAB, PHYLLIS, OUTREACH(1))],
  ['08:32', MARIA, sent(LAB, KATHY, OUTREACH(1))],
  ['08:32', MARIA, sent(LAB, RIPLEY, OUTREACH(1))],
  ['08:33', MARIA, { kind: 'email.bounced', subject: LAB, recipient: RIPLEY, ...OUTREACH(1) }],
  ['08:40', ALEX, sent(NEXT_STEPS, ROSE, { cc: [SEAN], text: 'Rose, here is what comes next.' })],
  ['08:52', ALEX, opened(NEXT_STEPS, ROSE)],
  ['08:58', MARIA, opened(LAB, EDNA, OUTREACH(1))],
  [
    '09:04',
    SAM,
    call(JOHN, 'Wants the SLA renewed before the season.', {
      phoneNumber: '+1 312 555 0141',
      phoneField: 'Mobile',
      disposition: 'Connected',
    }),
  ],
  ['09:12', SAM, sent(SLA, JOHN, { text: 'John, as promised on the phone.' })],
  ['09:15', MARIA, clicked(LAB, EDNA, 'https://generators.example/labs', OUTREACH(1))],
  ['09:20', ALEX, replied(NEXT_STEPS, ROSE, 'Could we talk this through on Thursday?')],
  ['09:26', SAM, opened(SLA, JOHN)],
  ['09:31', TOM, sent(REFINERY, STELLA, { text: 'Stella, the revised quote is attached.' })],
  ['09:33', TOM, opened(REFINERY, STELLA)],
  [
    '09:34',
    TOM,
    { kind: 'email.downloaded', subject: REFINERY, by: STELLA, fileName: 'quote-r2.pdf' },
  ],
  ['09:45', ALEX, { kind: 'meeting.confirmed', ...QUESTIONS }],
  ['10:02', MARIA, opened(LAB, PHYLLIS, OUTREACH(1))],
  ['10:10', TOM, replied(REFINERY, STELLA, 'Better. Arthur has to sign it.')],
  ['10:14', TOM, { kind: 'email.reply-sent', subject: REFINERY, to: [STELLA, ARTHUR] }],
  ['10:21', TOM, opened(REFINERY, ARTHUR)],
  ['10:30', SAM, todo(JOHN, 'Send the SLA draft', true)],
  ['10:44', SAM, sent(CAMPUS, JANE)],
  ['10:58', MARIA, replied(LAB, EDNA, 'Send me a time for a call.', OUTREACH(1))],
  [
    '11:05',
    MARIA,
    {
      kind: 'meeting.confirmed',
      meetingId: 'edna-labs',
      title: 'Backup power for GenePoint',
      attendees: [EDNA],
      booked: { from: 'sequence', subject: LAB, ...OUTREACH(1) },
    },
  ],
  ['11:20', ALEX, sent('Lunch next week?', NOBODY)],
  ['11:32', SAM, opened(CAMPUS, JANE)],
  ['11:33', SAM, clicked(CAMPUS, JANE, 'https://generators.example/campus')],
  ['12:40', TOM, call(LIZ, 'Left a message about Singapore.', { phoneNumber: '+65 5550 0118' })],
  ['13:05', MARIA, sent(LAB, BERTHA, OUTREACH(2))],
  ['13:06', MARIA, sent(LAB, KATHY, OUTREACH(2))],
  ['13:12', MARIA, opened(LAB, KATHY, OUTREACH(2))],
  ['13:30', ALEX, { kind: 'email.received', subject: 'Your invoice', from: 'noreply@example.com' }],
  [
    '13:31',
    ALEX,
    {
      kind: 'email.received',
      subject: 'Site visit',
      from: SEAN,
      text: 'Tuesday suits us best. Bring the plans.',
    },
  ],
  [
    '13:40',
    ALEX,
    {
      kind: 'calendar.event',
      eventId: 'edge-site-visit',
      title: 'Site visit at Edge Communications',
      organizer: ALEX,
      attendees: [ROSE, SEAN],
      users: [ALEX, TOM],
      status: 'confirmed',
      location: 'Austin',
    },
  ],
  ['14:02', SAM, replied(CAMPUS, JANE, 'The summer is fine. Whom shall I loop in?')],
  [
    '14:10',
    MARIA,
    { kind: 'linkedin.inmail', person: BERTHA, subject: 'Hello Bertha', done: true, stage: 2 },
  ],
  ['14:25', TOM, todo(ARTHUR, 'Ask Arthur for the signature', false)],
  ['14:41', SAM, todo(JANE, 'Introduce the installers', false)],
  ['15:00', TOM, sent('Portable generators in Portland', JOSH)],
  ['15:08', TOM, opened('Portable generators in Portland', JOSH)],
  ['15:30', MARIA, replied(LAB, KATHY, 'Not this year, thank you.', OUTREACH(2))],
  ['15:45', ALEX, { kind: 'meeting.canceled', ...QUESTIONS }],
  [
    '16:05',
    SAM,
    call(JOHN, 'Signed. Invoice in January.', {
      phoneNumber: '+1 312 555 0141',
      phoneField: 'Mobile',
      disposition: 'Won',
    }),
  ],
  ['16:30', TOM, replied(REFINERY, ARTHUR, 'Signed, see attachment.')],
  ['17:10', ALEX, sent('Agenda for the site visit', SEAN, { cc: [ROSE] })],
];

const DAY_MS = 24 * 60 * 60_000;

/**
 * The whole day before this moment, as `POST /activities` takes it, in the order in which it happened. The site visit is
 * on the next day.
 *
 * @param nowMs the receiver's clock; the same day gives the same ids
 */
export function sampleDay(nowMs: number): readonly Readonly<Record<string, unknown>>[] {
  const today = dateOf(nowMs);
  const yesterday = dateOf(nowMs - DAY_MS);
  return DAY.map(([time, user, activity], index) => ({
    id: `day-${yesterday}-${index + 1}`,
    at: `${yesterday}T${time}:00Z`,
    user,
    ...activity,
    ...(activity['kind'] === 'calendar.event' && {
      when: { allDay: false, start: `${today}T09:00:00Z`, end: `${today}T10:30:00Z` },
    }),
  }));
}

function dateOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
