export type CacheSpace = 'organization' | 'session';

/** The values that one partition keeps for everybody, or for one session. */
export interface CacheArea {
  readonly space: CacheSpace;
  /** As deployed. */
  readonly partition: string;
  /** The session's id; empty in the org's cache. */
  readonly owner: string;
}

export interface CacheEntry {
  readonly bytes: number;
}

/** Platform Cache, outside every transaction: what was put stays although its transaction is rolled back. */
export interface CacheServices {
  /** Undefined when no partition is the default one. */
  readonly defaultPartition: string | undefined;
  /** The deployed name of a partition, by its name in any case. */
  findPartition(name: string): string | undefined;
  capacityBytes(area: CacheArea): number;
  /** @returns what was put; undefined when it never was, ran out or had to go */
  get(area: CacheArea, key: string): string | undefined;
  put(
    area: CacheArea,
    key: string,
    value: { readonly json: string; readonly ttlSeconds: number },
  ): void;
  /** False when there was nothing. */
  remove(area: CacheArea, key: string): boolean;
  entries(area: CacheArea): ReadonlyMap<string, CacheEntry>;
}
