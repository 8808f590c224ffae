import { queryObjects } from 'node:v8';

/** What a census counts: its size, and whose heap it is part of. */
export interface Held {
  readonly heapOwner: object | undefined;
  /** A lower bound of what the platform counts for it, without what it refers to. */
  heapBytes(): number;
}

let census: { readonly owner: object; bytes: number } | undefined;

/**
 * Bytes of all objects of that class that count to the owner and that anything can still reach: statics, fields, local
 * variables of every frame. It takes a full garbage collection, so it is for the rare moment when an estimate passes
 * its maximum.
 *
 * The engine tells of live objects through what inspecting them prints, never the objects themselves: their
 * `util.inspect.custom` has to call `countInCensus`.
 */
export function liveBytes(owner: object, heldClass: new (...args: never[]) => Held): number {
  const counted = { owner, bytes: 0 };
  census = counted;
  try {
    queryObjects(heldClass, { format: 'summary' });
  } finally {
    census = undefined;
  }
  return counted.bytes;
}

export function countInCensus(held: Held): void {
  if (census !== undefined && held.heapOwner === census.owner) {
    census.bytes += held.heapBytes();
  }
}
