import type { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import type { PlatformMember } from '../definition.ts';

type TextMethod = (self: string, ...args: never[]) => string | number | boolean | ApexList | null;

/** A method of a String that is not null and needs nothing of the transaction. */
export function textMember(method: TextMethod): PlatformMember {
  return (_realm: Realm, self: string, ...args: never[]) => method(self, ...args);
}
