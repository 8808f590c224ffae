import { OrgError } from '../errors.ts';
import { unknownObject } from '../schema/org-schema.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import { Expressions } from './functions.ts';
import { queryError } from './query-error.ts';
import { Aliases, Scope } from './scope.ts';
import type { Sql } from './sql-builder.ts';
import type { Query } from './syntax.ts';

/** What of a query's SQL depends on the run. */
export interface Variant {
  readonly allRows: boolean;
  /** Text holds letters beyond ASCII: fold them all instead of relying on the columns' collation. */
  readonly foldText: boolean;
  /** A bind is null or holds null. */
  readonly nullBinds: boolean;
}

/** What queries see of the org: all of it, or what one user may see. */
export interface QueryView {
  readonly schema: Schema;
  /** The whole org's: formulas read what the user may not. */
  readonly formulaSchema: Schema;
  /** SQL condition for the rows of an object that show, over their alias; undefined when all do. */
  rowFilter(object: ObjectSchema, alias: string): Sql | undefined;
}

/** One object in FROM with what can be said about its fields. */
export interface From {
  readonly scope: Scope;
  readonly expressions: Expressions;
}

/** What all parts of planning one query share. */
export class PlanContext {
  readonly view: QueryView;
  readonly soql: string;
  readonly variant: Variant;
  readonly #aliases = new Aliases();

  constructor(view: QueryView, soql: string, variant: Variant) {
    this.view = view;
    this.soql = soql;
    this.variant = variant;
  }

  get schema(): Schema {
    return this.view.schema;
  }

  malformed(at: number, reason: string): OrgError {
    return queryError('MALFORMED_QUERY', this.soql, at, reason);
  }

  invalidField(at: number, reason: string): OrgError {
    return queryError('INVALID_FIELD', this.soql, at, reason);
  }

  /** The object a query names. @throws OrgError INVALID_TYPE, INVALID_TYPE_FOR_OPERATION */
  objectOf(query: Query): ObjectSchema {
    const { name, at } = query.from;
    const object = this.schema.find(name);
    if (!object) throw queryError('INVALID_TYPE', this.soql, at, unknownObject(name).message);
    if (object.queryable) return object;
    throw new OrgError(
      'INVALID_TYPE_FOR_OPERATION',
      `entity type ${object.name} does not support query`,
    );
  }

  from(query: Query, object: ObjectSchema): From {
    const scope = new Scope(this.view, this.soql, object, query.from.alias, this.#aliases);
    return { scope, expressions: new Expressions(this.soql, scope) };
  }
}
