import type { ApexType } from '../types/apex-type.ts';
import { ancestors } from '../types/hierarchy.ts';
import type { FieldSymbol, MethodSymbol } from '../types/symbols.ts';
import { sees } from './access.ts';
import type { Body, LocalSymbol } from './body.ts';
import { type Code, callOf, text } from './code.ts';
import type { Place } from './value.ts';

export function localPlace(local: LocalSymbol): Place {
  const write = (value: Code): Code => ['(', local.jsName, ' = ', value, ')'];
  return {
    type: local.type,
    ...(local.isFinal ? { refusal: `Final variable cannot be assigned: ${local.name}` } : {}),
    write,
    stable: () => ({ prepare: '', read: local.jsName, write }),
  };
}

/** A field or property; `receiver` is an instance, or the class for static ones. */
export function fieldPlace(body: Body, field: FieldSymbol, receiver: Code): Place {
  const refusal = fieldRefusal(body, field);
  const setter = setterOf(body, field);
  const assign = (target: Code, value: Code): Code =>
    setter === undefined
      ? ['(', target, '.', field.jsName, ' = ', value, ')']
      : callSetter(body, setter, target, value);
  return {
    type: field.type,
    ...(refusal === undefined ? {} : { refusal }),
    write: (value) => assign(receiver, value),
    stable: () => {
      const { prepare, kept } = keptReceiver(body, receiver);
      return {
        prepare,
        read: readField(body, field, kept),
        write: (value) => assign(kept, value),
      };
    },
  };
}

export function readField(body: Body, field: FieldSymbol, receiver: Code): Code {
  const getter = getterOf(body, field);
  if (getter === undefined) {
    return [receiver, '.', field.jsName];
  }
  body.method.calls.add(getter);
  return callOf(getter, [receiver, '.', getter.jsName, '()']);
}

/** A field of a record. */
export function recordFieldPlace(
  body: Body,
  type: ApexType,
  field: string,
  record: Code,
  refusal: string | undefined,
): Place {
  const assign = (target: Code, value: Code): Code => [
    '$o.putField(',
    target,
    `, ${text(field)}, `,
    value,
    ')',
  ];
  return {
    type,
    ...(refusal === undefined ? {} : { refusal }),
    write: (value) => assign(record, value),
    stable: () => {
      const { prepare, kept } = keptReceiver(body, record);
      return {
        prepare,
        read: [kept, `.get(${text(field)})`],
        write: (value) => assign(kept, value),
      };
    },
  };
}

/** `list[index]` */
export function elementPlace(body: Body, type: ApexType, list: Code, index: Code): Place {
  return {
    type,
    write: (value) => ['$o.setAt(', list, ', ', index, ', ', value, ')'],
    stable: () => {
      const target = body.scratch();
      const position = body.scratch();
      return {
        prepare: [`${target} = `, list, `, ${position} = `, index],
        read: `${target}.get(${position})`,
        write: (value) => [`$o.setAt(${target}, ${position}, `, value, ')'],
      };
    },
  };
}

function keptReceiver(body: Body, receiver: Code): { prepare: Code; kept: Code } {
  if (typeof receiver === 'string' && /^[\w$.]+$/.test(receiver)) {
    return { prepare: '', kept: receiver };
  }
  const kept = body.scratch();
  return { prepare: [`${kept} = `, receiver], kept };
}

function callSetter(body: Body, setter: MethodSymbol, target: Code, value: Code): Code {
  body.method.calls.add(setter);
  const assigned = body.scratch();
  const call = callOf(setter, [target, '.', setter.jsName, `(${assigned} = `, value, ')']);
  return ['(', call, `, ${assigned})`];
}

function getterOf(body: Body, field: FieldSymbol): MethodSymbol | undefined {
  const getter = field.property?.getter;
  return typeof getter === 'object' && body.storageOf !== field ? getter : undefined;
}

function setterOf(body: Body, field: FieldSymbol): MethodSymbol | undefined {
  const setter = field.property?.setter;
  return typeof setter === 'object' && body.storageOf !== field ? setter : undefined;
}

function isOwnOrInherited({ owner }: Body, field: FieldSymbol): boolean {
  return owner !== undefined && [...ancestors(owner)].includes(field.owner);
}

function fieldRefusal(body: Body, field: FieldSymbol): string | undefined {
  const isOwnAccessor = body.storageOf === field;
  const isInitialized = body.initializes && isOwnOrInherited(body, field);
  if (field.isFinal && !isInitialized && !isOwnAccessor) {
    return `Final members can only be assigned in their declaration, init blocks, or constructors: ${field.name}`;
  }
  const { property } = field;
  if (property === undefined || body.storageOf === field) {
    return undefined;
  }
  if (property.setter === undefined) {
    return `Property has no setter: ${field.name}`;
  }
  const visible = sees(body.owner, field.owner, property.setterVisibility, field.isTestVisible);
  return visible ? undefined : `Variable is not visible: ${field.owner.name}.${field.name}`;
}
