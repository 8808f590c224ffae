import { OrgError } from '../../errors.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';
import { accountOfPerson, isA } from './activity-account.ts';
import { checkTogether, relatedTwice } from './activity-people.ts';
import {
  type ActivityKind,
  eventKind,
  followActivity,
  isPerson,
  isShared,
  parentsOf,
  rowsOf,
  taskKind,
} from './activity-relations.ts';

export const taskRelationRules: ObjectRules = relationRules(taskKind);
export const eventRelationRules: ObjectRules = relationRules(eventKind);

/** Without Shared Activities there are invitations only, and they follow from nothing. */
function relationRules(kind: ActivityKind): ObjectRules {
  return {
    derive(draft, deps) {
      if (isShared(kind, deps)) deriveRelation(kind, draft, deps);
    },
    check(draft, deps) {
      if (isShared(kind, deps)) checkRelation(kind, draft, deps);
    },
    afterSave({ row, before, stamp, context }, deps) {
      if (!isShared(kind, deps)) return;
      if (!isParent(kind, row) && !isParent(kind, before ?? {})) return;
      followActivity(kind, String(row[kind.link]), { stamp, userId: context.userId }, deps);
    },
    afterPresenceChange(row, stamp, deps) {
      if (!isShared(kind, deps) || !isParent(kind, row)) return;
      followActivity(kind, String(row[kind.link]), { stamp, userId: null }, deps);
    },
  };
}

function isParent(kind: ActivityKind, row: Draft['row']): boolean {
  return kind === taskKind || row['IsParent'] === true;
}

function deriveRelation(kind: ActivityKind, draft: Draft, deps: RuleDeps): void {
  const { row } = draft;
  const relation = String(row['RelationId']);
  const isUser = isA(deps, relation, 'User');
  row['IsWhat'] = !isUser && !isPerson(relation, deps);
  if (changes(draft, 'RelationId')) {
    row['AccountId'] = accountOfPerson(deps.schema.require(kind.activity), relation, deps);
  }
  if (kind === eventKind) deriveRoles(draft, isUser);
}

/** A new row that does not say what it is invites people, and relates the event to everything else. */
function deriveRoles({ row, before, given }: Draft, isUser: boolean): void {
  const isWhat = row['IsWhat'] === true;
  const role = isWhat ? 'IsParent' : 'IsInvitee';
  if (before === undefined && !given.has(role) && row['IsParent'] !== true) row[role] = true;
  if (row['IsParent'] !== true && row['IsInvitee'] !== true) {
    throw refused('An event relates to a record, invites it, or both', 'IsParent');
  }
  if (isWhat && row['IsInvitee'] === true) throw refused('Only people are invited', 'IsInvitee');
  if (isUser && row['IsParent'] === true) {
    throw refused('An event invites users and does not relate to them', 'IsParent');
  }
}

/** One lead and nothing else, or up to 50 contacts and one other record; each of them once. */
function checkRelation(kind: ActivityKind, draft: Draft, deps: RuleDeps): void {
  const { row, id } = draft;
  if (!changes(draft, 'RelationId', kind.link, ...(kind === eventKind ? ['IsParent'] : []))) return;
  const activityId = String(row[kind.link]);
  const relation = String(row['RelationId']);
  const all = rowsOf(kind, activityId, deps).filter((other) => other.id !== id);
  if (all.some((other) => other.relation === relation)) {
    throw relatedTwice(kind);
  }
  if (isParent(kind, row)) checkParent(kind, draft, activityId, deps);
}

function checkParent(kind: ActivityKind, draft: Draft, activityId: string, deps: RuleDeps): void {
  const { row, id } = draft;
  const others = parentsOf(kind, activityId, deps).filter((other) => other.id !== id);
  const related = [String(row['RelationId']), ...others.map(({ relation }) => relation)];
  checkTogether(kind, related, 'RelationId', deps);
  if (kind === eventKind && deps.rows.value('Event', activityId, 'IsPrivate') === 1) {
    throw refused('Private events cannot be related to other records', 'RelationId');
  }
}

function refused(message: string, field: string): OrgError {
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: [field] });
}
