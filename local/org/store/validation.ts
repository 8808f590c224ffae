import { OrgError } from '../errors.ts';
import { conditionSql } from '../formula/compile-formula.ts';
import { regexMatches, SAVE_ALIASES } from '../formula/save-functions.ts';
import type { FieldValues, ObjectSchema, Schema, ValidationRule } from '../schema/schema.ts';
import type { Database } from './database.ts';
import type { Draft } from './rules.ts';
import { encode, quote, tableOf } from './tables.ts';

interface CompiledRules {
  readonly version: number;
  readonly rules: readonly ValidationRule[];
  /** One column a rule, 1 where the record breaks it. */
  readonly sql: string;
}

/**
 * Validation rules: formulas that are true for a record that may not be saved. They run on the row as it will be
 * stored, beside the row as it was, before anything is written.
 */
export class Validation {
  readonly #schema: Schema;
  readonly #database: Database;
  readonly #compiled = new Map<string, CompiledRules>();

  constructor(schema: Schema, database: Database) {
    this.#schema = schema;
    this.#database = database;
    database.defineFunctionOnce('regex_matches', regexMatches);
  }

  /** @throws OrgError FIELD_CUSTOM_VALIDATION_EXCEPTION for the first broken rule, which carries the others */
  check({ object, row, before, context }: Draft): void {
    const { rules, sql } = this.#rulesOf(object);
    if (rules.length === 0) return;
    const broken = this.#database.row(
      sql,
      ...valuesOf(object, row),
      ...valuesOf(object, before ?? {}),
      context.userId,
    );
    const failures = rules.filter((_, index) => broken?.[index] === 1).map(failureOf);
    const [first, ...others] = failures;
    if (first !== undefined) throw first.with(others);
  }

  #rulesOf(object: ObjectSchema): CompiledRules {
    const known = this.#compiled.get(object.name);
    if (known?.version === this.#schema.version) return known;
    const rules = (object.validationRules ?? []).filter(({ active }) => active);
    const sql = rules.length === 0 ? '' : this.#compile(object, rules);
    const compiled = { version: this.#schema.version, rules, sql };
    this.#compiled.set(object.name, compiled);
    return compiled;
  }

  #compile(object: ObjectSchema, rules: readonly ValidationRule[]): string {
    const { row, prior, user } = SAVE_ALIASES;
    const columns = tableOf(object)
      .columns.map(({ name }) => `? AS ${quote(name)}`)
      .join(', ');
    const conditions = rules.map(({ condition }) => {
      return `coalesce(${conditionSql(this.#schema, object, condition)}, 0)`;
    });
    return (
      `SELECT ${conditions.join(', ')} FROM (SELECT ${columns}) AS ${row} ` +
      `JOIN (SELECT ${columns}) AS ${prior} LEFT JOIN "o_user" AS ${user} ON ${user}."Id" = ?`
    );
  }
}

function valuesOf(object: ObjectSchema, row: FieldValues) {
  return tableOf(object).columns.map(({ name }) => encode(row[name]));
}

function failureOf({ message, field }: ValidationRule): OrgError {
  const fields = field === undefined ? [] : [field];
  return new OrgError('FIELD_CUSTOM_VALIDATION_EXCEPTION', message, { fields });
}
