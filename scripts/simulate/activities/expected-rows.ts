import {
  type ExpectedTask,
  expectedTasks,
  type OracleRecord,
  type OracleWorld,
  recordFor,
  whatFor,
} from '../../../test/property/activities/oracle.ts';
import { digest, ledgerIdOf } from './sender-book.ts';
import type { Told } from './told.ts';

/**
 * The rows of an activity in one state of the world, by the oracle of the activity tests.
 * @param userIdOf Salesforce users of Mixmax users
 */
export function expectedRows(
  told: Told,
  world: OracleWorld,
  userIdOf: (address: string) => string | undefined,
): readonly ExpectedTask[] {
  const id = ledgerIdOf(told);
  if (told.kind !== 'calendar.event') return expectedTasks({ ...told, id }, world);
  const me = world.users[told.user];
  const users = told['users'] as readonly string[];
  if (me === undefined || told['status'] !== 'confirmed') return [];
  return users.flatMap((address) => {
    const owner = userIdOf(address);
    const who = nameOf(told, users, world, me.id);
    if (owner === undefined || who === undefined) return [];
    const what = whatFor(who, world, { id: owner, role: me.role });
    return [
      {
        key: eventKey(id, address),
        subject: String(told['title']),
        type: 'Meeting',
        owner,
        who: who.id,
        what,
      },
    ];
  });
}

/** Of the Event of a user. */
export function eventKey(ledgerId: string, user: string): string {
  return `${ledgerId}/${digest(user.toLowerCase()).slice(0, 12)}`;
}

/** An organiser from outside; else the first contact among the attendees, else the first lead. */
function nameOf(
  told: Told,
  users: readonly string[],
  world: OracleWorld,
  userId: string,
): OracleRecord | undefined {
  const host = String(told['organizer']);
  const outside = (address: string) => users.every((user) => !sameAddress(user, address));
  const guests = [...(told['attendees'] as readonly string[]), host].filter(outside);
  const known = guests.flatMap((address) => recordFor(address, world, userId) ?? []);
  const hostRecord = outside(host) ? recordFor(host, world, userId) : undefined;
  return hostRecord ?? known.find(({ object }) => object === 'Contact') ?? known[0];
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
