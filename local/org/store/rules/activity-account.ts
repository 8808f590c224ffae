import { keyPrefixOf } from '../../schema/ids.ts';
import type { FieldValue, FieldValues, ObjectSchema } from '../../schema/schema.ts';
import type { RuleDeps } from '../rules.ts';

type Deps = Pick<RuleDeps, 'schema' | 'rows'>;

/** Whether the id's prefix is the object's. */
export function isA({ schema }: Pick<RuleDeps, 'schema'>, id: string, object: string): boolean {
  return schema.byKeyPrefix(keyPrefixOf(id))?.name === object;
}

/**
 * The account an activity belongs to. Related To decides: an Account, an Opportunity's, or a detail record's;
 * otherwise the Contact's, where activities roll up to it.
 * @param activity Task or Event
 */
export function accountOf(activity: ObjectSchema, row: FieldValues, deps: Deps): FieldValue {
  const { WhatId: what, WhoId: who } = row;
  if (typeof what === 'string') {
    const parent = deps.schema.byKeyPrefix(keyPrefixOf(what));
    if (parent?.name === 'Account') return what;
    const field = parent && accountFieldOf(parent);
    if (parent && field) {
      const account = deps.rows.value(parent.name, what, field);
      if (account !== null) return account;
    }
  }
  return typeof who === 'string' ? accountOfPerson(activity, who, deps) : null;
}

/** The account of somebody an activity relates to: a Contact's, where activities roll up to it. */
export function accountOfPerson(activity: ObjectSchema, person: string, deps: Deps): FieldValue {
  if (activity.rollsUpToContactAccount === false || !isA(deps, person, 'Contact')) return null;
  return deps.rows.value('Contact', person, 'AccountId');
}

function accountFieldOf(object: ObjectSchema): string | undefined {
  if (object.name === 'Opportunity') return 'AccountId';
  for (const field of object.fields.values()) {
    if (field.custom && field.cascadeDelete && field.referenceTo.includes('Account'))
      return field.name;
  }
  return undefined;
}
