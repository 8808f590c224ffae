import type { EnumType } from '../platform/enums.ts';
import type { ApexObject, ApexValue, Suspendable } from '../values.ts';
import type { RuntimeClass } from './runtime-class.ts';
import type { KnownTypes } from './type-check.ts';

/** What the runtime asks of the program it runs. */
export interface LoadedProgram extends KnownTypes {
  classNamed(name: string): RuntimeClass | undefined;
  enumNamed(name: string): EnumType | undefined;
  /** The generated top-level class, its static part initialized on first use. */
  load(className: string): unknown;
  /** Calls an instance method by name and count of arguments, of a compiled class or of the platform. */
  call(receiver: ApexValue, method: string, args: readonly ApexValue[]): Suspendable<ApexValue>;
  /** An instance whose fields are all null and no constructor has run. */
  blank(className: string): ApexObject;
}
