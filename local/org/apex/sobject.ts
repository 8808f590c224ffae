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
  readonly #values = new Map<string, ApexValue>();
  readonly #parents = new Map<string, SObjectValue | null>();
  readonly #children = new Map<string, ApexList>();
  #errors: RecordError[] = [];
  #readOnly = false;

  constructor(schema: ObjectSchema, options: { queried?: boolean } = {}) {
    super();
    this.schema = schema;
    this.queried = options.queried ?? false;
  }

  /** A record as the store gives it. */
  static fromFieldValues(
    schema: ObjectSchema,
    values: Readonly<FieldValues>,
    options: { queried?: boolean } = {},
  ): SObjectValue {
    const record = new SObjectValue(schema, options);
    for (const [name, value] of Object.entries(values)) {
      const field = schema.fields.get(name.toLowerCase());
      if (field !== undefined) {
        record.#values.set(field.name, fromFieldValue(field, value));
      }
    }
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
    for (const value of this.#values.values()) bytes += heldBytes(value, ofText);
    return bytes;
  }

  /** 18 characters, or null. */
  get id(): string | null {
    const id = this.#values.get('Id');
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
    return this.#values.has(fieldName);
  }

  /** A record may lose its Id (in a copy), and then has none. @throws SObjectException when a queried record lacks the field */
  get(fieldName: string): ApexValue {
    const value = this.#values.get(fieldName);
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
    this.#values.delete(fieldName);
  }

  /** Populated fields in order of assignment. */
  populated(): IterableIterator<[string, ApexValue]> {
    return this.#values.entries();
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
    for (const [name, value] of this.#values) {
      copy.#values.set(name, value);
    }
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
    for (const [name, value] of this.#values) {
      values[name] = toFieldValue(value);
    }
    return values;
  }

  contentEquals(other: ApexValue): boolean {
    if (!(other instanceof SObjectValue) || other.schema.name !== this.schema.name) {
      return false;
    }
    const names = new Set([...this.#values.keys(), ...other.#values.keys()]);
    return [...names].every((name) =>
      sameValue(this.#values.get(name) ?? null, other.#values.get(name) ?? null),
    );
  }

  contentKey(): string {
    const set = [...this.#values].filter(([, value]) => value !== null);
    const parts = set.map(([name, value]) => `${name}=${keyText(value)}`).sort();
    return `${this.schema.name}(${parts.join()})`;
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
