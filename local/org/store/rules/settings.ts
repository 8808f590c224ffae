import { OrgError } from '../../errors.ts';
import { keyPrefixOf, toId15 } from '../../schema/ids.ts';
import type { Draft, ObjectRules, RuleDeps } from '../rules.ts';

/** A hierarchy custom setting has one record per owner: the org, a profile or a user. */
export const hierarchySettingRules: ObjectRules = { derive: deriveOwner, check: checkOneEach };

function deriveOwner(draft: Draft, deps: RuleDeps): void {
  draft.row['SetupOwnerId'] ??= organizationId(deps);
  const prefix = keyPrefixOf(String(draft.row['SetupOwnerId']));
  const ownerType = deps.schema.byKeyPrefix(prefix)?.name ?? 'Organization';
  const suffix = ` (${ownerType})`;
  draft.row['Name'] ??= draft.object.label.slice(0, maxNameLength - suffix.length) + suffix;
}

const maxNameLength = 38;

function organizationId(deps: RuleDeps): string {
  const row = deps.database.row('SELECT "Id" FROM "o_organization"');
  if (!row) throw new Error('the org has no Organization record');
  return String(row[0]);
}

function checkOneEach(draft: Draft, deps: RuleDeps): void {
  const owner = String(draft.row['SetupOwnerId']);
  const [twin] = deps.rows
    .idsWhere(draft.object, 'SetupOwnerId', owner)
    .filter((id) => id !== draft.id);
  if (twin === undefined) return;
  const message = `duplicate value found: SetupOwnerId duplicates value on record with id: ${toId15(twin)}`;
  throw new OrgError('DUPLICATE_VALUE', message);
}
