import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { type Acceptance, accept, type Incoming } from '#core/activities/ledger-steps.ts';
import { requireReadyMirror } from '#core/activities/mirror-ready.ts';
import {
  type ItemFault,
  isFault,
  parseActivity,
  senderIdOf,
} from '#core/activities/parse-activity.ts';
import { ledgerIdOf } from '#core/activities/row-key.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { OrgState } from '#core/org.ts';
import type { Ports } from '#ports/ports.ts';
import { findUsers } from './find-users.ts';
import { queueActivities } from './queue-activities.ts';

export type AcceptActivitiesPorts = Pick<
  Ports,
  'activityLedger' | 'activityQueue' | 'mirror' | 'clock' | 'telemetry'
>;

/** What became of one item of a request. */
export interface ItemResult {
  /** The sender's; null where the item has none. */
  readonly id: string | null;
  /** `stale`: a higher version of it was taken before. */
  readonly outcome: 'accepted' | 'updated' | 'duplicate' | 'stale' | 'refused';
  readonly fault?: ItemFault;
}

type Outcome = Acceptance['outcome'];

/** How often the ledger is asked again because others were faster. */
const ATTEMPTS = 10;

/**
 * Takes activities in: each is refused with its reason, or stands in the ledger and on the queue when this resolves. An
 * item does not touch the others. Sending the same again changes nothing, so a sender that got no answer sends again.
 *
 * @returns results in the order of the items
 * @throws AppError unavailable (retryable) when the queue cannot be reached, or users were not read from the org yet
 */
export async function acceptActivities(
  ports: AcceptActivitiesPorts,
  org: OrgState,
  items: readonly unknown[],
): Promise<readonly ItemResult[]> {
  requireReadyMirror(org);
  const { orgId } = org;
  const parsed = items.map(parseActivity);
  const senders = parsed.flatMap((item) => (isFault(item) ? [] : [item.user]));
  const users = await findUsers(ports, orgId, senders);
  const read = parsed.map((item): Incoming | ItemFault => {
    if (isFault(item)) return item;
    const user = users.get(item.user.toLowerCase());
    return user === undefined ? UNKNOWN_USER : { orgId, activity: item, userId: user.id };
  });
  const incoming = read.flatMap((one) => ('activity' in one ? [one, ...bookingOf(one)] : []));
  const outcomes = await storeAll(ports, orgId, incoming);
  return items.map((item, index) => resultOf(senderIdOf(item), read[index], outcomes));
}

/** A43: a meeting that was booked with Mixmax is told by a Task as well; one that somebody else told of is known already. */
function bookingOf({ orgId, activity, userId }: Incoming): readonly Incoming[] {
  if (activity.kind !== 'calendar.event' || activity.booked === undefined) return [];
  const { id, at, user, eventId, title, attendees, booked, status } = activity;
  const kind = status === 'cancelled' ? 'meeting.canceled' : 'meeting.confirmed';
  const common = { id, version: 1, at, user, meetingId: eventId };
  return [{ orgId, userId, activity: { kind, ...common, title, attendees, booked } }];
}

export const UNKNOWN_USER: ItemFault = {
  code: 'unknown-user',
  pointer: '/user',
  reason: 'is no active Salesforce user, as far as the mirror knows',
};
const ID_IN_USE: ItemFault = {
  code: 'conflict',
  pointer: '/id',
  reason: 'was used for another activity; a changed one needs a higher version',
};

function resultOf(
  id: string | null,
  read: Incoming | ItemFault | undefined,
  outcomes: ReadonlyMap<Incoming, Outcome>,
): ItemResult {
  if (read === undefined || !('activity' in read)) {
    return { id, outcome: 'refused', ...(read !== undefined && { fault: read }) };
  }
  const outcome = outcomes.get(read) ?? 'duplicate';
  return outcome === 'conflict' ? { id, outcome: 'refused', fault: ID_IN_USE } : { id, outcome };
}

/** In rounds: what has the id of an earlier item of the request, or was overtaken by others, is decided in the next. */
async function storeAll(
  ports: AcceptActivitiesPorts,
  orgId: OrgId,
  incoming: readonly Incoming[],
): Promise<ReadonlyMap<Incoming, Outcome>> {
  const outcomes = new Map<Incoming, Outcome>();
  const toQueue = new Set<string>();
  let overtaken = 0;
  for (let left = incoming; left.length > 0; ) {
    const round = firstOfEachId(left);
    const lost = await storeRound(ports, orgId, round, outcomes, toQueue);
    overtaken = lost.size > 0 ? overtaken + 1 : 0;
    if (overtaken > ATTEMPTS) throw busy();
    const done = new Set(round.values().filter((one) => !lost.has(one)));
    left = left.filter((one) => !done.has(one));
  }
  await queueActivities(ports, orgId, [...toQueue]);
  ports.telemetry.metric('ActivitiesAccepted', toQueue.size);
  return outcomes;
}

function firstOfEachId(incoming: readonly Incoming[]): ReadonlyMap<string, Incoming> {
  const first = new Map<string, Incoming>();
  for (const one of incoming) {
    const id = ledgerIdOf(one.activity);
    if (!first.has(id)) first.set(id, one);
  }
  return first;
}

/** @returns those that somebody else was faster with */
async function storeRound(
  { activityLedger, clock }: AcceptActivitiesPorts,
  orgId: OrgId,
  round: ReadonlyMap<string, Incoming>,
  outcomes: Map<Incoming, Outcome>,
  toQueue: Set<string>,
): Promise<ReadonlySet<Incoming>> {
  const known = await activityLedger.getMany(orgId, [...round.keys()]);
  const next: LedgerEntry[] = [];
  for (const [id, one] of round) {
    const step = accept(known.get(id), one, clock.now());
    outcomes.set(one, step.outcome);
    if ('next' in step) next.push(step.next);
    if ('next' in step || (step.outcome === 'duplicate' && step.queue)) toQueue.add(id);
  }
  const stored = await activityLedger.put(orgId, next);
  const lost = next.filter((_, place) => stored[place] === 'conflict');
  return new Set(lost.flatMap(({ id }) => round.get(id) ?? []));
}

function busy(): AppError {
  const message = 'These activities are being changed by others; send them again.';
  return new AppError('conflict', message, { retryable: true });
}
