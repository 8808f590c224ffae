import type { FieldSchema, ObjectSchema } from '../../schema/schema.ts';
import { apexTypeOfField } from '../field-conversion.ts';
import type { Position } from '../syntax/ast.ts';
import type { ApexType, SObjectRef } from '../types/apex-type.ts';
import type { Body } from './body.ts';
import { type Code, text } from './code.ts';
import { recordFieldPlace } from './places.ts';
import { ERROR_VALUE, type Place, type Target, typed, type Value } from './value.ts';

/** Fields that every record has, and those of the records a polymorphic look-up may lead to. */
const GENERIC_FIELDS = new Map([
  ['id', 'Id'],
  ['name', 'Name'],
]);

/** `record.Field`, `record.Parent`, `record.Children`. */
export function recordMember(body: Body, record: Value, name: string, at: Position): Value {
  const { schema } = record.type.kind === 'sobject' ? record.type : { schema: undefined };
  if (schema === undefined) {
    return genericMember(body, record, name, at);
  }
  const field = schema.fields.get(name.toLowerCase());
  if (field !== undefined) {
    return fieldValue(body, record, schema, field, at);
  }
  const found =
    parentValue(body, record, schema, name) ?? childrenValue(body, record, schema, name);
  if (found !== undefined) {
    return found;
  }
  body.problem(at, `Variable does not exist: ${name} (no field or relationship of ${schema.name})`);
  return ERROR_VALUE;
}

/** Field and relationship targets of `new Account(Name = …)`, by name. */
export function recordPlace(
  body: Body,
  schema: ObjectSchema,
  record: Code,
  name: string,
  at: Position,
): Place | undefined {
  const target = typed(body.unit.resolver.types.sobject(schema), record, true);
  const field = schema.fields.get(name.toLowerCase());
  return field === undefined
    ? parentValue(body, target, schema, name)?.place
    : fieldValue(body, target, schema, field, at).place;
}

/** The static type a field's value has; undefined for compound values, which this org's Apex does not know. */
function fieldType(body: Body, field: FieldSchema): ApexType | undefined {
  const { types } = body.unit.resolver;
  if (field.idList !== undefined) return types.list(types.get('Id'));
  const definition = types.platform.find(apexTypeOfField(field.type));
  return definition === undefined ? undefined : types.platformRef(definition, []);
}

/** `Account.SObjectType`, `Account.Name` as tokens. */
export function recordTypeMember(body: Body, type: SObjectRef, name: string, at: Position): Target {
  const { types } = body.unit.resolver;
  const field = type.schema?.fields.get(name.toLowerCase());
  if (type.schema !== undefined && field !== undefined) {
    const code = `$.fieldToken(${text(type.schema.name)}, ${text(field.name)})`;
    return typed(types.get('Schema.SObjectField'), code, true);
  }
  if (type.schema !== undefined && name.toLowerCase() === 'sobjecttype') {
    const code = `$.objectToken(${text(type.schema.name)})`;
    const token = typed(types.get('Schema.SObjectType'), code, true);
    return { ...token, describes: type.schema };
  }
  body.problem(at, `Variable does not exist: ${type.name}.${name}`);
  return ERROR_VALUE;
}

function genericMember(body: Body, record: Value, name: string, at: Position): Value {
  const declared = GENERIC_FIELDS.get(name.toLowerCase());
  if (declared === undefined || (declared === 'Name' && record.isParent !== true)) {
    body.problem(at, `Field ${name} needs a record of a certain type; use get('${name}')`);
    return ERROR_VALUE;
  }
  const type = body.unit.resolver.types.get(declared === 'Id' ? 'Id' : 'String');
  return {
    ...typed(type, readCode(record, declared)),
    place: recordFieldPlace(body, type, declared, record.code, undefined),
  };
}

function fieldValue(
  body: Body,
  record: Value,
  schema: ObjectSchema,
  field: FieldSchema,
  at: Position,
): Value {
  const type = fieldType(body, field);
  if (type === undefined) {
    body.problem(
      at,
      `Fields of type ${field.type} are not supported: ${schema.name}.${field.name}`,
    );
    return ERROR_VALUE;
  }
  const writable = field.createable || field.updateable || field.type === 'id';
  const refusal = writable ? undefined : `Field is not writeable: ${schema.name}.${field.name}`;
  return {
    ...typed(type, readCode(record, field.name)),
    place: recordFieldPlace(body, type, field.name, record.code, refusal),
    recordField: { record: record.code, field: field.name },
  };
}

function readCode(record: Value, field: string): Code {
  return record.isParent === true
    ? ['$o.parentField(', record.code, `, ${text(field)})`]
    : [record.code, `.get(${text(field)})`];
}

function parentValue(
  body: Body,
  record: Value,
  schema: ObjectSchema,
  name: string,
): Value | undefined {
  const lower = name.toLowerCase();
  const field = [...schema.fields.values()].find(
    (candidate) => candidate.relationshipName?.toLowerCase() === lower,
  );
  const relationship = field?.relationshipName;
  if (field === undefined || relationship === undefined) {
    return undefined;
  }
  const type = parentType(body, field);
  const code: Code =
    record.isParent === true
      ? ['$o.grandparent(', record.code, `, ${text(relationship)})`]
      : [record.code, `.parent(${text(relationship)})`];
  const write = (value: Code): Code => [
    '$o.putParent(',
    record.code,
    `, ${text(relationship)}, `,
    value,
    ')',
  ];
  const place = { type, write, stable: () => ({ prepare: '', read: code, write }) };
  return { ...typed(type, code), isParent: true, place };
}

function parentType(body: Body, field: FieldSchema): ApexType {
  const { types } = body.unit.resolver;
  const [only, ...others] = field.referenceTo;
  const name = only !== undefined && others.length === 0 ? only : 'Name';
  return types.sobject(types.schema.find(name));
}

function childrenValue(
  body: Body,
  record: Value,
  schema: ObjectSchema,
  name: string,
): Value | undefined {
  const { types } = body.unit.resolver;
  const lower = name.toLowerCase();
  const relationship = types.schema
    .childRelationships(schema.name)
    .find((candidate) => candidate.relationshipName?.toLowerCase() === lower);
  if (relationship?.relationshipName === undefined) {
    return undefined;
  }
  const child = types.schema.find(relationship.childObject);
  const names = `${text(relationship.relationshipName)}, ${text(relationship.childObject)}`;
  return typed(
    types.list(types.sobject(child)),
    ['$o.childrenOf(', record.code, `, ${names})`],
    true,
  );
}
