import { OrgError } from '../../errors.ts';
import type { FieldValues } from '../../schema/schema.ts';
import { isEmail } from '../checks.ts';
import { changes, type Draft, type ObjectRules, type RuleDeps } from '../rules.ts';

/** Contact, Lead and User are called by first and last name. */
function composeName(draft: Draft): void {
  draft.row['Name'] = fullName(draft.row);
}

export function fullName(row: FieldValues): string {
  return [row['FirstName'], row['LastName']].filter((part) => part != null).join(' ');
}

export const contactRules: ObjectRules = { derive: deriveContact };
export const leadRules: ObjectRules = { derive: deriveLead };
export const userRules: ObjectRules = {
  derive: deriveUser,
  check: checkUsername,
  afterSave: followUpUser,
};

function deriveContact(draft: Draft): void {
  composeName(draft);
  draft.row['IsEmailBounced'] = draft.row['EmailBouncedDate'] != null;
}

/** A converted lead is closed to everybody: its contact and account have taken its place. */
function deriveLead(draft: Draft): void {
  if (draft.before?.['IsConverted'] === true) {
    throw new OrgError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
  }
  composeName(draft);
}

function deriveUser(draft: Draft): void {
  const { row, before, id } = draft;
  composeName(draft);
  if (before === undefined) row['CommunityNickname'] ??= `User${id.slice(9, 15)}`;
}

function checkUsername(draft: Draft, deps: RuleDeps): void {
  if (!changes(draft, 'Username')) return;
  const username = String(draft.row['Username']);
  if (!isEmail(username)) {
    throw new OrgError('INVALID_EMAIL_ADDRESS', `Username: invalid email address: ${username}`, {
      fields: ['Username'],
    });
  }
  const others = deps.rows
    .idsWhere(draft.object, 'Username', username)
    .filter((id) => id !== draft.id);
  if (others.length > 0) throw duplicateUsername();
}

function followUpUser(draft: Draft, deps: RuleDeps): void {
  if (draft.before === undefined) addLogin(deps, draft.id, draft.stamp);
  assignProfile(draft, deps);
}

/** Gives a user the row that says whether the user is frozen. */
export function addLogin(
  { schema, rows, ids }: Pick<RuleDeps, 'schema' | 'rows' | 'ids'>,
  userId: string,
  stamp: string,
): void {
  const logins = schema.require('UserLogin');
  rows.insert(logins, {
    Id: ids.next(logins),
    UserId: userId,
    IsFrozen: false,
    IsPasswordLocked: false,
    LastModifiedDate: stamp,
    LastModifiedById: userId,
  });
}

/** Every user is assigned the permission set that stands behind the user's profile, and no other such set. */
function assignProfile(draft: Draft, deps: RuleDeps): void {
  if (!changes(draft, 'ProfileId')) return;
  deps.database.run(
    `DELETE FROM "o_permissionsetassignment" WHERE "AssigneeId" = ? AND "PermissionSetId" IN
       (SELECT "Id" FROM "o_permissionset" WHERE "IsOwnedByProfile" = 1)`,
    draft.id,
  );
  const assignments = deps.schema.require('PermissionSetAssignment');
  const sets = deps.schema.require('PermissionSet');
  for (const id of deps.rows.idsWhere(sets, 'ProfileId', String(draft.row['ProfileId']))) {
    deps.rows.insert(assignments, {
      Id: deps.ids.next(assignments),
      PermissionSetId: id,
      AssigneeId: draft.id,
      SystemModstamp: draft.stamp,
    });
  }
}

function duplicateUsername(): OrgError {
  return new OrgError(
    'DUPLICATE_USERNAME',
    'Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must ' +
      "be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match " +
      "the user's email address). ",
    { fields: ['Username'] },
  );
}
