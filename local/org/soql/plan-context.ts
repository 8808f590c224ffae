import { OrgError } from '../errors.ts';
import { unknownObject } from '../schema/org-schema.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import { Expressions } from './functions.ts';
import { queryError } from './query-error.ts';
import { Aliases, Scope } from './scope.ts';
import type { Query } from './syntax.ts';

/** What of a query's SQL depends on the run. */
export interface Variant {
  readonly allRows: boolean;
  /** Text holds letters beyond ASCII: fold them all instead of relying on the columns' collation. */
  readonly foldText: boolean;
  /** A bind is null or holds null. */
  readonly nullBinds: boolean;
}

/** One object in FROM with what can be said about its fields. */
export interface From {
  readonly scope: Scope;
  readonly expressions: Expressions;
}

/** What all parts of planning one query share. */
export class PlanContext {
  readonly schema: Schema;
  readonly soql: string;
  readonly variant: Variant;
  readonly #aliases = new Aliases();

  constructor(schema: Schema, soql: string, variant: Variant) {
    this.schema = schema;
    this.soql = soql;
    this.variant = variant;
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
    const scope = new Scope(this.schema, this.soql, object, query.from.alias, this.#aliases);
    return { scope, expressions: new Expressions(this.soql, scope) };
  }
}
