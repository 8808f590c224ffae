import type { ObjectKind } from '../../schema/schema.ts';
import type { CallExpression } from '../syntax/ast.ts';
import { type SObjectRef, VOID } from '../types/apex-type.ts';
import { implicitConversion } from '../types/conversions.ts';
import { text } from './code.ts';
import { staticPlatformCall } from './platform-calls.ts';
import type { Translator } from './translator.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

/** The platform's statics of objects whose rows are settings, by kind. */
const STATICS: Partial<Record<ObjectKind, string>> = {
  hierarchySetting: 'HierarchyCustomSetting',
  listSetting: 'ListCustomSetting',
  customMetadata: 'CustomMetadata',
};

/** `record.Field__c.addError('…')` marks the field, not its value. */
export function addFieldError(
  t: Translator,
  target: NonNullable<Value['recordField']>,
  node: CallExpression,
  args: readonly Value[],
): Value {
  const { types } = t.body.unit.resolver;
  const [message] = args;
  const isText =
    message !== undefined &&
    [types.get('String'), types.get('Exception')].some(
      (type) => implicitConversion(types, message.type, type) !== undefined,
    );
  if (!isText || args.length > 2) {
    t.body.problem(node.at, 'addError takes a String or an Exception');
    return ERROR_VALUE;
  }
  const field = text(target.field);
  return typed(VOID, ['$.addFieldError(', target.record, `, ${field}, `, message.code, ')']);
}

/** `Account.getSObjectType()`, and what custom settings have. */
export function recordTypeCall(
  t: Translator,
  type: SObjectRef,
  node: CallExpression,
  args: readonly Value[],
): Value {
  if (node.name.toLowerCase() === 'getsobjecttype' && args.length === 0 && type.schema) {
    const token = t.body.unit.resolver.types.get('Schema.SObjectType');
    return typed(token, ['$.objectToken(', text(type.name), ')'], true);
  }
  return customSettingCall(t, type, node, args);
}

/** `Settings__c.getInstance()`, `Plan__mdt.getAll()`: the platform's statics, with the object as their result. */
function customSettingCall(
  t: Translator,
  type: SObjectRef,
  node: CallExpression,
  args: readonly Value[],
): Value {
  const { types } = t.body.unit.resolver;
  const statics = type.schema === undefined ? undefined : STATICS[type.schema.kind];
  const definition = statics === undefined ? undefined : types.platform.find(statics);
  if (definition === undefined) {
    t.body.problem(node.at, `Method does not exist: ${type.name}.${node.name}`);
    return ERROR_VALUE;
  }
  // These statics are told which object they are called on.
  const self = text(type.name);
  const result = staticPlatformCall(t, types.platformRef(definition, []), node, args, self);
  if (result.type.kind === 'sobject') {
    return { ...result, type };
  }
  const isMap = result.type.kind === 'platform' && result.type.definition.name === 'Map';
  return isMap ? { ...result, type: types.get('Map', types.get('String'), type) } : result;
}
