import { hashKey, identityOf } from './equality.ts';
import { HeapObject } from './heap-census.ts';
import { ApexException, ApexInstance, type ApexValue } from './values.ts';

/** What all collections share: they refuse changes while read-only or while a for-each loop runs over them. */
export abstract class Collection extends HeapObject {
  #readOnly = false;
  #loops = 0;

  /** For `Trigger.new` and its siblings: adding or removing throws FinalException from now on. */
  freeze(): this {
    this.#readOnly = true;
    return this;
  }

  enterLoop(): void {
    this.#loops += 1;
  }

  leaveLoop(): void {
    this.#loops -= 1;
  }

  protected mayChange(): void {
    if (this.#readOnly) {
      throw new ApexException('FinalException', 'Collection is read-only');
    }
    if (this.#loops > 0) {
      throw new ApexException(
        'FinalException',
        'Cannot modify a collection while it is being iterated.',
      );
    }
  }
}

/** Finds, for instances with their own `equals`, the equal instance that already stands as a key. */
export class KeyFinder {
  #byHash: Map<number, ApexInstance[]> | undefined;

  keyOf(value: ApexValue): unknown {
    if (!(value instanceof ApexInstance) || value.apexEquals === undefined) {
      return hashKey(value);
    }
    return this.#candidates(value).find((known) => value.apexEquals?.(known) === true) ?? value;
  }

  added(key: unknown): void {
    if (key instanceof ApexInstance && key.apexEquals !== undefined) {
      this.#candidates(key).push(key);
    }
  }

  removed(key: unknown): void {
    if (key instanceof ApexInstance && key.apexEquals !== undefined) {
      const candidates = this.#candidates(key);
      this.#byHash?.set(
        hashOf(key),
        candidates.filter((known) => known !== key),
      );
    }
  }

  clear(): void {
    this.#byHash = undefined;
  }

  #candidates(value: ApexInstance): ApexInstance[] {
    this.#byHash ??= new Map();
    const hash = hashOf(value);
    const found = this.#byHash.get(hash);
    if (found !== undefined) {
      return found;
    }
    const fresh: ApexInstance[] = [];
    this.#byHash.set(hash, fresh);
    return fresh;
  }
}

/** Objects of a class with `equals` but without `hashCode` are found by identity only, as in Java. */
function hashOf(value: ApexInstance): number {
  return value.apexHash?.() ?? identityOf(value);
}
