import { seededRandom } from '../../../local/seeded-random.ts';

/** What a sales team's day is made of, with how often of a hundred. */
const MIX: readonly (readonly [kind: string, share: number])[] = [
  ['email.sent', 34],
  ['email.opened', 24],
  ['email.replied', 9],
  ['email.clicked', 8],
  ['email.received', 8],
  ['call', 6],
  ['todo', 4],
  ['email.bounced', 2],
  ['meeting.confirmed', 2],
  ['calendar.event', 3],
];

/**
 * Activities that become one Task or Event each.
 * @param users Mixmax users, who take turns
 * @param people addresses of contacts
 */
export function mixedActivities(
  count: number,
  users: readonly string[],
  people: readonly string[],
): readonly object[] {
  const random = seededRandom('activities');
  const kinds = MIX.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  return Array.from({ length: count }, (_, n) => {
    const kind = kinds[random.integer(kinds.length)] ?? 'todo';
    const person = people[random.integer(people.length)] ?? '';
    const user = users[n % users.length] ?? '';
    return {
      kind,
      id: `bench-${n}`,
      at: '2026-11-20T09:30:15Z',
      user,
      ...bodyOf(kind, n, person, user),
    };
  });
}

function bodyOf(kind: string, n: number, person: string, user: string): object {
  const subject = `Subject ${n}`;
  const sequence = n % 2 === 0 ? { sequence: { name: 'Trial', stage: 1 + (n % 4) } } : {};
  const text = 'Dear Ada, thank you for your time today. '.repeat(1 + (n % 20));
  switch (kind) {
    case 'email.sent':
      return { subject, text, to: [person], ...sequence };
    case 'email.opened':
      return { subject, by: person, ...sequence };
    case 'email.clicked':
      return { subject, by: person, url: `https://acme.example/${n}`, ...sequence };
    case 'email.received':
    case 'email.replied':
      return { subject, text, from: person };
    case 'email.bounced':
      return { subject, recipient: person };
    case 'call':
      return { person, detail: { origin: 'sidebar-dialed', phoneNumber: `+49 ${n}` }, text };
    case 'meeting.confirmed':
      return {
        title: subject,
        meetingId: `m-${n}`,
        attendees: [person],
        booked: { from: 'email' },
      };
    case 'calendar.event':
      return {
        eventId: `e-${n}`,
        title: subject,
        organizer: user,
        attendees: [person],
        users: [user],
        when: { allDay: false, start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' },
        status: 'confirmed',
      };
    default:
      return { person, subject, done: n % 2 === 0 };
  }
}
