import type { Realm } from '../realm.ts';
import type { ApexValue, Suspendable } from '../values.ts';

/**
 * One Apex platform type: its signatures, which the compiler checks calls against, and what each member does.
 * A member that is not listed does not exist: using it is a compile error that names it.
 *
 * Keys of `members` are Apex signatures:
 *   `static String valueOf(Object value)`        static method
 *   `Integer length()`                           instance method
 *   `new(String message, Exception cause)`       constructor
 *   `get Integer retries`, `get set String DuplicateSignature`, `static get String X`   properties
 * Type parameters (`T`, `K`, `V`) stand for those of `typeParameters`. Overloads are separate keys.
 */
export interface PlatformType {
  /** Canonical name with namespace where Apex asks for one: `String`, `EventBus.TriggerContext`, `QueueableDuplicateSignature.Builder`. */
  readonly name: string;
  /** `System`, `Schema` and `Database` may be written before the name or left out, as listed here. */
  readonly aliases?: readonly string[];
  readonly kind?: 'class' | 'interface' | 'enum' | 'exception';
  readonly typeParameters?: readonly string[];
  readonly extends?: string;
  readonly implements?: readonly string[];
  readonly enumValues?: readonly string[];
  readonly members: Readonly<Record<string, PlatformMember>>;
}

/**
 * `self` is the receiver (null for statics and constructors); a constructor returns the new value. For a settable
 * property, `args` is empty on a read and holds the new value on a write. `null` marks an abstract interface method.
 * `suspends` marks a member that may wait (only `Http.send` does): callers are compiled as generators.
 */
export type PlatformMember =
  | ((realm: Realm, self: never, ...args: never[]) => ApexValue)
  | {
      readonly suspends: true;
      readonly call: (realm: Realm, self: never, ...args: never[]) => Suspendable<ApexValue>;
    }
  | null;

export function platformType(definition: PlatformType): PlatformType {
  return definition;
}
