import { ApexMap, ApexSet } from '../../collections.ts';
import { ApexDouble } from '../../numbers.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, type PlatformType, platformType } from '../definition.ts';
import { given, type Int, type Text } from '../language/arguments.ts';
import { plainException } from '../language/exception-types.ts';
import type { TypeToken } from '../type-token.ts';
import {
  areaOf,
  type CachePlace,
  checkedKey,
  defaultPartition,
  partitionNamed,
  qualifiedPlace,
} from './cache-place.ts';
import type { CacheArea, CacheEntry, CacheSpace } from './cache-services.ts';
import { builtPlace, getValue, LONGEST_TTL_SECONDS, loadValue, putValue } from './cache-values.ts';

/** Where the members of one class find what they work on. */
interface Scope<S> {
  readonly prefix: '' | 'static ';
  area(realm: Realm, self: S): CacheArea;
  place(realm: Realm, self: S, key: Text): CachePlace;
}

type Partition = PlatformObject<{ readonly space: CacheSpace; readonly name: string }>;

/** At most so many keys in one call. */
const MOST_KEYS = 10;

function keysOf(keys: ApexSet | null): string[] {
  const texts = [...given(keys)].map(String);
  if (texts.length <= MOST_KEYS) return texts;
  throw new ApexException(
    'Cache.BulkApiKeysLimitExceededException',
    `A call takes at most ${MOST_KEYS} cache keys: ${texts.length}`,
  );
}

function byKey(type: string, keys: ApexSet | null, read: (key: string) => ApexValue): ApexMap {
  const found = new ApexMap('String', type);
  for (const key of keysOf(keys)) found.put(key, read(key));
  return found;
}

/** Values of all places, and of those a builder makes. */
function valueMembers<S>({ prefix, place }: Scope<S>): Record<string, PlatformMember> {
  const put = (realm: Realm, self: S, key: Text, value: ApexValue, ttl?: Int) =>
    putValue(realm, place(realm, self, key), value, ttl);
  const contains = (realm: Realm, self: S, key: Text) =>
    getValue(realm, place(realm, self, key)) !== null;
  const remove = (realm: Realm, { area, key }: CachePlace) => realm.system.cache.remove(area, key);
  return {
    [`${prefix}void put(String key, Object value)`]: put,
    [`${prefix}void put(String key, Object value, Integer ttlSeconds)`]: put,
    [`${prefix}void put(String key, Object value, Integer ttlSeconds, Cache.Visibility visibility, Boolean immutable)`]:
      put,
    [`${prefix}void put(String key, Object value, Cache.Visibility visibility)`]: (
      realm: Realm,
      self: S,
      key: Text,
      value: ApexValue,
    ) => put(realm, self, key, value),
    [`${prefix}Object get(String key)`]: (realm: Realm, self: S, key: Text) =>
      getValue(realm, place(realm, self, key)),
    [`${prefix}Map<String, Object> get(Set<String> keys)`]: (
      realm: Realm,
      self: S,
      keys: ApexSet | null,
    ) => byKey('Object', keys, (key) => getValue(realm, place(realm, self, key))),
    [`${prefix}Boolean contains(String key)`]: contains,
    [`${prefix}Map<String, Boolean> contains(Set<String> keys)`]: (
      realm: Realm,
      self: S,
      keys: ApexSet | null,
    ) => byKey('Boolean', keys, (key) => contains(realm, self, key)),
    [`${prefix}Boolean remove(String key)`]: (realm: Realm, self: S, key: Text) =>
      remove(realm, place(realm, self, key)),
    [`${prefix}Object get(Type builder, String key)`]: {
      suspends: true,
      call: (realm: Realm, self: S, builder: TypeToken | null, key: Text) =>
        loadValue(realm, place(realm, self, key), builder),
    },
    [`${prefix}Boolean remove(Type builder, String key)`]: (
      realm: Realm,
      self: S,
      builder: TypeToken | null,
      key: Text,
    ) => remove(realm, builtPlace(realm, place(realm, self, key), builder)),
  };
}

/** What the cache tells of its values. Times and misses, which nothing here resembles, are absent. */
function figureMembers<S>({ prefix, area }: Scope<S>): Record<string, PlatformMember> {
  const figure =
    (read: (entries: ReadonlyMap<string, CacheEntry>, capacityBytes: number) => ApexValue) =>
    (realm: Realm, self: S) => {
      const { cache } = realm.system;
      const where = area(realm, self);
      return read(cache.entries(where), cache.capacityBytes(where));
    };
  const bytes = (entries: ReadonlyMap<string, CacheEntry>) =>
    entries.values().reduce((sum, entry) => sum + entry.bytes, 0);
  return {
    // Keys of builders' values name their class, too; only those that Apex gave are told.
    [`${prefix}Set<String> getKeys()`]: figure(
      (entries) =>
        new ApexSet(
          'String',
          [...entries.keys()].filter((key) => !key.includes('/')),
        ),
    ),
    [`${prefix}Long getNumKeys()`]: figure((entries) => BigInt(entries.size)),
    [`${prefix}Long getMaxValueSize()`]: figure((entries) =>
      BigInt(entries.values().reduce((most, entry) => Math.max(most, entry.bytes), 0)),
    ),
    [`${prefix}Long getAvgValueSize()`]: figure((entries) =>
      BigInt(Math.round(bytes(entries) / Math.max(1, entries.size))),
    ),
    [`${prefix}Double getCapacity()`]: figure(
      (entries, capacity) => new ApexDouble(capacity === 0 ? 0 : (bytes(entries) / capacity) * 100),
    ),
  };
}

/** `Cache.Org` and `Cache.Session`: keys without a partition are those of the default one. */
function cacheType(
  name: string,
  space: CacheSpace,
  members: Record<string, PlatformMember> = {},
): PlatformType {
  const scope: Scope<null> = {
    prefix: 'static ',
    area: (realm) => areaOf(realm, space, defaultPartition(realm, space)),
    place: (realm, _self, key) => qualifiedPlace(realm, space, key),
  };
  return platformType({
    name,
    members: {
      ...members,
      ...valueMembers(scope),
      ...figureMembers(scope),
      'static String getName()': (realm: Realm) => defaultPartition(realm, space),
      [`static ${name}Partition getPartition(String name)`]: (
        realm: Realm,
        _self: null,
        partition: Text,
      ) =>
        new PlatformObject(`${name}Partition`, {
          space,
          name: partitionNamed(realm, space, partition),
        }),
      'static get Integer MAX_TTL_SECS': () => LONGEST_TTL_SECONDS[space],
    },
  });
}

const partitionScope: Scope<Partition> = {
  prefix: '',
  area: (realm, { state }) => areaOf(realm, state.space, state.name),
  place: (realm, { state }, key) => ({
    area: areaOf(realm, state.space, state.name),
    key: checkedKey(key),
  }),
};

function isAvailable(realm: Realm, { state: { space, name } }: Partition): boolean {
  const { cache, cacheSession } = realm.system;
  const owner = space === 'session' ? cacheSession : '';
  return owner !== null && cache.capacityBytes({ space, partition: name, owner }) > 0;
}

/** Statics are not inherited: each class of partitions has its own. */
const nameMembers: Record<string, PlatformMember> = {
  'static String createFullyQualifiedPartition(String namespace, String partition)': (
    _realm: Realm,
    _self: null,
    namespace: Text,
    partition: Text,
  ) => `${given(namespace)}.${given(partition)}`,
  'static String createFullyQualifiedKey(String namespace, String partition, String key)': (
    _realm: Realm,
    _self: null,
    ...parts: Text[]
  ) => parts.map(given).join('.'),
  'static void validateKey(Boolean isDefault, String key)': (
    _realm: Realm,
    _self: null,
    _isDefault: boolean | null,
    key: Text,
  ) => {
    checkedKey(key);
    return null;
  },
};

const partitionType = platformType({
  name: 'Cache.Partition',
  members: {
    ...valueMembers(partitionScope),
    ...figureMembers(partitionScope),
    'String getName()': (_realm: Realm, { state }: Partition) => state.name,
    'Boolean isAvailable()': isAvailable,
    ...nameMembers,
  },
});

const subtype = (name: string): PlatformType =>
  platformType({ name, extends: 'Cache.Partition', members: nameMembers });

/** Platform Cache: `Cache.Org`, `Cache.Session` and their partitions. */
export const cacheTypes: readonly PlatformType[] = [
  cacheType('Cache.Org', 'organization'),
  partitionType,
  subtype('Cache.OrgPartition'),
  cacheType('Cache.Session', 'session', {
    'static Boolean isAvailable()': (realm: Realm) => realm.system.cacheSession !== null,
  }),
  subtype('Cache.SessionPartition'),
  platformType({
    name: 'Cache.CacheBuilder',
    kind: 'interface',
    members: { 'Object doLoad(String key)': null },
  }),
  platformType({
    name: 'Cache.Visibility',
    kind: 'enum',
    enumValues: ['ALL', 'NAMESPACE'],
    members: {},
  }),
  ...[
    'Cache.CacheException',
    'Cache.InvalidParamException',
    'Cache.InvalidCacheBuilderException',
    'Cache.ItemSizeLimitExceededException',
    'Cache.BulkApiKeysLimitExceededException',
    'Cache.Org.OrgCacheException',
    'Cache.Session.SessionCacheException',
    'Cache.Session.SessionCacheNoSessionException',
  ].map(plainException),
];
