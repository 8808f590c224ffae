import type { Org } from '../../local/org/org.ts';
import { replayDifferences } from './feed-replay.ts';
import type { Claims, MirrorFacts, MirrorRow } from './mirror-facts.ts';
import { type OrgRow, orgRows, type Value } from './org-facts.ts';

/** A promise of the receiver that did not hold. */
export interface Violation {
  readonly kind:
    | 'not-complete'
    | 'not-live'
    | 'not-closed'
    | 'not-quiet'
    | 'wrong-verdict'
    | 'over-quota'
    | 'differs'
    | 'backwards'
    | 'feed'
    | 'dead-letter'
    | 'not-settled'
    | 'activity-twice'
    | 'activity-lost'
    | 'activity-backwards'
    | 'activity-wrong'
    | 'error';
  readonly atMs: number;
  readonly detail: string;
}

export interface OracleView {
  readonly org: Org;
  readonly mirror: MirrorFacts;
  /** Records that no client sees now. */
  readonly hidden: ReadonlySet<string>;
  /** Records whose visibility was changed: no stamp tells of it, so only an audit proves them. */
  readonly unproven: ReadonlySet<string>;
  /** Fields that the Sync User may not read now, `Contact.Title`. */
  readonly withheld: ReadonlySet<string>;
  /** The Sync User lost sight of everything, and no audit has looked since. */
  readonly blind: boolean;
}

/**
 * Judges the receiver by what the org's store and the mirror's tables hold, without any code of the receiver. Each
 * check answers what is wrong, in words; nothing when all is well.
 */

/** R9: whatever the org holds with a stamp before *complete through* is in the mirror, and what was deleted is not. */
export function completenessFaults(view: OracleView, claims: Claims): readonly string[] {
  return Object.entries(claims.objects).flatMap(([object, { completeThroughMs, fieldSet }]) => {
    if (completeThroughMs === undefined) return [];
    return faultsThrough(view, object, fieldSet.fields, completeThroughMs);
  });
}

/** The same through a time of the caller's: what real time must hold when it returns. */
export function faultsThroughTime(
  view: OracleView,
  claims: Claims,
  throughMs: number,
): readonly string[] {
  // Of an object whose field set has just grown nothing is proven: its new columns wait for their own audit.
  const proven = Object.entries(claims.objects).filter(
    ([, { completeThroughMs }]) => completeThroughMs !== undefined,
  );
  return proven.flatMap(([object, { fieldSet }]) =>
    faultsThrough(view, object, fieldSet.fields, throughMs),
  );
}

function faultsThrough(
  view: OracleView,
  object: string,
  fields: readonly string[],
  throughMs: number,
): readonly string[] {
  // Sharing hides records without a stamp; the end is judged all the same, after an audit.
  if (view.blind) return [];
  const held = view.mirror.rows(view.org.orgId, object);
  const exempt = view.unproven;
  const faults: string[] = [];
  for (const [id, row] of orgRows(view.org, object, readable(view, object, fields), view.hidden)) {
    // What was saved since is not claimed yet.
    if (row.stampMs >= throughMs || exempt.has(id)) continue;
    const fault = rowFault(row, held.get(id));
    if (fault !== undefined)
      faults.push(`${object} ${id} ${fault}, though through ${iso(throughMs)}`);
  }
  for (const { id, deletedDate } of view.org.store.deletedBetween(object, 0, throughMs)) {
    const row = held.get(id);
    const alive = row !== undefined && !row.deleted && !row.hidden;
    // A later stamp: undeleted, and read since.
    if (alive && !exempt.has(id) && row.stampMs <= Date.parse(deletedDate)) {
      // Undeleted, and stamped after what is claimed.
      if (view.org.store.read(object, id)?.['IsDeleted'] === false) continue;
      faults.push(
        `${object} ${id} was deleted at ${deletedDate}, though through ${iso(throughMs)}`,
      );
    }
  }
  return faults;
}

/** The fields of an object that the Sync User may read: nobody can prove what it is not shown. */
function readable(
  { withheld }: OracleView,
  object: string,
  fields: readonly string[],
): readonly string[] {
  return withheld.size === 0 ? fields : fields.filter((name) => !withheld.has(`${object}.${name}`));
}

/** Whether a field of a record may differ for a while. */
export type Excuse = (name: string, inOrg: Value, inMirror: Value) => boolean;

/**
 * What no trigger tells of, so that only a pass finds it: dates that the platform rolls up on the parents of
 * activities, and look-ups that it clears because their target was deleted. It stamps both.
 */
export function untold({ org }: OracleView): Excuse {
  const isGone = (id: Value) => {
    const object =
      typeof id === 'string' ? org.store.schema.byKeyPrefix(id.slice(0, 3)) : undefined;
    if (object === undefined || typeof id !== 'string') return false;
    return org.store.read(object.name, id)?.['IsDeleted'] !== false;
  };
  return (name, inOrg, inMirror) =>
    name === 'LastActivityDate' || (name.endsWith('Id') && inOrg === null && isGone(inMirror));
}

/** The mirror minus hidden is what the Sync User may see of the org, field by field over the held fields. */
export function differences(
  view: OracleView,
  claims: Claims,
  excuse: Excuse = () => false,
): readonly string[] {
  return Object.entries(claims.objects).flatMap(([object, { fieldSet }]) => {
    const held = view.mirror.rows(view.org.orgId, object);
    const fields = readable(view, object, fieldSet.fields);
    const shown = orgRows(view.org, object, fields, view.hidden);
    const faults: string[] = [];
    for (const [id, row] of shown) {
      const fault = rowFault(row, held.get(id), excuse);
      if (fault !== undefined) faults.push(`${object} ${id} ${fault}`);
    }
    for (const [id, { deleted, hidden }] of held) {
      if (!deleted && !hidden && !shown.has(id)) faults.push(`${object} ${id} is not in the org`);
      const isAlive = deleted && view.org.store.read(object, id)?.['IsDeleted'] === false;
      if (isAlive) faults.push(`${object} ${id} is a tombstone, and alive in the org`);
    }
    return faults;
  });
}

/**
 * R15: who reads the feed from its beginning ends with what the mirror holds.
 *
 * @param own records that the receiver wrote itself: what it knows is no news
 */
export function feedFaults(
  { org, mirror }: OracleView,
  claims: Claims,
  own: ReadonlySet<string>,
): readonly string[] {
  const rows = Object.keys(claims.objects).flatMap((object) => [...mirror.rows(org.orgId, object)]);
  const feed = mirror.feed(org.orgId).filter(({ recordId }) => !own.has(recordId));
  return replayDifferences(feed, new Map(rows.filter(([id]) => !own.has(id))));
}

function rowFault(
  row: OrgRow,
  held: MirrorRow | undefined,
  excuse: Excuse = () => false,
): string | undefined {
  if (held === undefined) return 'is missing';
  if (held.deleted) return 'is a tombstone';
  if (held.hidden) return 'is hidden';
  const names = Object.entries(row.fields).flatMap(([name, value]) => {
    const inMirror = held.fields[name] ?? null;
    return inMirror === value || excuse(name, value, inMirror) ? [] : [name];
  });
  if (names.length === 0) return undefined;
  const [name = ''] = names;
  return `differs in ${names.join(', ')} (${held.fields[name] ?? null} for ${row.fields[name]})`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
