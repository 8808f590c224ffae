import type { Realm } from '../../realm.ts';
import { ApexException } from '../../values.ts';
import type { Text } from '../language/arguments.ts';
import type { CacheArea, CacheSpace } from './cache-services.ts';

/** A value's place in the cache. */
export interface CachePlace {
  readonly area: CacheArea;
  readonly key: string;
}

const LONGEST_KEY = 50;
/** What stands for the org's own namespace, which a practice org does not have. */
const OWN_NAMESPACE = 'local';
const EXCEPTIONS: Readonly<Record<CacheSpace, string>> = {
  organization: 'Cache.Org.OrgCacheException',
  session: 'Cache.Session.SessionCacheException',
};

/** @throws Cache.InvalidParamException */
export function checkedKey(key: Text): string {
  if (key === null || !/^[0-9A-Za-z]+$/.test(key) || key.length > LONGEST_KEY) {
    throw new ApexException(
      'Cache.InvalidParamException',
      `A cache key has 1 to ${LONGEST_KEY} letters and digits: ${String(key)}`,
    );
  }
  return key;
}

/**
 * A partition by `Name` or `local.Name`.
 * @throws the space's exception when there is none
 */
export function partitionNamed(realm: Realm, space: CacheSpace, text: Text): string {
  const [name = '', namespace = OWN_NAMESPACE, ...rest] = (text ?? '').split('.').reverse();
  const known = rest.length === 0 && namespace.toLowerCase() === OWN_NAMESPACE;
  const found = known ? realm.system.cache.findPartition(name) : undefined;
  if (found === undefined) {
    throw new ApexException(EXCEPTIONS[space], `There is no cache partition ${String(text)}`);
  }
  return found;
}

/** @throws the space's exception when no partition is the default one */
export function defaultPartition(realm: Realm, space: CacheSpace): string {
  const name = realm.system.cache.defaultPartition;
  if (name === undefined) {
    throw new ApexException(EXCEPTIONS[space], 'The org has no default cache partition');
  }
  return name;
}

/** Where a partition keeps the running user's values. @throws Cache.Session.SessionCacheNoSessionException */
export function areaOf(realm: Realm, space: CacheSpace, partition: string): CacheArea {
  const owner = space === 'session' ? realm.system.cacheSession : '';
  if (owner === null) {
    throw new ApexException(
      'Cache.Session.SessionCacheNoSessionException',
      'The session cache is not available: this code runs in no session',
    );
  }
  return { space, partition, owner };
}

/** The place of `Key`, in the default partition, or of `local.Partition.Key`. */
export function qualifiedPlace(realm: Realm, space: CacheSpace, text: Text): CachePlace {
  const at = (text ?? '').lastIndexOf('.');
  const partition =
    text === null || at < 0
      ? defaultPartition(realm, space)
      : partitionNamed(realm, space, text.slice(0, at));
  const key = checkedKey(text === null ? null : text.slice(at + 1));
  return { area: areaOf(realm, space, partition), key };
}
