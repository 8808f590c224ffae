import type { LedgerEntry } from '#core/activities/ledger-entry.ts';
import { requeued } from '#core/activities/ledger-steps.ts';
import { objectOfPerson, pickedPerson } from '#core/activities/match-person.ts';
import { peopleOf } from '#core/activities/people.ts';
import { pickKey } from '#core/activities/row-key.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';
import { queueActivities } from './queue-activities.ts';

type ResolvePorts = Pick<Ports, 'activityLedger' | 'activityQueue' | 'mirror' | 'clock'>;

/**
 * Has an activity logged on a contact or lead that an admin picked for somebody whose address no record has. Its Task is
 * re-parented in place if there is one. What is picked holds for later versions of the activity, too.
 *
 * @param person address of one of those who wait for a record
 * @throws AppError not-found for an unknown activity or record, invalid-input for somebody who does not wait or a record
 *   that nothing can be logged on, conflict (retryable) while the activity is being written
 */
export async function matchActivity(
  ports: ResolvePorts,
  orgId: OrgId,
  activityId: string,
  { person, recordId }: { readonly person: string; readonly recordId: RecordId },
): Promise<void> {
  const entry = await requireEntry(ports, orgId, activityId);
  const address = waitingOf(entry).find((one) => one.toLowerCase() === person.toLowerCase());
  if (address === undefined) {
    throw refusal('/person', 'is nobody who waits for a record in this activity');
  }
  const object = objectOfPerson(recordId);
  if (object === undefined) throw refusal('/recordId', 'is neither a contact nor a lead');
  const record = await ports.mirror.get(orgId, object, recordId);
  if (record === undefined) {
    const message = `The mirror holds no ${object} of this id.`;
    throw new AppError('not-found', message, { pointer: '/recordId' });
  }
  if (pickedPerson(record) === undefined) {
    throw refusal('/recordId', 'was deleted, or is a lead that was converted');
  }
  const picked = { ...entry.picked, [pickKey(address)]: recordId };
  await store(ports, orgId, { ...requeued(entry, ports.clock.now()), picked });
  await queueActivities(ports, orgId, [entry.id]);
}

/**
 * Leaves an unresolved activity as it is: nobody is looked for any more. What stands in Salesforce of it stays there. A
 * changed version of it is decided anew.
 *
 * @throws AppError not-found for an unknown activity, conflict for one that is not unresolved
 */
export async function ignoreActivity(
  ports: ResolvePorts,
  orgId: OrgId,
  activityId: string,
): Promise<void> {
  const entry = await requireEntry(ports, orgId, activityId);
  if (entry.state === 'ignored') return;
  if (entry.state !== 'unresolved') {
    throw new AppError('conflict', `This activity is ${entry.state}, not unresolved.`);
  }
  await store(ports, orgId, { ...entry, state: 'ignored', stateSinceMs: ports.clock.now() });
}

async function requireEntry(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  id: string,
): Promise<LedgerEntry> {
  const entry = (await activityLedger.getMany(orgId, [id])).get(id);
  if (entry === undefined) {
    throw new AppError('not-found', 'No activity has this id.', { pointer: 'activityId' });
  }
  if (entry.state !== 'writing') return entry;
  const message = 'The activity is being written now; try again.';
  throw new AppError('conflict', message, { retryable: true });
}

/** Addresses of those without a record: on a Task without a name, or skipped for want of one. */
function waitingOf({ activity, rows, skips }: LedgerEntry): readonly string[] {
  const people = peopleOf(activity);
  const unnamed = rows.filter(({ whoIds }) => whoIds.length === 0).map(({ place }) => place);
  const skipped = skips.filter(({ reason }) => reason === 'no-record').map(({ person }) => person);
  return [...unnamed, ...skipped].flatMap((place) => people[place]?.address ?? []);
}

async function store(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  next: LedgerEntry,
): Promise<void> {
  const [stored] = await activityLedger.put(orgId, [next]);
  if (stored === 'stored') return;
  const message = 'The activity was changed by somebody else meanwhile; try again.';
  throw new AppError('conflict', message, { retryable: true });
}

function refusal(pointer: string, reason: string): AppError {
  return new AppError('invalid-input', `body${pointer} ${reason}.`, { pointer });
}
