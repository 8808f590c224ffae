import { encodeBase62 } from './ids.ts';
import type { ObjectKind } from './schema.ts';

/** Gives deployed objects their key prefixes. */
export interface KeyPrefixes {
  /** The prefix of that object: a new one the first time, the same ever after. Names compare without case. */
  prefixFor(objectName: string, kind: ObjectKind): string;
}

/** The n-th prefix, from 1: `a00`, `a01` … for custom objects and settings, `e00` … for platform events. */
export function nextKeyPrefix(kind: ObjectKind, count: number): string {
  return (kind === 'platformEvent' ? 'e' : 'a') + encodeBase62(count - 1, 2);
}

/** Prefixes for the life of one process: for checks that need no database. */
export function createKeyPrefixes(): KeyPrefixes {
  const prefixes = new Map<string, string>();
  const counts = { a: 0, e: 0 };
  return {
    prefixFor(objectName, kind) {
      const known = prefixes.get(objectName.toLowerCase());
      if (known !== undefined) return known;
      const prefix = nextKeyPrefix(kind, kind === 'platformEvent' ? ++counts.e : ++counts.a);
      prefixes.set(objectName.toLowerCase(), prefix);
      return prefix;
    },
  };
}
