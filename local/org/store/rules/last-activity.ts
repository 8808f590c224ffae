import { keyPrefixOf } from '../../schema/ids.ts';
import type { FieldValues, ObjectSchema } from '../../schema/schema.ts';
import type { RuleDeps } from '../rules.ts';
import { quote, tableName } from '../tables.ts';

/**
 * LastActivityDate of the records that activities belong or belonged to: the latest date among events and closed
 * tasks. Moves SystemModstamp and leaves LastModifiedDate.
 */
export function refreshLastActivity(
  activities: readonly FieldValues[],
  stamp: string,
  deps: RuleDeps,
): void {
  const parents = new Set<string>();
  for (const row of activities) {
    for (const field of ['WhoId', 'WhatId', 'AccountId']) {
      const id = row[field];
      if (typeof id === 'string') parents.add(id);
    }
  }
  for (const id of parents) refreshParent(id, stamp, deps);
}

function refreshParent(id: string, stamp: string, deps: RuleDeps): void {
  const parent = deps.schema.byKeyPrefix(keyPrefixOf(id));
  if (!parent?.fields.has('lastactivitydate')) return;
  const latest = latestActivity(id, relationTo(parent), deps);
  if (deps.rows.value(parent.name, id, 'LastActivityDate') === latest) return;
  deps.rows.update(parent, id, { LastActivityDate: latest, SystemModstamp: stamp });
}

function relationTo(parent: ObjectSchema): string {
  if (parent.name === 'Account') return 'AccountId';
  return parent.name === 'Contact' || parent.name === 'Lead' ? 'WhoId' : 'WhatId';
}

function latestActivity(id: string, relation: string, deps: RuleDeps): string | null {
  const column = quote(relation);
  const row = deps.database.row(
    `SELECT max(day) FROM (
       SELECT max("ActivityDate") AS day FROM ${tableName('Task')} WHERE ${column} = ?1 AND "IsClosed" = 1 AND "IsDeleted" = 0
       UNION ALL
       SELECT max("ActivityDate") FROM ${tableName('Event')} WHERE ${column} = ?1 AND "IsDeleted" = 0)`,
    id,
  );
  const latest = row?.[0];
  return typeof latest === 'string' ? latest : null;
}
