import { Collection, KeyFinder } from './collection-base.ts';
import { type ByContent, keyText, sameValue } from './equality.ts';
import { heap, heldBytes, noteMade, REFERENCE_BYTES } from './heap-census.ts';
import { ApexException, type ApexValue } from './values.ts';

/** Of a member of a set or a map, beyond its references. */
const ENTRY_BYTES = 16;

/** `List<T>` */
export class ApexList extends Collection implements ByContent {
  readonly elementType: string;
  /** The elements; change them through the methods only. */
  readonly values: ApexValue[];

  /** @param values taken over, not copied */
  constructor(elementType: string, values: ApexValue[] = []) {
    super();
    this.elementType = elementType;
    this.values = values;
  }

  get apexType(): string {
    return `List<${this.elementType}>`;
  }

  get size(): number {
    return this.values.length;
  }

  /** @throws ListException */
  get(index: number): ApexValue {
    const value = this.values[index];
    return value === undefined ? this.#outOfBounds(index) : value;
  }

  /** @throws ListException */
  set(index: number, value: ApexValue): void {
    this.mayChange();
    if (index < 0 || index >= this.values.length) {
      this.#outOfBounds(index);
    }
    this.values[index] = value;
  }

  add(value: ApexValue): void {
    this.mayChange();
    heap.running.added += REFERENCE_BYTES;
    this.values.push(value);
  }

  override heapBytes(textBytes: (text: string) => number): number {
    return this.values.reduce<number>(
      (sum, value) => sum + heldBytes(value, textBytes),
      ENTRY_BYTES,
    );
  }

  addAll(values: Iterable<ApexValue>): void {
    this.mayChange();
    const added = [...values];
    noteMade(added.length * REFERENCE_BYTES);
    for (const value of added) {
      this.values.push(value);
    }
  }

  /** @throws ListException */
  insert(index: number, value: ApexValue): void {
    this.mayChange();
    if (index < 0 || index > this.values.length) {
      this.#outOfBounds(index);
    }
    this.values.splice(index, 0, value);
  }

  /** @throws ListException */
  remove(index: number): ApexValue {
    this.mayChange();
    const removed = this.get(index);
    this.values.splice(index, 1);
    return removed;
  }

  clear(): void {
    this.mayChange();
    this.values.length = 0;
  }

  /** Puts other elements in their place, e.g. sorted ones. */
  replaceAll(values: readonly ApexValue[]): void {
    this.mayChange();
    this.values.length = 0;
    this.addAll(values);
  }

  indexOf(value: ApexValue): number {
    return this.values.findIndex((element) => sameValue(element, value));
  }

  [Symbol.iterator](): IterableIterator<ApexValue> {
    return this.values[Symbol.iterator]();
  }

  contentEquals(other: ApexValue): boolean {
    return (
      other instanceof ApexList &&
      other.size === this.size &&
      this.values.every((value, index) => sameValue(value, other.get(index)))
    );
  }

  contentKey(): string {
    return `[${this.values.map(keyText).join()}]`;
  }

  #outOfBounds(index: number): never {
    throw new ApexException('ListException', `List index out of bounds: ${index}`);
  }
}

/** `Set<T>`, in order of insertion. */
export class ApexSet extends Collection implements ByContent {
  readonly elementType: string;
  readonly #members = new Map<unknown, ApexValue>();
  readonly #keys = new KeyFinder();

  constructor(elementType: string, values: Iterable<ApexValue> = []) {
    super();
    this.elementType = elementType;
    for (const value of values) {
      this.add(value);
    }
  }

  get apexType(): string {
    return `Set<${this.elementType}>`;
  }

  get size(): number {
    return this.#members.size;
  }

  has(value: ApexValue): boolean {
    return this.#members.has(this.#keys.keyOf(value));
  }

  /** True when the value was not a member before. */
  add(value: ApexValue): boolean {
    this.mayChange();
    const key = this.#keys.keyOf(value);
    if (this.#members.has(key)) {
      return false;
    }
    heap.running.added += ENTRY_BYTES + REFERENCE_BYTES;
    this.#members.set(key, value);
    this.#keys.added(key);
    return true;
  }

  override heapBytes(textBytes: (text: string) => number): number {
    let bytes = ENTRY_BYTES;
    for (const value of this.#members.values()) bytes += ENTRY_BYTES + heldBytes(value, textBytes);
    return bytes;
  }

  /** True when the value was a member. */
  delete(value: ApexValue): boolean {
    this.mayChange();
    const key = this.#keys.keyOf(value);
    this.#keys.removed(key);
    return this.#members.delete(key);
  }

  clear(): void {
    this.mayChange();
    this.#members.clear();
    this.#keys.clear();
  }

  [Symbol.iterator](): IterableIterator<ApexValue> {
    return this.#members.values();
  }

  contentEquals(other: ApexValue): boolean {
    return (
      other instanceof ApexSet &&
      other.size === this.size &&
      [...this].every((value) => other.has(value))
    );
  }

  contentKey(): string {
    return `{${[...this].map(keyText).sort().join()}}`;
  }
}

interface Entry {
  readonly key: ApexValue;
  value: ApexValue;
}

/** `Map<K, V>`, in order of insertion. */
export class ApexMap extends Collection implements ByContent {
  readonly keyType: string;
  readonly valueType: string;
  readonly #entries = new Map<unknown, Entry>();
  readonly #keys = new KeyFinder();

  constructor(
    keyType: string,
    valueType: string,
    entries: Iterable<readonly [ApexValue, ApexValue]> = [],
  ) {
    super();
    this.keyType = keyType;
    this.valueType = valueType;
    for (const [key, value] of entries) {
      this.put(key, value);
    }
  }

  get apexType(): string {
    return `Map<${this.keyType},${this.valueType}>`;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: ApexValue): boolean {
    return this.#entries.has(this.#keys.keyOf(key));
  }

  /** Null when there is no such key. */
  get(key: ApexValue): ApexValue {
    return this.#entries.get(this.#keys.keyOf(key))?.value ?? null;
  }

  /** The value that stood there, or null. */
  put(key: ApexValue, value: ApexValue): ApexValue {
    this.mayChange();
    const hash = this.#keys.keyOf(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) {
      heap.running.added += ENTRY_BYTES + 2 * REFERENCE_BYTES;
      this.#entries.set(hash, { key, value });
      this.#keys.added(hash);
      return null;
    }
    const before = entry.value;
    entry.value = value;
    return before;
  }

  override heapBytes(textBytes: (text: string) => number): number {
    let bytes = ENTRY_BYTES;
    for (const { key, value } of this.#entries.values()) {
      bytes += ENTRY_BYTES + heldBytes(key, textBytes) + heldBytes(value, textBytes);
    }
    return bytes;
  }

  /** The value that stood there, or null. */
  remove(key: ApexValue): ApexValue {
    this.mayChange();
    const hash = this.#keys.keyOf(key);
    const entry = this.#entries.get(hash);
    this.#entries.delete(hash);
    this.#keys.removed(hash);
    return entry?.value ?? null;
  }

  clear(): void {
    this.mayChange();
    this.#entries.clear();
    this.#keys.clear();
  }

  *keys(): IterableIterator<ApexValue> {
    for (const entry of this.#entries.values()) {
      yield entry.key;
    }
  }

  *values(): IterableIterator<ApexValue> {
    for (const entry of this.#entries.values()) {
      yield entry.value;
    }
  }

  *[Symbol.iterator](): IterableIterator<[ApexValue, ApexValue]> {
    for (const entry of this.#entries.values()) {
      yield [entry.key, entry.value];
    }
  }

  contentEquals(other: ApexValue): boolean {
    return (
      other instanceof ApexMap &&
      other.size === this.size &&
      [...this].every(([key, value]) => other.has(key) && sameValue(value, other.get(key)))
    );
  }

  contentKey(): string {
    return `{${[...this]
      .map(([key, value]) => `${keyText(key)}=${keyText(value)}`)
      .sort()
      .join()}}`;
  }
}
