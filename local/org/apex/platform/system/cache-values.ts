import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, type Suspension } from '../../values.ts';
import type { Int } from '../language/arguments.ts';
import { newOf } from '../language/reflection.ts';
import type { TypeToken } from '../type-token.ts';
import { type CachePlace, checkedKey } from './cache-place.ts';
import { waited } from './waited.ts';

const LARGEST_VALUE_BYTES = 100 * 1024;
const SHORTEST_TTL_SECONDS = 300;
/** 48 hours in the org's cache, 8 hours in a session's. */
export const LONGEST_TTL_SECONDS = { organization: 172_800, session: 28_800 };
const DEFAULT_TTL_SECONDS = { organization: 86_400, session: 28_800 };

function invalid(message: string): never {
  throw new ApexException('Cache.InvalidParamException', message);
}

/**
 * Keeps a copy of the value.
 * @throws Cache.InvalidParamException, Cache.ItemSizeLimitExceededException, SerializationException
 */
export function putValue(
  realm: Realm,
  { area, key }: CachePlace,
  value: ApexValue,
  ttl: Int = DEFAULT_TTL_SECONDS[area.space],
): null {
  const longest = LONGEST_TTL_SECONDS[area.space];
  if (value === null) return invalid(`The value of cache key ${key} is null`);
  if (ttl === null || ttl < SHORTEST_TTL_SECONDS || ttl > longest) {
    return invalid(`A time to live is ${SHORTEST_TTL_SECONDS} to ${longest} seconds: ${ttl}`);
  }
  const json = JSON.stringify(realm.program.serialize(value));
  if (Buffer.byteLength(json) > LARGEST_VALUE_BYTES) {
    throw new ApexException(
      'Cache.ItemSizeLimitExceededException',
      `The value of cache key ${key} is larger than ${LARGEST_VALUE_BYTES} bytes`,
    );
  }
  realm.system.cache.put(area, key, { json, ttlSeconds: ttl });
  return null;
}

/** A new copy, or null. */
export function getValue(realm: Realm, { area, key }: CachePlace): ApexValue {
  const json = realm.system.cache.get(area, key);
  return json === undefined ? null : realm.program.deserialize(JSON.parse(json));
}

/** Values that a builder makes have keys of their own, which no other call can name. */
export function builtPlace(
  realm: Realm,
  { area, key }: CachePlace,
  builder: TypeToken | null,
): CachePlace {
  checkedKey(key);
  const known = builder === null ? undefined : realm.program.classNamed(builder.name);
  if (known?.supertypes.has('Cache.CacheBuilder') !== true) {
    throw new ApexException(
      'Cache.InvalidCacheBuilderException',
      `${String(builder?.name ?? null)} does not implement Cache.CacheBuilder`,
    );
  }
  return { area, key: `${known.name}/${key}` };
}

/** The cached value, or the one that the builder loads, which is cached then. */
export function* loadValue(
  realm: Realm,
  place: CachePlace,
  builder: TypeToken | null,
): Generator<Suspension, ApexValue, unknown> {
  const built = builtPlace(realm, place, builder);
  const cached = getValue(realm, built);
  if (cached !== null || builder === null) return cached;
  const loader = newOf(realm, builder.name);
  if (typeof loader !== 'object' || loader === null) {
    throw new ApexException(
      'Cache.InvalidCacheBuilderException',
      `${builder.name} has no public constructor without parameters`,
    );
  }
  const loaded = yield* waited(realm.program.invoke(loader, 'doLoad', [place.key]));
  if (loaded !== null) putValue(realm, built, loaded);
  return loaded;
}
