import type { Position } from '../syntax/ast.ts';
import type { PlatformRef } from '../types/apex-type.ts';
import type { Body } from './body.ts';
import { text } from './code.ts';
import { ERROR_VALUE, type NamedMembers, typed, type Value } from './value.ts';

/** `Schema.SObjectType.Account` */
export function describeMember(body: Body, type: PlatformRef, name: string): Value | undefined {
  const { types } = body.unit.resolver;
  const schema =
    type.definition.name === 'Schema.SObjectType' ? types.schema.find(name) : undefined;
  return schema === undefined
    ? undefined
    : {
        ...typed(
          types.get('Schema.DescribeSObjectResult'),
          `$.describeObject(${text(schema.name)})`,
          true,
        ),
        describes: schema,
      };
}

/** What may follow `.fields` and `.fieldSets` of a certain object. */
export function membersNamed(target: Value, name: string): { readonly named?: NamedMembers } {
  const { describes: schema, type } = target;
  if (schema === undefined) {
    return {};
  }
  switch (name.toLowerCase()) {
    case 'fields': {
      const isToken = type.kind === 'platform' && type.definition.name === 'Schema.SObjectType';
      return { named: { schema, are: isToken ? 'fieldTokens' : 'describedFields' } };
    }
    case 'fieldsets':
      return { named: { schema, are: 'fieldSets' } };
    default:
      return {};
  }
}

/** `Schema.SObjectType.Account.fields.Name`, `Account.SObjectType.fields.Name`, `….fieldSets.Short` */
export function namedMember(
  body: Body,
  { schema, are }: NamedMembers,
  name: string,
  at: Position,
): Value {
  const { types } = body.unit.resolver;
  const lower = name.toLowerCase();
  const found =
    are === 'fieldSets'
      ? schema.fieldSets?.find((set) => set.name.toLowerCase() === lower)
      : schema.fields.get(lower);
  if (found === undefined) {
    const part = are === 'fieldSets' ? 'fieldSets' : 'fields';
    body.problem(at, `Variable does not exist: ${schema.name}.${part}.${name}`);
    return ERROR_VALUE;
  }
  const names = `(${text(schema.name)}, ${text(found.name)})`;
  switch (are) {
    case 'describedFields':
      return typed(types.get('Schema.DescribeFieldResult'), `$.describeField${names}`, true);
    case 'fieldTokens':
      return typed(types.get('Schema.SObjectField'), `$.fieldToken${names}`, true);
    case 'fieldSets':
      return typed(types.get('Schema.FieldSet'), `$.fieldSet${names}`, true);
  }
}
