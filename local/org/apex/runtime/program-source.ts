import type { EnumType } from '../platform/enums.ts';
import type { Realm } from '../realm.ts';
import type { ApexValue, Suspendable } from '../values.ts';
import type { CompiledFile } from './compiled-file.ts';
import type { RuntimeClass } from './runtime-class.ts';

/** What an instance takes from the program it is an instance of. */
export interface ProgramSource {
  classNamed(name: string): RuntimeClass | undefined;
  findClass(name: string): RuntimeClass | undefined;
  enumNamed(name: string): EnumType | undefined;
  classFile(name: string): CompiledFile;
  triggerFile(name: string): CompiledFile;
  platformSupertypes(name: string): ReadonlySet<string>;
  callPlatform(
    realm: Realm,
    typeName: string,
    receiver: ApexValue,
    method: string,
    args: readonly ApexValue[],
  ): Suspendable<ApexValue>;
}
