import type { Org } from '../../local/org/org.ts';
import { replayDifferences } from './feed-replay.ts';
import type { Claims, MirrorFacts, MirrorRow } from './mirror-facts.ts';
import { type OrgRow, orgRows } from './org-facts.ts';

/** A promise of the receiver that did not hold. */
export interface Violation {
  readonly kind:
    | 'not-complete'
    | 'not-live'
    | 'not-closed'
    | 'differs'
    | 'backwards'
    | 'feed'
    | 'dead-letter'
    | 'not-settled'
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
  return Object.entries(claims.objects).flatMap(([object, { fieldSet }]) =>
    faultsThrough(view, object, fieldSet.fields, throughMs),
  );
}

function faultsThrough(
  view: OracleView,
  object: string,
  fields: readonly string[],
  throughMs: number,
): readonly string[] {
  const held = view.mirror.rows(view.org.orgId, object);
  const faults: string[] = [];
  for (const [id, row] of orgRows(view.org, object, fields, view.hidden)) {
    if (row.stampMs >= throughMs || view.unproven.has(id)) continue;
    const fault = rowFault(row, held.get(id));
    if (fault !== undefined)
      faults.push(`${object} ${id} ${fault}, though through ${iso(throughMs)}`);
  }
  for (const { id, deletedDate } of view.org.store.deletedBetween(object, 0, throughMs)) {
    const row = held.get(id);
    const alive = row !== undefined && !row.deleted && !row.hidden;
    if (alive && !view.unproven.has(id) && row.stampMs <= Date.parse(deletedDate)) {
      if (view.org.store.read(object, id)?.['IsDeleted'] === false) continue;
      faults.push(
        `${object} ${id} was deleted at ${deletedDate}, though through ${iso(throughMs)}`,
      );
    }
  }
  return faults;
}

/** What the platform rolls up on parents when activities change; it stamps them, and runs no trigger. */
export const UNTOLD_FIELDS: ReadonlySet<string> = new Set(['LastActivityDate']);

/**
 * The mirror minus hidden is what the Sync User may see of the org, field by field over the held fields.
 *
 * @param except fields that are not asked for
 */
export function differences(
  view: OracleView,
  claims: Claims,
  except: ReadonlySet<string> = new Set(),
): readonly string[] {
  return Object.entries(claims.objects).flatMap(([object, { fieldSet }]) => {
    const held = view.mirror.rows(view.org.orgId, object);
    const fields = fieldSet.fields.filter((name) => !except.has(name));
    const shown = orgRows(view.org, object, fields, view.hidden);
    const faults: string[] = [];
    for (const [id, row] of shown) {
      const fault = rowFault(row, held.get(id));
      if (fault !== undefined) faults.push(`${object} ${id} ${fault}`);
    }
    for (const [id, { deleted, hidden }] of held) {
      if (!deleted && !hidden && !shown.has(id)) faults.push(`${object} ${id} is not in the org`);
    }
    return faults;
  });
}

/** R15: who reads the feed from its beginning ends with what the mirror holds. */
export function feedFaults({ org, mirror }: OracleView, claims: Claims): readonly string[] {
  const rows = new Map(
    Object.keys(claims.objects).flatMap((object) => [...mirror.rows(org.orgId, object)]),
  );
  return replayDifferences(mirror.feed(org.orgId), rows);
}

function rowFault(row: OrgRow, held: MirrorRow | undefined): string | undefined {
  if (held === undefined) return 'is missing';
  if (held.deleted) return 'is a tombstone';
  if (held.hidden) return 'is hidden';
  const names = Object.keys(row.fields).filter(
    (name) => (held.fields[name] ?? null) !== row.fields[name],
  );
  if (names.length === 0) return undefined;
  const [name = ''] = names;
  return `differs in ${names.join(', ')} (${held.fields[name]} for ${row.fields[name]})`;
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
