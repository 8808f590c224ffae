import type { OrgError } from '../errors.ts';
import { formulaSql } from '../formula/compile-formula.ts';
import type { FieldSchema, ObjectSchema } from '../schema/schema.ts';
import { idListSql, isComputed, quote, tableName } from '../store/tables.ts';
import { nameFields } from './name-object.ts';
import type { QueryView } from './plan-context.ts';
import { queryError } from './query-error.ts';
import type { Path } from './syntax.ts';

/** How many look-ups a path may follow. */
const maxLevels = 5;

/** A field that a path leads to. */
export interface ResolvedField {
  readonly field: FieldSchema;
  /** SQL expression of its value. */
  readonly sql: string;
  /** The parts of the path in the schema's spelling. */
  readonly names: readonly string[];
  /** Look-ups on the way, outermost first; empty for a field of the object itself. */
  readonly parents: readonly ParentStep[];
  /** True when the SQL is a plain column, which knows its own collation. */
  readonly isColumn: boolean;
}

/** One look-up followed: who the parent is, and how to tell that there is none. */
export interface ParentStep {
  readonly relationship: string;
  /** Undefined when the look-up may point at several objects. */
  readonly object: ObjectSchema | undefined;
  /** SQL of the parent's id; NULL when there is no parent. */
  readonly idSql: string;
}

/** A look-up whose record may be of several objects. */
export interface PolymorphicLookup {
  readonly relationship: string;
  /** Object names. */
  readonly targets: readonly string[];
  /** SQL of the parent's id. */
  readonly idSql: string;
}

/** Where a path goes on from. */
interface PathStart {
  readonly object: ObjectSchema;
  readonly alias: string;
  readonly key: string;
  readonly steps: readonly ParentStep[];
}

/** Counts table aliases of one SQL statement. */
export class Aliases {
  #count = 0;

  next(): string {
    return `t${this.#count++}`;
  }
}

/** One object in FROM, with the parents its paths reach as left joins. */
export class Scope {
  readonly object: ObjectSchema;
  readonly alias: string;
  readonly #view: QueryView;
  readonly #soql: string;
  readonly #name: string | undefined;
  readonly #aliases: Aliases;
  readonly #joins = new Map<string, { alias: string; sql: string }>();

  constructor(
    view: QueryView,
    soql: string,
    object: ObjectSchema,
    name: string | undefined,
    aliases: Aliases,
  ) {
    this.#view = view;
    this.#soql = soql;
    this.#name = name?.toLowerCase();
    this.#aliases = aliases;
    this.object = object;
    this.alias = aliases.next();
  }

  /** `"o_contact" AS t0 LEFT JOIN …`; complete once all paths are resolved. */
  get fromSql(): string {
    const joins = [...this.#joins.values()].map((join) => ` ${join.sql}`);
    return `${tableName(this.object.name)} AS ${this.alias}${joins.join('')}`;
  }

  /** Parents that the paths so far reach. */
  get parentCount(): number {
    return this.#joins.size;
  }

  /** @throws OrgError INVALID_FIELD in Salesforce's words */
  resolve(path: Path): ResolvedField {
    const parts = this.#withoutPrefix(path.parts);
    if (parts.length - 1 > maxLevels) {
      throw queryError(
        'MALFORMED_QUERY',
        this.#soql,
        path.at,
        `Relationship path has more than ${maxLevels} levels: ${path.parts.join('.')}`,
      );
    }
    return this.#follow(path, parts);
  }

  #withoutPrefix(parts: readonly string[]): readonly string[] {
    const first = parts[0]?.toLowerCase();
    if (parts.length < 2 || first === undefined) return parts;
    const isPrefix =
      first === this.#name ||
      (first === this.object.name.toLowerCase() && !relationshipOf(this.object, first));
    return isPrefix ? parts.slice(1) : parts;
  }

  /**
   * The look-up to several objects that TYPEOF names.
   * @throws OrgError INVALID_FIELD, MALFORMED_QUERY for a look-up to one object
   */
  polymorphic(path: Path): PolymorphicLookup {
    const [name = '', ...rest] = this.#withoutPrefix(path.parts);
    const lookup = relationshipOf(this.object, name.toLowerCase());
    if (!lookup?.relationshipName || rest.length > 0) throw this.#noRelationship(path, name);
    if (lookup.referenceTo.length < 2) {
      const reason = `TYPEOF needs a relationship to several objects: ${lookup.relationshipName}`;
      throw queryError('MALFORMED_QUERY', this.#soql, path.at, reason);
    }
    return {
      relationship: lookup.relationshipName,
      targets: lookup.referenceTo,
      idSql: `${this.alias}.${quote(lookup.name)}`,
    };
  }

  /** A field of one of the objects behind a look-up to several. @throws OrgError INVALID_FIELD */
  resolveBehind(lookup: PolymorphicLookup, object: ObjectSchema, path: Path): ResolvedField {
    const key = `${lookup.relationship.toLowerCase()}:${object.name}/`;
    const alias = this.#join(key, object, lookup.idSql);
    const step = { relationship: lookup.relationship, object, idSql: `${alias}."Id"` };
    return this.#follow(path, path.parts, { object, alias, key, steps: [step] });
  }

  #follow(path: Path, parts: readonly string[], from?: PathStart): ResolvedField {
    let { object, alias } = from ?? this;
    let key = from?.key ?? '';
    const steps: ParentStep[] = [...(from?.steps ?? [])];
    for (const part of parts.slice(0, -1)) {
      const lookup = relationshipOf(object, part.toLowerCase());
      const [target] = lookup?.referenceTo ?? [];
      if (!lookup?.relationshipName || !target) throw this.#noRelationship(path, part);
      if (lookup.referenceTo.length > 1) {
        return this.#nameField(path, parts, steps, { lookup, alias });
      }
      key += `${lookup.name.toLowerCase()}/`;
      object = this.#view.schema.require(target);
      alias = this.#join(key, object, `${alias}.${quote(lookup.name)}`);
      steps.push({ relationship: lookup.relationshipName, object, idSql: `${alias}."Id"` });
    }
    const field = object.fields.get((parts.at(-1) ?? '').toLowerCase());
    if (!field) throw this.#noColumn(path, parts.at(-1) ?? '', object.name);
    return {
      field,
      sql: this.#fieldSql(object, field, alias),
      names: [...steps.map((step) => step.relationship), field.name],
      parents: steps,
      isColumn: !isComputed(field),
    };
  }

  #fieldSql(object: ObjectSchema, field: FieldSchema, alias: string): string {
    if (field.formula !== undefined) return this.#formulaSql(object, field, alias);
    if (field.idList !== undefined) return idListSql(field.idList, alias);
    return field.type === 'address' ? 'NULL' : `${alias}.${quote(field.name)}`;
  }

  #formulaSql(object: ObjectSchema, field: FieldSchema, alias: string): string {
    const { formulaSchema } = this.#view;
    return formulaSql(formulaSchema, formulaSchema.require(object.name), field, alias);
  }

  /** The parts of a compound address, beside the field itself. */
  part(resolved: ResolvedField, name: string): string {
    const { alias } = this;
    const owner = resolved.parents.at(-1);
    return owner ? owner.idSql.replace('"Id"', quote(name)) : `${alias}.${quote(name)}`;
  }

  #join(key: string, object: ObjectSchema, idSql: string): string {
    const known = this.#joins.get(key);
    if (known) return known.alias;
    const alias = this.#aliases.next();
    this.#joins.set(key, {
      alias,
      sql: `LEFT JOIN ${tableName(object.name)} AS ${alias} ON ${alias}."Id" = ${idSql}`,
    });
    return alias;
  }

  /** A look-up to several objects shows the fields that all named things share. */
  #nameField(
    path: Path,
    parts: readonly string[],
    steps: readonly ParentStep[],
    from: { lookup: FieldSchema; alias: string },
  ): ResolvedField {
    const { lookup, alias } = from;
    const [relationship = '', ...rest] = parts.slice(steps.length);
    const [name = ''] = rest;
    if (rest.length > 1) throw this.#noRelationship(path, name);
    const idSql = `${alias}.${quote(lookup.name)}`;
    const field = nameFields.get(name.toLowerCase());
    if (!field) throw this.#noColumn(path, name, 'Name');
    return {
      field,
      sql: this.#nameSql(lookup, field, idSql),
      names: [
        ...steps.map((step) => step.relationship),
        lookup.relationshipName ?? relationship,
        field.name,
      ],
      parents: [
        ...steps,
        { relationship: lookup.relationshipName ?? relationship, object: undefined, idSql },
      ],
      isColumn: false,
    };
  }

  #nameSql(lookup: FieldSchema, field: FieldSchema, idSql: string): string {
    if (field.name === 'Id') return idSql;
    const branches = lookup.referenceTo.flatMap((target) => {
      const object = this.#view.schema.find(target);
      if (object === undefined) return [];
      return `WHEN '${object.keyPrefix}' THEN ${nameBranch(object, field, idSql)}`;
    });
    return branches.length === 0
      ? 'NULL'
      : `(CASE substr(${idSql}, 1, 3) ${branches.join(' ')} END)`;
  }

  #noRelationship(path: Path, name: string): OrgError {
    return queryError(
      'INVALID_FIELD',
      this.#soql,
      path.at,
      `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be ` +
        "sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call " +
        'for the appropriate names.',
    );
  }

  #noColumn(path: Path, name: string, entity: string): OrgError {
    return queryError(
      'INVALID_FIELD',
      this.#soql,
      path.at,
      `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append ` +
        "the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
    );
  }
}

function relationshipOf(object: ObjectSchema, lowerName: string): FieldSchema | undefined {
  for (const field of object.fields.values()) {
    if (field.relationshipName?.toLowerCase() === lowerName) return field;
  }
  return undefined;
}

function nameBranch(object: ObjectSchema, field: FieldSchema, idSql: string): string {
  if (field.name === 'Type') return `'${object.name}'`;
  const column =
    field.name === 'Name' ? nameColumn(object) : object.fields.get(field.name.toLowerCase())?.name;
  if (column === undefined) return 'NULL';
  return `(SELECT ${quote(column)} FROM ${tableName(object.name)} WHERE "Id" = ${idSql})`;
}

function nameColumn(object: ObjectSchema): string | undefined {
  for (const field of object.fields.values()) {
    if (field.nameField) return field.name;
  }
  return undefined;
}
