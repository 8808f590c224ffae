import type { Position } from '../syntax/ast.ts';
import type { ApexType } from '../types/apex-type.ts';
import type { Body } from './body.ts';
import { ERROR_VALUE, typed, type Value } from './value.ts';

/** `Trigger.` variables by lower-case name, with the property of the realm's trigger context that holds them. */
const VARIABLES = new Map<string, string>([
  ['new', 'newList'],
  ['old', 'oldList'],
  ['newmap', 'newMap'],
  ['oldmap', 'oldMap'],
  ['isinsert', 'isInsert'],
  ['isupdate', 'isUpdate'],
  ['isdelete', 'isDelete'],
  ['isundelete', 'isUndelete'],
  ['isbefore', 'isBefore'],
  ['isafter', 'isAfter'],
  ['isexecuting', 'isExecuting'],
  ['size', 'size'],
  ['operationtype', 'operation'],
]);

export function triggerVariable(body: Body, name: string, at: Position): Value {
  const property = VARIABLES.get(name.toLowerCase());
  if (property === undefined) {
    body.problem(at, `Variable does not exist: Trigger.${name}`);
    return ERROR_VALUE;
  }
  const code = `$.trigger(${JSON.stringify(property)})`;
  return typed(variableType(body, property), code, property.startsWith('is'));
}

/** In a trigger the lists hold the trigger's own object, elsewhere any. */
function variableType(body: Body, property: string): ApexType {
  const { types } = body.unit.resolver;
  const row = types.sobject(
    body.unit.triggerObject === undefined ? undefined : types.schema.find(body.unit.triggerObject),
  );
  switch (property) {
    case 'newList':
    case 'oldList':
      return types.list(row);
    case 'newMap':
    case 'oldMap':
      return types.get('Map', types.get('Id'), row);
    case 'size':
      return types.get('Integer');
    case 'operation':
      return types.get('TriggerOperation');
    default:
      return types.get('Boolean');
  }
}
