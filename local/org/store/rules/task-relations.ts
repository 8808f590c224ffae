import { OrgError } from '../../errors.ts';
import { keyPrefixOf } from '../../schema/ids.ts';
import type { FieldValue, FieldValues, ObjectSchema } from '../../schema/schema.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';
import { tableName } from '../tables.ts';

/** Contacts that one task may have. */
const maxContacts = 50;

/**
 * With Shared Activities a task has a row for each record it relates to, in `TaskRelation`. WhoId and WhatId are its
 * primary ones: writing them writes the rows, and writing rows fills them.
 */
export const taskRelationRules: ObjectRules = {
  derive: deriveRelation,
  check: checkRelation,
  afterSave: ({ row, stamp, context }, deps) => {
    followTask(String(row['TaskId']), { stamp, userId: context.userId }, deps);
  },
  afterPresenceChange: (row, stamp, deps) => {
    followTask(String(row['TaskId']), { stamp, userId: null }, deps);
  },
};

function relationsOf(deps: Pick<RuleDeps, 'schema'>): ObjectSchema | undefined {
  return deps.schema.find('TaskRelation');
}

function deriveRelation({ row }: Draft, deps: RuleDeps): void {
  const relation = String(row['RelationId']);
  row['IsWhat'] = !isPerson(relation, deps);
  row['AccountId'] =
    deps.schema.byKeyPrefix(keyPrefixOf(relation))?.name === 'Contact'
      ? deps.rows.value('Contact', relation, 'AccountId')
      : null;
}

function isPerson(id: string, deps: Pick<RuleDeps, 'schema'>): boolean {
  const name = deps.schema.byKeyPrefix(keyPrefixOf(id))?.name;
  return name === 'Contact' || name === 'Lead';
}

/** One lead and nothing else, or up to 50 contacts and one other record; each of them once. */
function checkRelation(draft: Draft, deps: RuleDeps): void {
  if (!changes(draft, 'RelationId', 'TaskId')) return;
  const taskId = String(draft.row['TaskId']);
  const others = relatedTo(taskId, deps).filter(({ id }) => id !== draft.id);
  const relation = String(draft.row['RelationId']);
  if (others.some((other) => other.relation === relation)) {
    throw new OrgError('DUPLICATE_VALUE', 'The task relates to this record already.');
  }
  const isLead = (id: string): boolean => deps.schema.byKeyPrefix(keyPrefixOf(id))?.name === 'Lead';
  if (others.length > 0 && (isLead(relation) || others.some((other) => isLead(other.relation)))) {
    throw refused('A task that relates to a lead relates to nothing else');
  }
  const alike = others.filter(({ isWhat }) => isWhat === draft.row['IsWhat']).length;
  if (draft.row['IsWhat'] === true && alike > 0) throw refused('A task has one Related To');
  if (draft.row['IsWhat'] !== true && alike >= maxContacts) {
    throw refused(`A task relates to at most ${maxContacts} contacts`);
  }
}

function refused(message: string): OrgError {
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: ['RelationId'] });
}

interface Related {
  readonly id: string;
  readonly relation: string;
  readonly isWhat: boolean;
}

/** Oldest first. */
function relatedTo(taskId: string, { database }: Pick<RuleDeps, 'database'>): Related[] {
  return database
    .rows(
      `SELECT "Id", "RelationId", "IsWhat" FROM ${tableName('TaskRelation')}
        WHERE "TaskId" = ? AND "IsDeleted" = 0 ORDER BY "Id"`,
      taskId,
    )
    .map(([id, relation, isWhat]) => ({
      id: String(id),
      relation: String(relation),
      isWhat: isWhat === 1,
    }));
}

/** After a relation was written or went: the task's counts, and its primary records where they are others now. */
function followTask(
  taskId: string,
  by: { readonly stamp: string; readonly userId: string | null },
  deps: RuleDeps,
): void {
  const task = deps.schema.require('Task');
  if (deps.rows.stateOf(task, taskId) !== 'present') return;
  const related = relatedTo(taskId, deps);
  const who = primary(deps.rows.value('Task', taskId, 'WhoId'), related, false);
  const what = primary(deps.rows.value('Task', taskId, 'WhatId'), related, true);
  deps.rows.update(task, taskId, {
    WhoId: who,
    WhatId: what,
    ...countsOf(related),
    SystemModstamp: by.stamp,
    ...(by.userId === null ? {} : { LastModifiedDate: by.stamp, LastModifiedById: by.userId }),
  });
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

/** After a task was written: rows for its primary records, and none for those they took the place of. */
export function relateTask(draft: Draft, deps: RuleDeps): void {
  if (relationsOf(deps) === undefined || !changes(draft, 'WhoId', 'WhatId')) return;
  const { before, row, id, stamp, context } = draft;
  for (const field of ['WhoId', 'WhatId']) {
    const old = before?.[field];
    const now = row[field];
    if (old === now) continue;
    if (typeof old === 'string') dropRelation(id, old, stamp, deps);
    if (typeof now === 'string') addRelation(id, now, { stamp, userId: context.userId }, deps);
  }
  const counts = countsOf(relatedTo(id, deps));
  Object.assign(row, counts);
  deps.rows.update(draft.object, id, counts);
}

function dropRelation(taskId: string, relation: string, stamp: string, deps: RuleDeps): void {
  const gone = relatedTo(taskId, deps).find((one) => one.relation === relation);
  if (gone === undefined) return;
  deps.rows.erase(deps.schema.require('TaskRelation'), gone.id);
  deps.deletions.log({ object: 'TaskRelation', id: gone.id }, gone.id, stamp, false);
}

function addRelation(
  taskId: string,
  relation: string,
  by: { readonly stamp: string; readonly userId: string },
  deps: RuleDeps,
): void {
  if (relatedTo(taskId, deps).some((one) => one.relation === relation)) return;
  const object = deps.schema.require('TaskRelation');
  const isContact = deps.schema.byKeyPrefix(keyPrefixOf(relation))?.name === 'Contact';
  deps.rows.insert(object, {
    Id: deps.ids.next(object),
    RelationId: relation,
    TaskId: taskId,
    IsWhat: !isPerson(relation, deps),
    AccountId: isContact ? deps.rows.value('Contact', relation, 'AccountId') : null,
    CreatedDate: by.stamp,
    CreatedById: by.userId,
    LastModifiedDate: by.stamp,
    LastModifiedById: by.userId,
    SystemModstamp: by.stamp,
    IsDeleted: false,
  });
}

/** After an undelete: the rows went for good with the task, its primary records did not. */
export function relateRestored(row: FieldValues, stamp: string, deps: RuleDeps): void {
  const id = String(row['Id']);
  const task = deps.schema.require('Task');
  if (relationsOf(deps) === undefined || deps.rows.stateOf(task, id) !== 'present') return;
  for (const relation of [row['WhoId'], row['WhatId']]) {
    const by = { stamp, userId: String(row['LastModifiedById']) };
    if (typeof relation === 'string') addRelation(id, relation, by, deps);
  }
  deps.rows.update(task, id, countsOf(relatedTo(id, deps)));
}

/** Rows for the tasks from before Shared Activities were switched on. */
export function relateKnownTasks(
  deps: RuleDeps,
  by: { readonly stamp: string; readonly userId: string },
): void {
  if (relationsOf(deps) === undefined) return;
  const known = deps.database.rows(
    `SELECT "Id", "WhoId", "WhatId" FROM ${tableName('Task')} WHERE "WhoCount" IS NULL AND "IsDeleted" = 0`,
  );
  const task = deps.schema.require('Task');
  for (const [id, ...relations] of known) {
    for (const relation of relations) {
      if (typeof relation === 'string') addRelation(String(id), relation, by, deps);
    }
    deps.rows.update(task, String(id), countsOf(relatedTo(String(id), deps)));
  }
}
