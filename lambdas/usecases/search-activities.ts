import { keyOf } from '#core/activities/echo.ts';
import {
  ACTIVITY_STATES,
  type ActivityState,
  type LedgerEntry,
} from '#core/activities/ledger-entry.ts';
import { fitsSearch, type LedgerSearch, type SearchPlace } from '#core/activities/ledger-search.ts';
import { ledgerIdOfKey, senderLedgerId } from '#core/activities/row-key.ts';
import type { OrgId, RecordId } from '#core/ids.ts';
import type { Ports } from '#ports/ports.ts';

const PAGE = 200;
/** Entries that one call looks at: it answers within a second, and the caller goes on from there. */
const MAX_LOOKED_AT = 4_000;

export interface FoundActivities {
  readonly entries: readonly LedgerEntry[];
  /** Where to go on; absent = everything was looked at. There may be more even if nothing was found so far. */
  readonly next?: SearchPlace;
}

/**
 * Finds activities in the ledger, longest in their state first. An activity's own id and that of its Task or Event are
 * looked up; everything else is a walk through the ledger, of at most 4,000 entries a call.
 */
export async function searchActivities(
  ports: Pick<Ports, 'activityLedger' | 'mirror'>,
  orgId: OrgId,
  search: LedgerSearch,
  { limit, after }: { readonly limit: number; readonly after?: SearchPlace },
): Promise<FoundActivities> {
  const known = after === undefined ? await lookUp(ports, orgId, search) : [];
  if (known.length > 0) return { entries: known };
  const states = search.state === undefined ? ACTIVITY_STATES : [search.state];
  const entries: LedgerEntry[] = [];
  let place: SearchPlace | undefined = after;
  let looked = 0;
  for (const state of states.slice(Math.max(0, states.indexOf(after?.state ?? 'queued')))) {
    for (let more = true; more; ) {
      const page = await pageOf(ports, orgId, state, place);
      for (const entry of page) {
        place = placeOf(entry);
        looked += 1;
        if (fitsSearch(search, entry)) entries.push(entry);
        if (entries.length === limit || looked === MAX_LOOKED_AT) return { entries, next: place };
      }
      more = page.length === PAGE;
    }
  }
  return { entries };
}

async function pageOf(
  { activityLedger }: Pick<Ports, 'activityLedger'>,
  orgId: OrgId,
  state: ActivityState,
  place: SearchPlace | undefined,
): Promise<readonly LedgerEntry[]> {
  const after = place?.state === state ? { after: place } : {};
  return activityLedger.list(orgId, state, { limit: PAGE, ...after });
}

function placeOf({ state, stateSinceMs, id }: LedgerEntry): SearchPlace {
  return { state, stateSinceMs, id };
}

/** By ids that lead to an entry at once; meetings and calendar events are not kept under their sender's id. */
async function lookUp(
  ports: Pick<Ports, 'activityLedger' | 'mirror'>,
  orgId: OrgId,
  search: LedgerSearch,
): Promise<readonly LedgerEntry[]> {
  const { id, record } = search;
  const ofRecord = record === undefined ? undefined : await idOfRecord(ports, orgId, record);
  const ids = [...(id === undefined ? [] : [id, senderLedgerId(id)]), ...(ofRecord ?? [])];
  if (ids.length === 0) return [];
  const found = await ports.activityLedger.getMany(orgId, [...new Set(ids)]);
  return [...found.values()].filter((entry) => fitsSearch(search, entry));
}

/** A Task or Event of ours says which activity it is. */
async function idOfRecord(
  { mirror }: Pick<Ports, 'mirror'>,
  orgId: OrgId,
  record: RecordId,
): Promise<readonly string[]> {
  const object = record.startsWith('00T') ? 'Task' : record.startsWith('00U') ? 'Event' : undefined;
  const mirrored = object === undefined ? undefined : await mirror.get(orgId, object, record);
  const key = mirrored === undefined ? undefined : keyOf(mirrored);
  const id = key === undefined ? undefined : ledgerIdOfKey(key);
  return id === undefined ? [] : [id];
}
