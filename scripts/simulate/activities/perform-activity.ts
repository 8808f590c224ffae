import type { Random } from '../../../local/seeded-random.ts';
import { freezeUser } from '../perform-access.ts';
import { pickOne, pickSome } from '../records.ts';
import { ADMIN_USERNAME } from '../simulated-org.ts';
import type { World } from '../world.ts';
import type { ActivityAction } from './activity-actions.ts';
import { changeSettings } from './change-settings.ts';
import { performMeeting } from './perform-meeting.ts';
import { performPeople } from './perform-people.ts';
import { closeKeyField, refuseActivities, tidy } from './perform-trouble.ts';
import { connectUser, disconnectUser } from './perform-user.ts';
import { SELLERS, tell, USERS } from './tell.ts';
import { editedActivity, markOf, newActivity, type Surroundings } from './told.ts';

/** What users do in Mixmax, and what people and admins do that matters to it. */
export async function performActivity(
  world: World,
  action: ActivityAction,
  random: Random,
): Promise<void> {
  switch (action.do) {
    case 'log':
      return log(world, action, random);
    case 'log-twins':
      return logTwins(world, random);
    case 'log-edit':
      return logEdit(world, action.pick, random);
    case 'log-again':
      return logAgain(world, action);
    case 'meet':
    case 'meet-change':
    case 'meet-cancel':
    case 'snapshot':
      return performMeeting(world, action, surroundings(world, random), random);
    case 'role':
    case 'exclusions':
    case 'retry':
      return changeSettings(world, action, random);
    case 'meet-person':
    case 'readdress':
    case 'deal':
      return performPeople(world, action, random);
    case 'tidy':
      return tidy(world, action.pick);
    case 'validation':
      return refuseActivities(world, action.forMs);
    case 'key-field':
      return closeKeyField(world, action.forMs);
    case 'connect-user':
      return connectUser(world, pickOne(USERS, action.pick) ?? ADMIN_USERNAME);
    case 'disconnect-user':
      return disconnectUser(world, action.pick);
    case 'freeze-user':
      world.reached('user-frozen');
      return freezeUser(world, pickOne(SELLERS, action.pick) ?? ADMIN_USERNAME, action.forMs);
    default:
      action satisfies never;
  }
}

function surroundings(world: World, random: Random): Surroundings {
  return { users: USERS, address: () => anyAddress(world, random), atMs: world.org.clock.now() };
}

const STRANGERS = 12;

/** Mostly of somebody who is in the org, as people write addresses. */
function anyAddress({ org }: World, random: Random): string {
  const object = random.next() < 0.7 ? 'Contact' : 'Lead';
  const soql = `SELECT Email FROM ${object} WHERE Email != null ORDER BY Id`;
  const options = { nowMs: org.clock.now(), userId: org.orgId };
  const known = [...org.soql.runArrays(org.soql.plan(soql), options)].map(([email]) =>
    String(email),
  );
  const stranger = `person${random.integer(STRANGERS)}@example.com`;
  const address = random.next() < 0.75 ? (pickOne(known, random.next()) ?? stranger) : stranger;
  const kind = random.next();
  if (kind < 0.1) return address.toUpperCase();
  return kind < 0.2 ? address.replace('@', '+tag@') : address;
}

function log(
  world: World,
  { count, doubled }: Extract<ActivityAction, { do: 'log' }>,
  random: Random,
): void {
  const { book } = world.activities;
  const around = surroundings(world, random);
  const told = Array.from({ length: count }, () => newActivity(book.nextNumber(), around, random));
  for (const { kind } of told) world.reached(`kind-${kind}`);
  tell(world, told, doubled ? 2 : 1);
}

function logTwins(world: World, random: Random): void {
  const { book } = world.activities;
  const around = surroundings(world, random);
  const [one, other] = [book.nextNumber(), book.nextNumber()];
  const common = {
    kind: 'email.sent',
    version: 1,
    at: new Date(around.atMs).toISOString(),
    user: pickOne(USERS, random.next()) ?? ADMIN_USERNAME,
    to: [around.address()],
    subject: `Hello ${markOf(one, 1)}`,
  };
  world.reached('kind-twins');
  tell(world, [
    { id: `a-${one}`, ...common },
    { id: `a-${other}`, ...common },
  ]);
}

function logEdit(world: World, share: number, random: Random): void {
  const { book } = world.activities;
  const tasks = book.latest().filter(({ kind }) => kind !== 'calendar.event');
  const told = pickOne(tasks, share);
  if (told === undefined) return;
  const around = surroundings(world, random);
  world.reached('kind-edit');
  tell(world, [editedActivity(told, told.version + 1, around, random)]);
}

function logAgain(
  world: World,
  { pick, count }: Extract<ActivityAction, { do: 'log-again' }>,
): void {
  const { book, sender } = world.activities;
  const entries = pickSome(book.entries, pick, count);
  if (entries.length === 0) return;
  world.reached('told-again');
  world.background('telling activities again', sender.tell(entries));
}
