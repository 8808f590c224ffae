import { inspect } from 'node:util';
import { queryObjects } from 'node:v8';

/** What a transaction made and what was counted of it: its heap meter. */
export interface HeapAccount {
  /** Bytes made since the last census; only ever too much, as nobody tells what was let go. */
  added: number;
  /** @throws LimitError when too much is held */
  check(): void;
}

/** What comes in such pieces is looked at at once, without waiting for the next loop turn that counts. */
const LARGE_BYTES = 65_536;

/** Texts shorter than this are counted wherever they stand; longer ones once, as references to one text are shared. */
const SHARED_TEXT = 32;
export const REFERENCE_BYTES = 8;

/** For what is made while no transaction runs: the compiler's and the platform's own. */
export const nobody: HeapAccount = { added: 0, check: () => {} };

/** Whose heap grows now. A member, not a binding of its own, so that everybody sees it change. */
export const heap: { running: HeapAccount } = { running: nobody };

/** Counts a text or a blob that was made. @throws LimitError */
export function noteMade(bytes: number): void {
  heap.running.added += bytes;
  if (bytes >= LARGE_BYTES) heap.running.check();
}

let census: { readonly owner: object; readonly texts: Set<string>; bytes: number } | undefined;

/** Everything that a census finds: records, collections, instances of compiled classes, blobs. */
export abstract class HeapObject {
  /** The transaction it counts to; undefined for what counts to none. */
  heapOwner: object | undefined = heap.running;

  /**
   * What the platform counts for it at least, without what it refers to.
   * @param textBytes what a text adds, which is nothing for one that was counted before
   */
  abstract heapBytes(textBytes: (text: string) => number): number;

  /** The engine tells of live objects by what inspecting them prints, never the objects themselves. */
  [inspect.custom](): string {
    if (census !== undefined && this.heapOwner === census.owner) {
      census.bytes += this.heapBytes(sharedTextBytes);
    }
    return '';
  }
}

/** Makes a value one that outlives its transaction: it counts to none then, and keeps none in memory. */
export function shared<T extends HeapObject>(value: T): T {
  value.heapOwner = undefined;
  return value;
}

/**
 * Bytes of all objects that count to the owner and that anything can still reach: statics, fields, local variables of
 * every frame. It takes a full garbage collection, so it is for the rare moment when an estimate passes its maximum.
 */
export function liveBytes(owner: object): number {
  const counted = { owner, texts: new Set<string>(), bytes: 0 };
  census = counted;
  try {
    queryObjects(HeapObject as unknown as new () => HeapObject, { format: 'summary' });
  } finally {
    census = undefined;
  }
  return counted.bytes;
}

function sharedTextBytes(text: string): number {
  if (text.length < SHARED_TEXT || census === undefined) return text.length;
  if (census.texts.has(text)) return 0;
  census.texts.add(text);
  return text.length;
}

/** What a value adds to the object that holds it. */
export function heldBytes(value: unknown, textBytes: (text: string) => number): number {
  return REFERENCE_BYTES + (typeof value === 'string' ? textBytes(value) : 0);
}
