import type { FieldValue } from '../schema/schema.ts';
import type { SqlRow, SqlValue } from '../store/database.ts';
import type { Expression } from './functions.ts';
import type { ParentStep, PolymorphicLookup, Scope } from './scope.ts';
import type { QueryRecord, QueryValue, SelectedField } from './soql.ts';
import { type Parameter, type Sql, sql } from './sql-builder.ts';

/** How the columns of an SQL row become a record: what stands where, level by level. */
export interface RecordNode {
  readonly object: string;
  /** Column of the record's id; undefined for aggregates. A parent without id is no parent. */
  readonly idColumn: number | undefined;
  readonly entries: Entry[];
}

type Entry =
  | {
      readonly key: string;
      readonly kind: 'value';
      readonly column: number;
      readonly isBoolean: boolean;
    }
  | { readonly key: string; readonly kind: 'parent'; readonly node: RecordNode }
  | {
      readonly key: string;
      readonly kind: 'address';
      readonly columns: readonly (readonly [string, number])[];
    }
  | { readonly key: string; readonly kind: 'children'; readonly index: number }
  | { readonly key: string; readonly kind: 'typeof'; readonly parent: TypeofNode };

/** A parent that shows other fields according to what it is. */
interface TypeofNode {
  idColumn: number | undefined;
  /** By key prefix. */
  readonly byPrefix: ReadonlyMap<string, RecordNode>;
  readonly otherwise: RecordNode;
}

/** The fields of one branch of TYPEOF. */
export interface TypeofBranch {
  /** Object name, `Name` for ELSE. */
  readonly object: string;
  readonly fields: readonly Expression[];
}

/** Parts of a compound address as JSON names them, with the ends of their field names. */
const addressParts = [
  ['city', 'City'],
  ['country', 'Country'],
  ['geocodeAccuracy', 'GeocodeAccuracy'],
  ['latitude', 'Latitude'],
  ['longitude', 'Longitude'],
  ['postalCode', 'PostalCode'],
  ['state', 'State'],
  ['street', 'Street'],
] as const;

/** Collects the SELECT list: the columns the caller asked for first, those needed to build records after them. */
export class Selection {
  readonly root: MutableNode;
  readonly selected: SelectedField[] = [];
  hasAddress = false;
  hasTypeof = false;
  /** Where lists of ids stand. */
  readonly idListColumns: number[] = [];
  readonly #columns: Sql[] = [];
  readonly #helpers: { sql: string; assign: (column: number) => void }[] = [];
  readonly #keys = new Set<string>();

  constructor(object: string) {
    this.root = { object, idColumn: undefined, entries: [] };
  }

  /** @returns false when the same field is selected already */
  addField(scope: Scope, expression: Expression): boolean {
    const { resolved } = expression;
    if (!resolved) throw new Error('not a field');
    const path = resolved.names.join('.');
    if (!this.#claim(path)) return false;
    const node = this.#parentNode(this.root, resolved.parents, resolved.names);
    if (expression.field.type === 'address') this.#addAddress(scope, node, expression);
    else node.entries.push(this.#value(expression.field.name, expression));
    this.selected.push({ path, fieldType: expression.field.type });
    return true;
  }

  /** @returns false when the name is taken */
  addNamed(key: string, expression: Expression): boolean {
    if (!this.#claim(key)) return false;
    this.root.entries.push(this.#value(key, expression));
    this.selected.push({ path: key, fieldType: expression.field.type });
    return true;
  }

  addChildren(relationship: string, index: number): boolean {
    if (!this.#claim(relationship)) return false;
    this.root.entries.push({ key: relationship, kind: 'children', index });
    return true;
  }

  /**
   * @param branches by key prefix
   * @returns false when the relationship is selected already
   */
  addTypeof(
    scope: Scope,
    lookup: PolymorphicLookup,
    branches: ReadonlyMap<string, TypeofBranch>,
    otherwise: TypeofBranch,
  ): boolean {
    if (!this.#claim(lookup.relationship)) return false;
    const nodeOf = ({ object, fields }: TypeofBranch): MutableNode => {
      const node: MutableNode = { object, idColumn: undefined, entries: [] };
      for (const expression of fields) this.#addBelow(scope, node, expression);
      return node;
    };
    const byPrefix = new Map([...branches].map(([prefix, branch]) => [prefix, nodeOf(branch)]));
    const parent = { idColumn: undefined, byPrefix, otherwise: nodeOf(otherwise) };
    this.#setIds(lookup.idSql, [parent, parent.otherwise, ...byPrefix.values()]);
    this.root.entries.push({ key: lookup.relationship, kind: 'typeof', parent });
    this.hasTypeof = true;
    return true;
  }

  /** A field of a record behind TYPEOF, or of one of its parents. */
  #addBelow(scope: Scope, branch: RecordNode, expression: Expression): void {
    const { resolved } = expression;
    if (!resolved) throw new Error('not a field');
    const [, ...parents] = resolved.parents;
    const node = this.#parentNode(branch, parents, resolved.names.slice(1));
    if (expression.field.type === 'address') this.#addAddress(scope, node, expression);
    else node.entries.push(this.#value(expression.field.name, expression));
  }

  #setIds(idSql: string, nodes: readonly { idColumn: number | undefined }[]): void {
    this.addHelper(idSql, (column) => {
      for (const node of nodes) node.idColumn = column;
    });
  }

  /** A column beyond what was asked for, e.g. the record's id. */
  addHelper(text: string, assign: (column: number) => void): void {
    this.#helpers.push({ sql: text, assign });
  }

  /** Where the id of the record itself stands. */
  setIdColumn(column: number): void {
    this.root.idColumn = column;
  }

  /** The SELECT list; tells every helper its column. */
  finish(): Sql {
    for (const helper of this.#helpers) helper.assign(this.#columnOf(helper.sql));
    this.#helpers.length = 0;
    return {
      text: this.#columns.map((column) => column.text).join(', '),
      parameters: this.#columns.flatMap((column): readonly Parameter[] => column.parameters),
    };
  }

  /** A column of its own only for what is not selected anyway. */
  #columnOf(text: string): number {
    const known = this.#columns.findIndex((column) => column.text === text);
    return known >= 0 ? known : this.#columns.push(sql(text)) - 1;
  }

  #claim(key: string): boolean {
    const folded = key.toLowerCase();
    if (this.#keys.has(folded)) return false;
    this.#keys.add(folded);
    return true;
  }

  #value(key: string, expression: Expression): Entry {
    const column =
      this.#columns.push({ text: expression.text, parameters: expression.parameters }) - 1;
    if (expression.field.type === 'junctionIdList') this.idListColumns.push(column);
    return { key, kind: 'value', column, isBoolean: expression.field.type === 'boolean' };
  }

  #parentNode(
    from: RecordNode,
    parents: readonly ParentStep[],
    names: readonly string[],
  ): RecordNode {
    let node = from;
    for (const [level, step] of parents.entries())
      node = this.#child(node, names[level] ?? step.relationship, step);
    return node;
  }

  #child(node: RecordNode, key: string, step: ParentStep): RecordNode {
    for (const entry of node.entries) {
      if (entry.kind === 'parent' && entry.key === key) return entry.node;
    }
    const parent: MutableNode = {
      object: step.object?.name ?? 'Name',
      idColumn: undefined,
      entries: [],
    };
    this.addHelper(step.idSql, (column) => {
      parent.idColumn = column;
    });
    node.entries.push({ key, kind: 'parent', node: parent });
    return parent;
  }

  #addAddress(scope: Scope, node: RecordNode, expression: Expression): void {
    const { resolved } = expression;
    if (!resolved) return;
    this.hasAddress = true;
    const prefix = expression.field.name.replace(/Address$/, '');
    const columns = addressParts.map(([key, end]): readonly [string, number] => {
      return [key, this.#columns.push(sql(scope.part(resolved, prefix + end))) - 1];
    });
    node.entries.push({ key: expression.field.name, kind: 'address', columns });
  }
}

interface MutableNode extends RecordNode {
  idColumn: number | undefined;
}

/** One row of the result; its map of values is made when somebody asks for it. */
export class ResultRecord implements QueryRecord {
  readonly object: string;
  readonly id: string | undefined;
  readonly #node: RecordNode;
  readonly #row: SqlRow;
  readonly #children: ChildRows | undefined;
  #values: ReadonlyMap<string, QueryValue> | undefined;

  constructor(node: RecordNode, row: SqlRow, children?: ChildRows) {
    this.object = node.object;
    this.id = node.idColumn === undefined ? undefined : textOrNone(row[node.idColumn]);
    this.#node = node;
    this.#row = row;
    this.#children = children;
  }

  get values(): ReadonlyMap<string, QueryValue> {
    this.#values ??= this.#build();
    return this.#values;
  }

  #build(): ReadonlyMap<string, QueryValue> {
    const values = new Map<string, QueryValue>();
    for (const entry of this.#node.entries) values.set(entry.key, this.#valueOf(entry));
    return values;
  }

  #valueOf(entry: Entry): QueryValue {
    switch (entry.kind) {
      case 'value':
        return toFieldValue(this.#row[entry.column] ?? null, entry.isBoolean);
      case 'parent':
        return this.#parent(entry.node);
      case 'address':
        return this.#address(entry.columns);
      case 'typeof':
        return this.#behindTypeof(entry.parent);
      case 'children':
        return this.#children?.(entry.index, this.id ?? '') ?? [];
    }
  }

  #behindTypeof({ idColumn, byPrefix, otherwise }: TypeofNode): QueryRecord | null {
    const id = textOrNone(idColumn === undefined ? undefined : this.#row[idColumn]);
    if (id === undefined) return null;
    return new ResultRecord(byPrefix.get(id.slice(0, 3)) ?? otherwise, this.#row);
  }

  #parent(node: RecordNode): QueryRecord | null {
    const isThere = node.idColumn !== undefined && this.#row[node.idColumn] != null;
    return isThere ? new ResultRecord(node, this.#row) : null;
  }

  #address(columns: readonly (readonly [string, number])[]): QueryRecord | null {
    const values = columns.map(([key, column]) => [key, this.#row[column] ?? null] as const);
    if (values.every(([, value]) => value === null)) return null;
    return { object: 'Address', values: new Map(values) };
  }
}

/** Rows of a child query by its place in the SELECT list and the parent's id. */
export type ChildRows = (index: number, parentId: string) => readonly QueryRecord[];

export function toFieldValue(value: SqlValue, isBoolean: boolean): FieldValue {
  return isBoolean && value !== null ? value === 1 : value;
}

function textOrNone(value: SqlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
