import { ALL_FIELDS } from './conditions.ts';
import { type RecordId, recordId } from './ids.ts';
import type { NoticeApplyMessage } from './messages.ts';
import type { NoticeChange } from './notice.ts';
import type { ObjectState, OrgState } from './org.ts';
import type { Fields, TombstoneWrite, UpsertWrite } from './record.ts';

/** Salesforce may commit, and show, a change up to this long after its stamp. */
export const OVERLAP_MS = 600_000;

/** What a batch of an org's notices asks for, object by object. Ids and times only; nothing is read yet. */
export interface ApplyPlan {
  readonly objects: ReadonlyMap<string, ObjectPlan>;
  /** Earliest start of a gap that a notice confessed, ms; undefined when none did. */
  readonly gapSinceMs: number | undefined;
  /** Records of objects that the mirror does not hold. */
  readonly ignored: number;
}

export interface ObjectPlan {
  /** Whole contents that a notice brought (R3). */
  readonly values: UpsertWrite[];
  /** Deletes and merge losers. */
  readonly tombstones: TombstoneWrite[];
  /** Records to read, each with its `bornAfterMs`. */
  readonly reads: Map<RecordId, number>;
  /** Records that an update names, and that an insert or undelete names (R6). */
  readonly updated: Set<RecordId>;
  readonly introduced: Set<RecordId>;
  /** Records that a redelivered message touched. */
  readonly redelivered: Set<RecordId>;
  /** `at` of the earliest and the newest change, ms. */
  earliestMs: number;
  newestMs: number;
}

/** A message as the queue delivered it. */
export interface Delivery {
  readonly message: NoticeApplyMessage;
  /** Delivered before: its writes may be applied, but not announced (R15). */
  readonly redelivered: boolean;
}

/** Folds the notices of one org into one plan, so that each record is read once, whatever number of changes it had. */
export function planNotices(org: OrgState, deliveries: readonly Delivery[]): ApplyPlan {
  const objects = new Map<string, ObjectPlan>();
  let gapSinceMs: number | undefined;
  let ignored = 0;
  for (const { message, redelivered } of deliveries) {
    const { gap, changes } = message.notice;
    if (gap !== undefined) gapSinceMs = Math.min(gapSinceMs ?? Infinity, Date.parse(gap.since));
    for (const change of changes) {
      const state = stateOf(org, change.object);
      if (state === undefined) {
        ignored += change.ids.length;
        continue;
      }
      const plan = objects.get(change.object) ?? emptyPlan();
      objects.set(change.object, plan);
      addChange(plan, org, state, change, redelivered);
    }
  }
  return { objects, gapSinceMs, ignored };
}

/** An object the mirror holds; never a member of the prototype. */
export function stateOf(org: OrgState, object: string): ObjectState | undefined {
  return Object.hasOwn(org.objects, object) ? org.objects[object] : undefined;
}

/** A record unknown to the mirror and created after this was born since the mirror was last proven complete. */
export function bornAfterMs(org: OrgState, state: ObjectState): number {
  return (state.completeThroughMs ?? org.phaseSinceMs) - OVERLAP_MS;
}

function emptyPlan(): ObjectPlan {
  return {
    values: [],
    tombstones: [],
    reads: new Map(),
    updated: new Set(),
    introduced: new Set(),
    redelivered: new Set(),
    earliestMs: Infinity,
    newestMs: -Infinity,
  };
}

function addChange(
  plan: ObjectPlan,
  org: OrgState,
  state: ObjectState,
  change: NoticeChange,
  redelivered: boolean,
): void {
  const atMs = Date.parse(change.at);
  plan.earliestMs = Math.min(plan.earliestMs, atMs);
  plan.newestMs = Math.max(plan.newestMs, atMs);
  const ids = change.ids.map((id) => recordId(id));
  if (redelivered) for (const id of ids) plan.redelivered.add(id);
  if (change.op === 'delete' || change.op === 'merge') addDeletes(plan, change, ids, atMs);
  else addCurrent(plan, org, state, change, ids);
}

function addDeletes(
  plan: ObjectPlan,
  change: NoticeChange,
  ids: readonly RecordId[],
  atMs: number,
): void {
  // R1: a tombstone's version is the change's time, cut to the second, unsettled.
  const modstampMs = Math.floor(atMs / 1_000) * 1_000;
  const version = { modstampMs, readAtMs: modstampMs };
  const winner = change.op === 'merge' ? recordId(change.into ?? '', 'into') : undefined;
  for (const id of ids) {
    const tombstone = {
      kind: 'tombstone',
      object: change.object,
      id,
      version,
      via: 'notice',
    } as const;
    plan.tombstones.push(winner === undefined ? tombstone : { ...tombstone, mergedInto: winner });
  }
  if (winner !== undefined) addRead(plan, winner, Number.MAX_SAFE_INTEGER);
}

function addCurrent(
  plan: ObjectPlan,
  org: OrgState,
  state: ObjectState,
  change: NoticeChange,
  ids: readonly RecordId[],
): void {
  const birth = birthLimit(org, state, change);
  const named = change.op === 'update' ? plan.updated : plan.introduced;
  for (const id of ids) named.add(id);
  const brought = trustsValues(state, change) ? recordsById(change) : undefined;
  for (const id of ids) {
    const record = brought?.get(id);
    const fields = record && fieldsOf(record.fields, state);
    if (record === undefined || fields === undefined) {
      addRead(plan, id, birth);
      continue;
    }
    const modstampMs = Date.parse(record.modstamp);
    const readAtMs = change.readAt === undefined ? modstampMs : Date.parse(change.readAt);
    plan.values.push({
      kind: 'upsert',
      object: change.object,
      id,
      version: { modstampMs, readAtMs },
      via: 'notice',
      fields,
      fieldSet: state.fieldSet.hash,
      bornAfterMs: birth,
    });
  }
}

/** An insert vouches for the birth, an undelete brings back what was there, an update tells neither. */
function birthLimit(org: OrgState, state: ObjectState, change: NoticeChange): number {
  if (change.op === 'insert') return 0;
  return change.op === 'undelete' ? Number.MAX_SAFE_INTEGER : bornAfterMs(org, state);
}

function addRead(plan: ObjectPlan, id: RecordId, birth: number): void {
  plan.reads.set(id, Math.min(birth, plan.reads.get(id) ?? Infinity));
}

/** R3: values are taken under our own conditions only, and only where the Sync User would have seen them too. */
function trustsValues(state: ObjectState, change: NoticeChange): boolean {
  const { hash } = state.fieldSet;
  return hash !== ALL_FIELDS && change.conditions === hash && state.viewAll === true;
}

function recordsById(change: NoticeChange) {
  return new Map(change.records?.map((record) => [recordId(record.id), record]));
}

/**
 * The values of exactly the field set, in its spelling; undefined when one is missing: a record is written whole or
 * read. What the notice holds beyond the field set is left out.
 */
function fieldsOf(given: Fields, { fieldSet }: ObjectState): Fields | undefined {
  const values: Record<string, Fields[string]> = {};
  for (const field of fieldSet.fields) {
    const value = Object.hasOwn(given, field) ? given[field] : undefined;
    if (value === undefined) return fieldsOfAnyCase(given, fieldSet.fields);
    values[field] = value;
  }
  return values;
}

/** API names know no case; a package that was upgraded may write another than the describe. */
function fieldsOfAnyCase(given: Fields, fields: readonly string[]): Fields | undefined {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const values: [string, Fields[string]][] = [];
  for (const field of fields) {
    const value = byName.get(field.toLowerCase());
    if (value === undefined) return undefined;
    values.push([field, value]);
  }
  return Object.fromEntries(values);
}
