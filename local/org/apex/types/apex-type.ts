import type { ObjectSchema } from '../../schema/schema.ts';
import type { PlatformDefinition } from './platform-definition.ts';
import type { ClassSymbol } from './symbols.ts';

/**
 * A static type. The `TypeTable` makes each one once, so types are equal when they are the same object. `name` is how
 * Apex writes the type: in messages, and at run time as `apexType`.
 */
export type ApexType = PlatformRef | ClassRef | SObjectRef | ParameterRef | SpecialType;

/** `String`, `List<Id>`, `Database.SaveResult`. */
export interface PlatformRef {
  readonly kind: 'platform';
  readonly name: string;
  readonly definition: PlatformDefinition;
  readonly args: readonly ApexType[];
}

/** A class, interface or enum of the deployed source. */
export interface ClassRef {
  readonly kind: 'class';
  readonly name: string;
  readonly symbol: ClassSymbol;
}

/** `Account`, or the generic `SObject` without a schema. */
export interface SObjectRef {
  readonly kind: 'sobject';
  readonly name: string;
  readonly schema: ObjectSchema | undefined;
}

/** `T` in a platform signature, before its type is known. */
export interface ParameterRef {
  readonly kind: 'parameter';
  readonly name: string;
}

/** `error` stands where a problem was already reported; it agrees with everything so that nothing is reported twice. */
export interface SpecialType {
  readonly kind: 'void' | 'null' | 'error';
  readonly name: string;
}

export const VOID: SpecialType = { kind: 'void', name: 'void' };
export const NULL: SpecialType = { kind: 'null', name: 'null' };
export const ERROR: SpecialType = { kind: 'error', name: '(unknown)' };

export function isPlatform(type: ApexType, ...names: readonly string[]): type is PlatformRef {
  return type.kind === 'platform' && names.includes(type.definition.name);
}

/** The element type of a List, Set, Iterable or Iterator. */
export function elementType(type: ApexType): ApexType | undefined {
  return isPlatform(type, 'List', 'Set', 'Iterable', 'Iterator') ? type.args[0] : undefined;
}
