import { OrgError } from '../../../errors.ts';
import type { Schema } from '../../../schema/schema.ts';
import { AGGREGATE_RESULT } from '../../sobject.ts';
import type { ApexObject } from '../../values.ts';

/** `Account.SObjectType`: one object per schema and type, so that tokens compare and hash by identity. */
export class SObjectTypeToken implements ApexObject {
  readonly apexType = 'Schema.SObjectType';
  /** API name as declared. */
  readonly object: string;

  constructor(object: string) {
    this.object = object;
  }

  toString(): string {
    return this.object;
  }
}

/** `Account.Name`: one object per schema, type and field. */
export class SObjectFieldToken implements ApexObject {
  readonly apexType = 'Schema.SObjectField';
  /** API names as declared. */
  readonly object: string;
  readonly field: string;

  constructor(object: string, field: string) {
    this.object = object;
    this.field = field;
  }

  toString(): string {
    return this.field;
  }
}

interface TokenTable {
  readonly types: Map<string, SObjectTypeToken>;
  readonly fields: Map<string, SObjectFieldToken>;
}

const tables = new WeakMap<Schema, TokenTable>();

/** @throws OrgError INVALID_TYPE */
export function sobjectTypeToken(schema: Schema, object: string): SObjectTypeToken {
  const declared = object === AGGREGATE_RESULT.name ? object : schema.require(object).name;
  const { types } = tableOf(schema);
  let token = types.get(declared);
  if (token === undefined) {
    token = new SObjectTypeToken(declared);
    types.set(declared, token);
  }
  return token;
}

/** @throws OrgError INVALID_TYPE, INVALID_FIELD */
export function sobjectFieldToken(
  schema: Schema,
  object: string,
  field: string,
): SObjectFieldToken {
  const objectSchema = schema.require(object);
  const fieldSchema = objectSchema.fields.get(field.toLowerCase());
  if (fieldSchema === undefined) {
    throw new OrgError(
      'INVALID_FIELD',
      `No such column '${field}' on sobject of type ${objectSchema.name}`,
    );
  }
  const key = `${objectSchema.name}.${fieldSchema.name}`;
  const { fields } = tableOf(schema);
  let token = fields.get(key);
  if (token === undefined) {
    token = new SObjectFieldToken(objectSchema.name, fieldSchema.name);
    fields.set(key, token);
  }
  return token;
}

function tableOf(schema: Schema): TokenTable {
  let table = tables.get(schema);
  if (table === undefined) {
    table = { types: new Map(), fields: new Map() };
    tables.set(schema, table);
  }
  return table;
}
