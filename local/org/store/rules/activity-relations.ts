import { keyPrefixOf } from '../../schema/ids.ts';
import type { FieldValue, FieldValues, ObjectSchema, Schema } from '../../schema/schema.ts';
import { changes, type Draft, type RuleDeps } from '../rules.ts';
import { tableName } from '../tables.ts';
import { accountOf, accountOfPerson } from './activity-account.ts';
import { refreshLastActivity } from './last-activity.ts';

/**
 * With Shared Activities an activity has a row for each record it relates to. WhoId and WhatId are its primary ones:
 * writing them writes the rows, and writing rows fills them. Among the rows of an event are its invitees, too: a row
 * is a relation (IsParent), an invitation (IsInvitee), or both.
 */
export interface ActivityKind {
  readonly activity: 'Task' | 'Event';
  readonly relation: 'TaskRelation' | 'EventRelation';
  /** The relation's look-up to the activity. */
  readonly link: 'TaskId' | 'EventId';
  /** The activity's list of its people. */
  readonly people: 'TaskWhoIds' | 'EventWhoIds';
}

export const taskKind: ActivityKind = {
  activity: 'Task',
  relation: 'TaskRelation',
  link: 'TaskId',
  people: 'TaskWhoIds',
};

export const eventKind: ActivityKind = {
  activity: 'Event',
  relation: 'EventRelation',
  link: 'EventId',
  people: 'EventWhoIds',
};

export const activityKinds: readonly ActivityKind[] = [taskKind, eventKind];

/** When a row is written, and who writes it; null for the platform itself, which is nobody's modification. */
export interface By {
  readonly stamp: string;
  readonly userId: string | null;
}

export function isShared(kind: ActivityKind, { schema }: Pick<RuleDeps, 'schema'>): boolean {
  return schema.require(kind.activity).fields.has('whocount');
}

/** Whether an org with that schema has Shared Activities: they come for tasks and events together. */
export function areActivitiesShared(schema: Schema): boolean {
  return isShared(taskKind, { schema });
}

/** Contacts and leads are what Who may hold; everything else is a What. */
export function isPerson(id: string, { schema }: Pick<RuleDeps, 'schema'>): boolean {
  const name = schema.byKeyPrefix(keyPrefixOf(id))?.name;
  return name === 'Contact' || name === 'Lead';
}

interface Related {
  readonly id: string;
  readonly relation: string;
  readonly isWhat: boolean;
  /** False for those who are only invited. */
  readonly isParent: boolean;
  readonly isInvitee: boolean;
}

/** All rows of an activity, oldest first. */
export function rowsOf(
  kind: ActivityKind,
  activityId: string,
  { database }: Pick<RuleDeps, 'database'>,
): Related[] {
  const roles = kind === eventKind ? '"IsParent", "IsInvitee"' : '1, 0';
  return database
    .rows(
      `SELECT "Id", "RelationId", "IsWhat", ${roles} FROM ${tableName(kind.relation)}
        WHERE "${kind.link}" = ? AND "IsDeleted" = 0 ORDER BY "Id"`,
      activityId,
    )
    .map(([id, relation, isWhat, isParent, isInvitee]) => ({
      id: String(id),
      relation: String(relation),
      isWhat: isWhat === 1,
      isParent: isParent === 1,
      isInvitee: isInvitee === 1,
    }));
}

/** The rows that say what an activity relates to, oldest first. */
export function parentsOf(
  kind: ActivityKind,
  activityId: string,
  deps: Pick<RuleDeps, 'database'>,
): Related[] {
  return rowsOf(kind, activityId, deps).filter(({ isParent }) => isParent);
}

/**
 * After a relation was written or went: the activity's counts, and its primary records where they are others now, with
 * the account that follows from them.
 */
export function followActivity(
  kind: ActivityKind,
  activityId: string,
  by: By,
  deps: RuleDeps,
): void {
  const activity = deps.schema.require(kind.activity);
  const before = deps.rows.read(activity, activityId);
  if (!before || before['IsDeleted'] === true) return;
  const related = parentsOf(kind, activityId, deps);
  const WhoId = primary(before['WhoId'] ?? null, related, false);
  const WhatId = primary(before['WhatId'] ?? null, related, true);
  const isSame = WhoId === before['WhoId'] && WhatId === before['WhatId'];
  const after: FieldValues = { WhoId, WhatId, AccountId: before['AccountId'] ?? null };
  if (!isSame) after['AccountId'] = accountOf(activity, after, deps);
  deps.rows.update(activity, activityId, {
    ...after,
    ...countsOf(related),
    SystemModstamp: by.stamp,
    ...(by.userId === null ? {} : { LastModifiedDate: by.stamp, LastModifiedById: by.userId }),
  });
  if (!isSame) refreshLastActivity([before, after], by.stamp, deps);
}

/** The one there was, if it is still there; else the oldest. */
function primary(before: FieldValue, related: readonly Related[], isWhat: boolean): string | null {
  const alike = related.filter((one) => one.isWhat === isWhat).map(({ relation }) => relation);
  return alike.find((relation) => relation === before) ?? alike[0] ?? null;
}

function countsOf(related: readonly Related[]): FieldValues {
  const whats = related.filter(({ isWhat }) => isWhat).length;
  return { WhoCount: related.length - whats, WhatCount: whats };
}

function kindOf(activity: ObjectSchema): ActivityKind {
  return activity.name === 'Task' ? taskKind : eventKind;
}

/**
 * After an activity was written: rows for its primary records, and none for those they took the place of. Who lists
 * the people says who they all are.
 */
export function relateActivity(draft: Draft, deps: RuleDeps): void {
  const { object, before = {}, row, id, stamp, context } = draft;
  const kind = kindOf(object);
  const people = peopleOf(kind, draft);
  if (!isShared(kind, deps)) return;
  if (people === undefined && !changes(draft, 'WhoId', 'WhatId')) return;
  const by = { stamp, userId: context.userId };
  if (people !== undefined) settlePeople(kind, id, people, by, deps);
  const from = people === undefined ? before : { ...before, WhoId: row['WhoId'] ?? null };
  Object.assign(row, moveRelations(kind, id, { from, to: row, by }, deps));
}

/** All people of an activity whose caller lists them, the primary one first; undefined when nobody listed any. */
export function peopleOf({ people }: ActivityKind, draft: Draft): readonly string[] | undefined {
  const listed = draft.idLists.get(people);
  if (listed === undefined) return undefined;
  const who = draft.row['WhoId'];
  return typeof who === 'string' ? [who, ...listed.filter((id) => id !== who)] : listed;
}

function settlePeople(
  kind: ActivityKind,
  id: string,
  people: readonly string[],
  by: By,
  deps: RuleDeps,
): void {
  for (const { relation, isWhat } of parentsOf(kind, id, deps)) {
    if (!isWhat && !people.includes(relation)) dropRelation(kind, id, relation, by, deps);
  }
  for (const person of people) addRelation(kind, id, person, by, deps);
}

/**
 * Rows for the primary records an activity has now, in the place of those for the ones it had.
 * @returns the activity's counts, as stored
 */
export function moveRelations(
  kind: ActivityKind,
  id: string,
  move: { readonly from: FieldValues; readonly to: FieldValues; readonly by: By },
  deps: RuleDeps,
): FieldValues {
  for (const field of ['WhoId', 'WhatId']) {
    const old = move.from[field];
    const now = move.to[field];
    if (old === now) continue;
    if (typeof old === 'string') dropRelation(kind, id, old, move.by, deps);
    if (typeof now === 'string') addRelation(kind, id, now, move.by, deps);
  }
  const counts = countsOf(parentsOf(kind, id, deps));
  deps.rows.update(deps.schema.require(kind.activity), id, counts);
  return counts;
}

/** Who is invited stays so. */
function dropRelation(
  kind: ActivityKind,
  activityId: string,
  relation: string,
  by: By,
  deps: RuleDeps,
): void {
  const gone = parentsOf(kind, activityId, deps).find((one) => one.relation === relation);
  if (gone === undefined) return;
  const object = deps.schema.require(kind.relation);
  if (gone.isInvitee) {
    deps.rows.update(object, gone.id, { IsParent: false, ...modified(by) });
    return;
  }
  deps.rows.erase(object, gone.id);
  deps.deletions.log({ object: kind.relation, id: gone.id }, gone.id, by.stamp, false);
}

function addRelation(
  kind: ActivityKind,
  activityId: string,
  relation: string,
  by: By,
  deps: RuleDeps,
): void {
  const object = deps.schema.require(kind.relation);
  const known = rowsOf(kind, activityId, deps).filter((one) => one.relation === relation);
  if (known.some(({ isParent }) => isParent)) return;
  const [invited] = known;
  if (invited) {
    deps.rows.update(object, invited.id, { IsParent: true, ...modified(by) });
    return;
  }
  deps.rows.insert(object, {
    Id: deps.ids.next(object),
    RelationId: relation,
    [kind.link]: activityId,
    IsWhat: !isPerson(relation, deps),
    AccountId: accountOfPerson(deps.schema.require(kind.activity), relation, deps),
    ...(kind === eventKind ? { IsParent: true, IsInvitee: false, Status: 'New' } : {}),
    CreatedDate: by.stamp,
    CreatedById: by.userId,
    ...modified(by),
    IsDeleted: false,
  });
}

function modified({ stamp, userId }: By): FieldValues {
  return { LastModifiedDate: stamp, LastModifiedById: userId, SystemModstamp: stamp };
}

/** After a merge: an activity that related to several of the merged records has one row for the winner. */
export function joinTwins(winnerId: string, stamp: string, deps: RuleDeps): void {
  for (const kind of activityKinds) {
    if (!isShared(kind, deps)) continue;
    const activities = deps.database.rows(
      `SELECT "${kind.link}" FROM ${tableName(kind.relation)} WHERE "RelationId" = ? AND "IsDeleted" = 0
        GROUP BY "${kind.link}" HAVING count(*) > 1`,
      winnerId,
    );
    for (const [id] of activities) joinRows(kind, String(id), winnerId, stamp, deps);
  }
}

function joinRows(
  kind: ActivityKind,
  activityId: string,
  relation: string,
  stamp: string,
  deps: RuleDeps,
): void {
  const all = rowsOf(kind, activityId, deps).filter((one) => one.relation === relation);
  const object = deps.schema.require(kind.relation);
  const [kept, ...twins] = all;
  if (!kept) return;
  for (const { id } of twins) {
    deps.rows.erase(object, id);
    deps.deletions.log({ object: kind.relation, id }, id, stamp, false);
  }
  if (kind === eventKind) {
    const IsParent = all.some(({ isParent }) => isParent);
    const IsInvitee = all.some(({ isInvitee }) => isInvitee);
    deps.rows.update(object, kept.id, { IsParent, IsInvitee });
  }
  followActivity(kind, activityId, { stamp, userId: null }, deps);
}

/** After an undelete: the rows went for good with the activity, its primary records did not. */
export function relateRestored(
  kind: ActivityKind,
  id: string,
  stamp: string,
  deps: RuleDeps,
): void {
  if (!isShared(kind, deps)) return;
  const activity = deps.schema.require(kind.activity);
  const row = deps.rows.read(activity, id);
  if (!row || row['IsDeleted'] === true) return;
  const by = { stamp, userId: String(row['LastModifiedById']) };
  moveRelations(kind, id, { from: {}, to: row, by }, deps);
}

/** Rows for the activities from before Shared Activities were switched on; who was invited stays so. */
export function relateKnownActivities(deps: RuleDeps, by: By): void {
  for (const kind of activityKinds) {
    if (!isShared(kind, deps)) continue;
    if (kind === eventKind) markInvitations(deps);
    const known = deps.database.rows(
      `SELECT "Id", "WhoId", "WhatId" FROM ${tableName(kind.activity)} WHERE "WhoCount" IS NULL AND "IsDeleted" = 0`,
    );
    for (const [id, who, what] of known) {
      const to: FieldValues = { WhoId: textOf(who), WhatId: textOf(what) };
      moveRelations(kind, String(id), { from: {}, to, by }, deps);
    }
  }
}

/** Rows from before are neither relations nor invitations yet; what they say is as it was, so they are not stamped. */
function markInvitations({ database }: RuleDeps): void {
  database.run(
    `UPDATE ${tableName('EventRelation')} SET "IsInvitee" = 1 WHERE "IsParent" = 0 AND "IsInvitee" = 0`,
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
