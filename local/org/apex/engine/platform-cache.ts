import type { CachePartitionSource } from '../../schema/metadata.ts';
import type { CacheArea, CacheEntry, CacheServices } from '../platform/system/cache-services.ts';

interface StoredEntry extends CacheEntry {
  readonly json: string;
  readonly expiresMs: number;
}

const MEGABYTE = 1024 * 1024;

/**
 * What Apex put into Platform Cache: values of partitions, outside every transaction. It lives in memory and ends with
 * the engine, as the platform promises no more; a partition that is full drops what was used longest ago.
 */
export class PlatformCache implements CacheServices {
  readonly #partitions: readonly CachePartitionSource[];
  readonly #now: () => number;
  /** By area; in each, what was used last stands last. */
  readonly #areas = new Map<string, Map<string, StoredEntry>>();

  constructor(partitions: readonly CachePartitionSource[], now: () => number) {
    this.#partitions = partitions;
    this.#now = now;
  }

  /** The same partitions with nothing in them. */
  emptied(): PlatformCache {
    return new PlatformCache(this.#partitions, this.#now);
  }

  get defaultPartition(): string | undefined {
    return this.#partitions.find(({ isDefault }) => isDefault)?.name;
  }

  findPartition(name: string): string | undefined {
    return this.#partition(name)?.name;
  }

  capacityBytes({ space, partition }: CacheArea): number {
    return (this.#partition(partition)?.megabytes[space] ?? 0) * MEGABYTE;
  }

  get(area: CacheArea, key: string): string | undefined {
    const entries = this.entries(area);
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    entries.delete(key);
    entries.set(key, entry);
    return entry.json;
  }

  put(
    area: CacheArea,
    key: string,
    { json, ttlSeconds }: { readonly json: string; readonly ttlSeconds: number },
  ): void {
    const entries = this.entries(area);
    const expiresMs = this.#now() + ttlSeconds * 1000;
    entries.delete(key);
    entries.set(key, { json, bytes: Buffer.byteLength(json), expiresMs });
    evict(entries, this.capacityBytes(area));
  }

  remove(area: CacheArea, key: string): boolean {
    return this.entries(area).delete(key);
  }

  /** What has not run out. */
  entries({ space, partition, owner }: CacheArea): Map<string, StoredEntry> {
    const place = JSON.stringify([space, partition.toLowerCase(), owner]);
    const entries = this.#areas.get(place) ?? new Map<string, StoredEntry>();
    this.#areas.set(place, entries);
    const now = this.#now();
    for (const [key, { expiresMs }] of entries) if (expiresMs <= now) entries.delete(key);
    return entries;
  }

  #partition(name: string): CachePartitionSource | undefined {
    return this.#partitions.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }
}

function evict(entries: Map<string, StoredEntry>, capacityBytes: number): void {
  let used = entries.values().reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [key, { bytes }] of entries) {
    if (used <= capacityBytes) return;
    entries.delete(key);
    used -= bytes;
  }
}
