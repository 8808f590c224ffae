import { encodeBase62 } from './ids.ts';
import type { ObjectKind } from './schema.ts';

/** Gives deployed objects their key prefixes. */
export interface KeyPrefixes {
  /** The prefix of that object: a new one the first time, the same ever after. Names compare without case. */
  prefixFor(objectName: string, kind: ObjectKind): string;
}

export type PrefixSeries = 'a' | 'e' | 'm';

/** `a00`, `a01` … for custom objects and settings, `e00` … for platform events, `m00` … for custom metadata types. */
export function prefixSeries(kind: ObjectKind): PrefixSeries {
  if (kind === 'platformEvent') return 'e';
  return kind === 'customMetadata' ? 'm' : 'a';
}

/** The n-th prefix of the series, from 1. */
export function nextKeyPrefix(series: PrefixSeries, count: number): string {
  return series + encodeBase62(count - 1, 2);
}

/** Prefixes for the life of one process: for checks that need no database. */
export function createKeyPrefixes(): KeyPrefixes {
  const prefixes = new Map<string, string>();
  const counts = { a: 0, e: 0, m: 0 };
  return {
    prefixFor(objectName, kind) {
      const known = prefixes.get(objectName.toLowerCase());
      if (known !== undefined) return known;
      const series = prefixSeries(kind);
      counts[series] += 1;
      const prefix = nextKeyPrefix(series, counts[series]);
      prefixes.set(objectName.toLowerCase(), prefix);
      return prefix;
    },
  };
}
