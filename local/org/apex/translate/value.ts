import type { ObjectSchema } from '../../schema/schema.ts';
import { type ApexType, ERROR } from '../types/apex-type.ts';
import type { Code } from './code.ts';

/** What a name or a chain of names may stand for. */
export type Target = Value | TypeTarget | NamespaceTarget;

/** An expression with its static type and the JavaScript that computes it. */
export interface Value {
  readonly kind: 'value';
  readonly type: ApexType;
  readonly code: Code;
  /** Certainly not null: no check is generated. */
  readonly nonNull?: boolean;
  /** Where it can be assigned. */
  readonly place?: Place;
  /** Rows of a SOQL expression: they turn into one record where one is asked for. */
  readonly isQuery?: boolean;
  /** Of a query: what a loop goes through, row by row. */
  readonly loopCode?: Code;
  /** A SOQL expression's text and binds, for `Database.getQueryLocator([…])`, which runs it later. */
  readonly queryArguments?: Code;
  /** A parent record by path: reading a field of a missing parent gives null, not an exception. */
  readonly isParent?: boolean;
  /** Conditions of `?.` on the way here; the whole chain is null when one holds. */
  readonly guards?: readonly Code[];
  /** `Schema.SObjectType.Account`, `Account.SObjectType`: the object it is about. */
  readonly describes?: ObjectSchema;
  /** Names of the schema that may follow: `….fields.Name`, `….fieldSets.Short`. */
  readonly named?: NamedMembers;
  /** The record and field this was read from, for `record.Field__c.addError(…)`. */
  readonly recordField?: { readonly record: Code; readonly field: string };
  /** Number of an integer literal, which may be one too large for Integer when a minus stands before it. */
  readonly integer?: bigint;
}

export interface TypeTarget {
  readonly kind: 'type';
  readonly type: ApexType;
}

interface NamespaceTarget {
  readonly kind: 'namespace';
  readonly name: string;
}

export interface NamedMembers {
  readonly schema: ObjectSchema;
  readonly are: 'describedFields' | 'fieldTokens' | 'fieldSets';
}

export interface Place {
  readonly type: ApexType;
  /** Why it may not be assigned, if so. */
  readonly refusal?: string;
  /** Code that assigns and has the assigned value. */
  write(value: Code): Code;
  /** For `+=` and `++`: `prepare` evaluates the receiver, once; it is empty when there is nothing to keep. */
  stable(): StablePlace;
}

interface StablePlace {
  readonly prepare: Code;
  readonly read: Code;
  write(value: Code): Code;
}

export const ERROR_VALUE: Value = { kind: 'value', type: ERROR, code: 'null' };

export function typed(type: ApexType, code: Code, nonNull = false): Value {
  return { kind: 'value', type, code, nonNull };
}

/** Closes a `?.` chain: null when one of its guards holds. */
export function settled(value: Value): Value {
  if (value.guards === undefined) {
    return value;
  }
  const guards = value.guards.flatMap((guard) => [guard, ' ? null : ']);
  return { kind: 'value', type: value.type, code: ['(', guards, value.code, ')'] };
}
