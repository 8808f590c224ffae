import type { DocumentStore } from '../../store/record-store.ts';

const COLLECTION = 'usage';

export interface UsageMeterOptions {
  readonly documents: DocumentStore;
  readonly name: string;
  readonly maximum: number;
  /** Length of the rolling window. */
  readonly windowMs: number;
  /** Resolution: usage is forgotten in steps of this many milliseconds. */
  readonly bucketMs: number;
  readonly now: () => number;
}

/**
 * What the org used of a rolling allocation (asynchronous executions in 24 hours, events in an hour). Kept in the
 * org's database in buckets, so that a restart forgets nothing.
 */
export class UsageMeter {
  readonly maximum: number;
  readonly #options: UsageMeterOptions;

  constructor(options: UsageMeterOptions) {
    this.#options = options;
    this.maximum = options.maximum;
  }

  used(): number {
    const oldest = this.#bucket(this.#options.now() - this.#options.windowMs);
    let used = 0;
    for (const [bucket, count] of this.#load()) {
      if (bucket > oldest) {
        used += count;
      }
    }
    return used;
  }

  add(count: number): void {
    const { documents, name, now, windowMs } = this.#options;
    const oldest = this.#bucket(now() - windowMs);
    const current = this.#bucket(now());
    const buckets = new Map([...this.#load()].filter(([bucket]) => bucket > oldest));
    buckets.set(current, (buckets.get(current) ?? 0) + count);
    documents.put(COLLECTION, name, Object.fromEntries(buckets));
  }

  #bucket(atMs: number): number {
    return Math.floor(atMs / this.#options.bucketMs);
  }

  #load(): Map<number, number> {
    return parseBuckets(this.#options.documents.get(COLLECTION, this.#options.name));
  }
}

function parseBuckets(document: unknown): Map<number, number> {
  const buckets = new Map<number, number>();
  if (typeof document === 'object' && document !== null) {
    for (const [bucket, count] of Object.entries(document)) {
      if (typeof count === 'number') {
        buckets.set(Number(bucket), count);
      }
    }
  }
  return buckets;
}
