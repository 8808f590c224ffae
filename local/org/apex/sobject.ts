import type { FieldSchema, FieldValue, FieldValues, ObjectSchema } from '../schema/schema.ts';
import type { ApexList } from './collections.ts';
import { type ByContent, keyText, sameValue } from './equality.ts';
import { coerceToField, fromFieldValue, toFieldValue } from './field-conversion.ts';
import { HeapObject, heap, heldBytes } from './heap-census.ts';
import { ApexException, type ApexValue } from './values.ts';

export interface RecordError {
  readonly message: string;
  /** API name of the field the error was put on. */
  readonly field?: string;
}

const ROW_BYTES = 64;

/** The rows of a query with aggregates: values by alias, no fields of its own. */
export const AGGREGATE_RESULT: ObjectSchema = {
  name: 'AggregateResult',
  label: 'Aggregate Result',
  labelPlural: 'Aggregate Results',
  keyPrefix: '',
  kind: 'standard',
  fields: new Map(),
  triggerable: false,
  queryable: false,
  createable: false,
  updateable: false,
  deletable: false,
  undeletable: false,
  replicateable: false,
  mergeable: false,
  setupObject: false,
};

/**
 * A record as Apex holds it. Field and relationship names given to its methods are the declared ones; `resolve` finds
 * them for names known only at run time.
 */
export class SObjectValue extends HeapObject implements ByContent {
  readonly schema: ObjectSchema;
  /** Came from SOQL: asking for a field that was not queried is an error, not null. */
  readonly queried: boolean;
  /** The transaction that took it from a query or made it; undefined until then. */
  override heapOwner: object | undefined = undefined;
  #values = new Map<string, ApexValue>();
  /** What the store gave and nobody has asked for: of a record in a trigger most fields are never looked at. */
  #unread: Readonly<FieldValues> | undefined;
  readonly #parents = new Map<string, SObjectValue | null>();
  readonly #children = new Map<string, ApexList>();
  #errors: RecordError[] = [];
  #readOnly = false;

  constructor(schema: ObjectSchema, options: { queried?: boolean } = {}) {
    super();
    this.schema = schema;
    this.queried = options.queried ?? false;
  }

  /** A record as the store gives it. The values are not copied: nobody may change them from now on. */
  static fromFieldValues(
    schema: ObjectSchema,
    values: Readonly<FieldValues>,
    options: { queried?: boolean } = {},
  ): SObjectValue {
    const record = new SObjectValue(schema, options);
    record.#unread = values;
    return record;
  }

  get apexType(): string {
    return this.schema.name;
  }

  /** Counts to the transaction that runs now: a record that Apex makes. */
  claim(): this {
    this.heapOwner = heap.running;
    heap.running.added += ROW_BYTES;
    return this;
  }

  /** Rows of queries hold texts of their own; those of records that Apex made may be shared. */
  override heapBytes(textBytes: (text: string) => number): number {
    const ofText = this.queried ? (text: string) => text.length : textBytes;
    let bytes = ROW_BYTES;
    for (const value of this.#all().values()) bytes += heldBytes(value, ofText);
    return bytes;
  }

  /** 18 characters, or null. */
  get id(): string | null {
    const id = this.#valueOf('Id');
    return typeof id === 'string' ? id : null;
  }

  get isReadOnly(): boolean {
    return this.#readOnly;
  }

  get errors(): readonly RecordError[] {
    return this.#errors;
  }

  /** From now on `put` throws FinalException, as for records in after triggers. */
  freeze(): this {
    this.#readOnly = true;
    return this;
  }

  /** The field by a name in any case. @throws SObjectException */
  resolve(name: string): FieldSchema {
    const field = this.schema.fields.get(name.toLowerCase());
    if (field === undefined) {
      throw new ApexException('SObjectException', `Invalid field ${name} for ${this.schema.name}`);
    }
    return field;
  }

  has(fieldName: string): boolean {
    return this.#all().has(fieldName);
  }

  /** A record may lose its Id (in a copy), and then has none. @throws SObjectException when a queried record lacks the field */
  get(fieldName: string): ApexValue {
    const value = this.#valueOf(fieldName);
    if (value !== undefined) {
      return value;
    }
    if (this.queried && fieldName !== 'Id') {
      this.#notQueried(fieldName);
    }
    return this.schema.fields.get(fieldName.toLowerCase())?.type === 'boolean' ? false : null;
  }

  /**
   * Assigns as Apex does: the value must suit the field's type.
   * @throws FinalException on a read-only record, SObjectException and StringException on a wrong value
   */
  put(fieldName: string, value: ApexValue): void {
    this.#mayChange();
    this.#values.set(fieldName, coerceToField(this.resolve(fieldName), value));
  }

  /** Sets a value of the right type past the read-only mark: how the engine writes ids and stamps. */
  load(fieldName: string, value: ApexValue): void {
    this.#values.set(fieldName, value);
  }

  unset(fieldName: string): void {
    this.#all().delete(fieldName);
  }

  /** Populated fields in order of assignment. */
  populated(): IterableIterator<[string, ApexValue]> {
    return this.#all().entries();
  }

  /** Null when there is no parent. @throws SObjectException when a queried record lacks the relationship */
  parent(relationshipName: string): SObjectValue | null {
    const parent = this.#parents.get(relationshipName);
    if (parent === undefined && this.queried) {
      this.#notQueried(relationshipName);
    }
    return parent ?? null;
  }

  setParent(relationshipName: string, parent: SObjectValue | null): void {
    this.#mayChange();
    this.#parents.set(relationshipName, parent);
  }

  populatedParents(): IterableIterator<[string, SObjectValue | null]> {
    return this.#parents.entries();
  }

  /** Undefined when the record was not read with these children. */
  children(relationshipName: string): ApexList | undefined {
    return this.#children.get(relationshipName);
  }

  setChildren(relationshipName: string, children: ApexList): void {
    this.#children.set(relationshipName, children);
  }

  populatedChildren(): IterableIterator<[string, ApexList]> {
    return this.#children.entries();
  }

  addError(message: string, field?: string): void {
    this.#errors.push(field === undefined ? { message } : { message, field });
  }

  clearErrors(): void {
    this.#errors = [];
  }

  /** Writable, with the same fields, parents and children, and no errors. */
  copy(): SObjectValue {
    const copy = new SObjectValue(this.schema, { queried: this.queried }).claim();
    copy.#values = new Map(this.#all());
    for (const [name, parent] of this.#parents) {
      copy.#parents.set(name, parent);
    }
    for (const [name, children] of this.#children) {
      copy.#children.set(name, children);
    }
    return copy;
  }

  /** The populated fields as the store takes them. */
  fieldValues(): FieldValues {
    const values: Record<string, FieldValue> = Object.create(null);
    for (const [name, value] of this.#all()) {
      values[name] = toFieldValue(value);
    }
    return values;
  }

  contentEquals(other: ApexValue): boolean {
    if (!(other instanceof SObjectValue) || other.schema.name !== this.schema.name) {
      return false;
    }
    const [own, others] = [this.#all(), other.#all()];
    const names = new Set([...own.keys(), ...others.keys()]);
    return [...names].every((name) => sameValue(own.get(name) ?? null, others.get(name) ?? null));
  }

  contentKey(): string {
    const set = [...this.#all()].filter(([, value]) => value !== null);
    const parts = set.map(([name, value]) => `${name}=${keyText(value)}`).sort();
    return `${this.schema.name}(${parts.join()})`;
  }

  /** One value, without reading the others. */
  #valueOf(fieldName: string): ApexValue | undefined {
    const known = this.#values.get(fieldName);
    if (known !== undefined || this.#unread === undefined) return known;
    const field = this.schema.fields.get(fieldName.toLowerCase());
    if (field === undefined || !Object.hasOwn(this.#unread, fieldName)) {
      return this.#all().get(fieldName);
    }
    const value = fromFieldValue(field, this.#unread[fieldName] ?? null);
    this.#values.set(fieldName, value);
    return value;
  }

  /** All values, in the order of the store, with what was assigned since. */
  #all(): Map<string, ApexValue> {
    const unread = this.#unread;
    if (unread === undefined) return this.#values;
    const all = new Map<string, ApexValue>();
    for (const [name, value] of Object.entries(unread)) {
      const field = this.schema.fields.get(name.toLowerCase());
      if (field === undefined) continue;
      all.set(field.name, this.#values.get(field.name) ?? fromFieldValue(field, value));
    }
    for (const [name, value] of this.#values) all.set(name, value);
    this.#unread = undefined;
    this.#values = all;
    return all;
  }

  #mayChange(): void {
    if (this.#readOnly) {
      throw new ApexException('FinalException', 'Record is read-only');
    }
  }

  #notQueried(name: string): never {
    throw new ApexException(
      'SObjectException',
      `SObject row was retrieved via SOQL without querying the requested field: ${this.schema.name}.${name}`,
    );
  }
}
