import { tellsOf, withoutSubject } from '#core/activities/erase-activity.ts';
import {
  ACTIVITY_STATES,
  type ActivityState,
  type LedgerEntry,
} from '#core/activities/ledger-entry.ts';
import type { DataSubject } from '#core/data-subject.ts';
import { AppError } from '#core/errors.ts';
import type { OrgId } from '#core/ids.ts';
import type { LedgerCursor } from '#ports/activity-ledger.ts';
import type { Ports } from '#ports/ports.ts';
import type { Erasing, ErasureStep } from './erasure-step.ts';

const PAGE = 500;
const ATTEMPTS = 5;

/**
 * Takes the person out of the ledger, state by state in the order in which activities go through them, so that one
 * that goes on meanwhile is met again. What a worker is writing just now is left and counted.
 */
export async function eraseActivities(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  { org, subject, progress }: Erasing,
): Promise<ErasureStep> {
  const { state, after } = readPlace(progress.place);
  const options = { limit: PAGE, ...(after !== undefined && { after }) };
  const page = await activityLedger.list(org.orgId, state, options);
  const telling = page.filter((entry) => tellsOf(subject, entry));
  const isBusy = state === 'writing';
  const counts = isBusy
    ? { busy: telling.length }
    : { activities: await rewrite(activityLedger, org.orgId, subject, telling) };
  const last = page.length < PAGE ? undefined : page.at(-1);
  const following = ACTIVITY_STATES[ACTIVITY_STATES.indexOf(state) + 1];
  const place = last === undefined ? following : `${state} ${last.stateSinceMs} ${last.id}`;
  return { counts, progress, ...(place !== undefined && { place }) };
}

/** @returns how many entries lost something */
async function rewrite(
  ledger: Ports['activityLedger'],
  orgId: OrgId,
  subject: DataSubject,
  entries: readonly LedgerEntry[],
): Promise<number> {
  let waiting = entries;
  let written = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const next = waiting
      .map((entry) => withoutSubject(subject, entry))
      .filter((entry, place) => entry !== waiting[place]);
    if (next.length === 0) return written;
    const outcomes = await ledger.put(orgId, next);
    const lost = next.filter((_, place) => outcomes[place] === 'conflict').map(({ id }) => id);
    written += next.length - lost.length;
    const current = await ledger.getMany(orgId, lost);
    // Who claims an entry now writes it first; the next erasure meets it.
    waiting = [...current.values()].filter(({ state }) => state !== 'writing');
  }
  throw new AppError('conflict', 'Activities are being changed by others; erase again.', {
    retryable: true,
  });
}

/** `state sinceMs id`, of the entry after which to go on; empty = the beginning. */
function readPlace(place: string): {
  readonly state: ActivityState;
  readonly after?: LedgerCursor;
} {
  const [name, since, id] = place.split(' ');
  const state = ACTIVITY_STATES.find((one) => one === name) ?? 'queued';
  if (since === undefined || id === undefined) return { state };
  return { state, after: { stateSinceMs: Number(since), id } };
}
