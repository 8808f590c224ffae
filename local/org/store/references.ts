import { OrgError } from '../errors.ts';
import { keyPrefixOf, toId15 } from '../schema/ids.ts';
import type { FieldSchema, ObjectSchema, Schema } from '../schema/schema.ts';
import type { Rows } from './rows.ts';
import type { Draft } from './rules.ts';

interface ReferenceDeps {
  readonly schema: Schema;
  readonly rows: Rows;
}

/** The value of a look-up must be a record of the right object that is there and not deleted. */
export function checkReference(
  deps: ReferenceDeps,
  draft: Draft,
  field: FieldSchema,
  id: string,
): void {
  const target = deps.schema.byKeyPrefix(keyPrefixOf(id));
  if (!target || !field.referenceTo.includes(target.name)) throw wrongTarget(field, id);
  if (id === draft.context.userId && target.name === 'User') return;
  switch (deps.rows.stateOf(target, id)) {
    case 'missing':
      throw new OrgError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id');
    case 'deleted':
      throw new OrgError('ENTITY_IS_DELETED', 'entity is deleted');
    case 'present':
      if (field.name === 'OwnerId' && target.name === 'User') checkOwner(deps, draft, id);
      if (field.name === 'RecordTypeId') checkRecordType(deps, draft, id);
  }
}

/** Text after the label is what Salesforce prints whether the object or the whole id is wrong. */
function wrongTarget(field: FieldSchema, id: string): OrgError {
  const message = `${field.label}: id value of incorrect type: ${id}`;
  return new OrgError('FIELD_INTEGRITY_EXCEPTION', message, { fields: [field.name] });
}

function checkOwner(deps: ReferenceDeps, draft: Draft, id: string): void {
  if (deps.rows.value('User', id, 'IsActive') === 1) return;
  const object = draft.object.label.toLowerCase();
  const message = `operation performed with inactive user [${toId15(id)}] as owner of ${object}`;
  throw new OrgError('INACTIVE_OWNER_OR_USER', message);
}

/** A record type is of one object. */
function checkRecordType({ rows }: ReferenceDeps, { object }: Draft, id: string): void {
  if (rows.value('RecordType', id, 'SobjectType') === object.name) return;
  const message = `Record Type ID: this ID value isn't valid for the user: ${id}`;
  throw new OrgError('INVALID_CROSS_REFERENCE_KEY', message, { fields: ['RecordTypeId'] });
}

export function checkUnique(
  deps: ReferenceDeps,
  object: ObjectSchema,
  field: FieldSchema,
  value: string,
  ownId: string,
): void {
  const [twin] = deps.rows.idsWhere(object, field.name, value).filter((id) => id !== ownId);
  if (twin === undefined) return;
  const message = `duplicate value found: ${field.name} duplicates value on record with id: ${toId15(twin)}`;
  throw new OrgError('DUPLICATE_VALUE', message, { fields: [field.name] });
}
