import type { FieldSchema, ObjectSchema, Schema } from '../schema/schema.ts';
import { quote, tableName } from '../store/tables.ts';
import { compileCall } from './formula-functions.ts';
import { type BinaryOperator, FormulaError, type FormulaNode } from './formula-syntax.ts';
import {
  as,
  type FormulaType,
  type FormulaValue,
  formulaType,
  quoteText,
} from './formula-values.ts';
import { parseFormula } from './parse-formula.ts';
import { SAVE_ALIASES, type SpecialForms, saveFunctions } from './save-functions.ts';

/** How many formulas may read one another. */
const maxReferences = 10;

/**
 * SQL of a formula field's value for the row `alias` stands for. Parents are read by sub-selects, so it fits into any
 * statement. Now and today come from the SQL function `org_now`.
 * @throws FormulaError when the formula cannot be read, names what is not there, or uses what this org leaves out
 */
export function formulaSql(
  schema: Schema,
  object: ObjectSchema,
  field: FieldSchema,
  alias: string,
): string {
  return new FormulaCompiler(schema).field(object, field, alias).sql;
}

/**
 * SQL of a condition about a save, 1 where it holds. The statement around it gives the rows by `SAVE_ALIASES`.
 * @throws FormulaError as `formulaSql`
 */
export function conditionSql(schema: Schema, object: ObjectSchema, formula: string): string {
  const compiler = new FormulaCompiler(schema);
  const special = saveFunctions(compiler, schema, object);
  const value = new ObjectFormula(compiler, object, SAVE_ALIASES.row, true, special).compile(
    parseFormula(formula),
  );
  return as('boolean', value, 'the error condition');
}

class FormulaCompiler {
  readonly #schema: Schema;
  #references = 0;
  #aliases = 0;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  field(object: ObjectSchema, field: FieldSchema, alias: string): FormulaValue {
    if (++this.#references > maxReferences)
      throw new FormulaError(`formula of ${field.name} refers to itself, or to too many others`);
    const value = new ObjectFormula(this, object, alias, field.blanksAsZero !== false).compile(
      parseFormula(field.formula ?? ''),
    );
    this.#references--;
    const wanted = formulaType(field.type);
    const sql = as(wanted, value, `formula '${field.name}'`);
    return { type: wanted, sql: finished(field, wanted, sql) };
  }

  /** A field of the object, or of a parent of it. */
  resolve(object: ObjectSchema, path: readonly string[], alias: string): FormulaValue {
    const [name = '', ...rest] = path;
    if (rest.length === 0) return this.#own(object, name, alias);
    const lookup = [...object.fields.values()].find(
      (field) => field.relationshipName?.toLowerCase() === name.toLowerCase(),
    );
    const [target] = lookup?.referenceTo ?? [];
    if (!lookup || target === undefined || lookup.referenceTo.length > 1) {
      throw new FormulaError(`Field ${path.join('.')} does not exist. Check spelling.`);
    }
    const parent = this.#schema.require(target);
    const inner = `f${this.#aliases++}`;
    const value = this.resolve(parent, rest, inner);
    const from = `${tableName(parent.name)} AS ${inner} WHERE ${inner}."Id" = ${alias}.${quote(lookup.name)}`;
    return { type: value.type, sql: `(SELECT ${value.sql} FROM ${from})` };
  }

  #own(object: ObjectSchema, name: string, alias: string): FormulaValue {
    const field = object.fields.get(name.toLowerCase());
    if (!field) throw new FormulaError(`Field ${name} does not exist. Check spelling.`);
    if (field.formula !== undefined) return this.field(object, field, alias);
    return { type: formulaType(field.type), sql: `${alias}.${quote(field.name)}` };
  }
}

/** The value in the form a stored field would have. */
function finished(field: FieldSchema, type: FormulaType, sql: string): string {
  if (type === 'number') return `round(${sql}, ${field.scale})`;
  if (type === 'boolean') return `coalesce(${sql}, 0)`;
  return type === 'text' ? `nullif(${sql}, '')` : sql;
}

class ObjectFormula {
  readonly #compiler: FormulaCompiler;
  readonly #object: ObjectSchema;
  readonly #alias: string;
  readonly #blanksAsZero: boolean;
  readonly #special: SpecialForms;

  constructor(
    compiler: FormulaCompiler,
    object: ObjectSchema,
    alias: string,
    blanksAsZero: boolean,
    special: SpecialForms = () => undefined,
  ) {
    this.#compiler = compiler;
    this.#object = object;
    this.#alias = alias;
    this.#blanksAsZero = blanksAsZero;
    this.#special = special;
  }

  compile(node: FormulaNode): FormulaValue {
    return this.#special(node, (part) => this.compile(part)) ?? this.#compile(node);
  }

  #compile(node: FormulaNode): FormulaValue {
    switch (node.kind) {
      case 'text':
        return { type: 'text', sql: quoteText(node.value) };
      case 'number':
        return { type: 'number', sql: String(node.value) };
      case 'boolean':
        return { type: 'boolean', sql: node.value ? '1' : '0' };
      case 'null':
        return { type: 'null', sql: 'NULL' };
      case 'field':
        return this.#compiler.resolve(this.#object, node.path, this.#alias);
      case 'call':
        return compileCall(
          node.name,
          node.arguments.map((argument) => this.compile(argument)),
        );
      case 'unary':
        return this.#unary(node.operator, this.compile(node.operand));
      case 'binary':
        return this.#binary(node.operator, this.compile(node.left), this.compile(node.right));
    }
  }

  #unary(operator: '-' | '!', operand: FormulaValue): FormulaValue {
    if (operator === '-') return { type: 'number', sql: `(-${this.#number(operand, operator)})` };
    return { type: 'boolean', sql: `(NOT coalesce(${as('boolean', operand, "operator '!'")}, 0))` };
  }

  #binary(operator: BinaryOperator, left: FormulaValue, right: FormulaValue): FormulaValue {
    switch (operator) {
      case '&&':
      case '||':
        return compileCall(operator === '&&' ? 'AND' : 'OR', [left, right]);
      case '=':
      case '<>':
        return this.#equality(operator, left, right);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#order(operator, left, right);
      case '&':
        return this.#concatenation(left, right);
      case '+':
      case '-':
        return this.#sum(operator, left, right);
      case '^':
        return {
          type: 'number',
          sql: `pow(${this.#number(left, operator)}, ${this.#number(right, operator)})`,
        };
      case '*':
        return {
          type: 'number',
          sql: `(${this.#number(left, operator)} * ${this.#number(right, operator)})`,
        };
      case '/':
        return {
          type: 'number',
          sql: `(CAST(${this.#number(left, operator)} AS REAL) / ${this.#number(right, operator)})`,
        };
    }
  }

  #number(value: FormulaValue, operator: string): string {
    const sql = as('number', value, `operator '${operator}'`);
    return this.#blanksAsZero ? `coalesce(${sql}, 0)` : sql;
  }

  #text(value: FormulaValue, operator: string): string {
    return `coalesce(${as('text', value, `operator '${operator}'`)}, '')`;
  }

  #concatenation(left: FormulaValue, right: FormulaValue): FormulaValue {
    return { type: 'text', sql: `(${this.#text(left, '&')} || ${this.#text(right, '&')})` };
  }

  /** Texts join, days are added to dates, dates give the days between them. */
  #sum(operator: '+' | '-', left: FormulaValue, right: FormulaValue): FormulaValue {
    if (operator === '+' && left.type === 'text') return this.#concatenation(left, right);
    if (left.type === 'date' || left.type === 'datetime') {
      if (operator === '-' && right.type === left.type) {
        return { type: 'number', sql: `(julianday(${left.sql}) - julianday(${right.sql}))` };
      }
      const format = left.type === 'date' ? '%Y-%m-%d' : '%Y-%m-%dT%H:%M:%fZ';
      const days = `(${operator}${this.#number(right, operator)}) || ' days'`;
      return { type: left.type, sql: `strftime('${format}', ${left.sql}, ${days})` };
    }
    return {
      type: 'number',
      sql: `(${this.#number(left, operator)} ${operator} ${this.#number(right, operator)})`,
    };
  }

  /** Texts are equal letter by letter, case included. */
  #equality(operator: '=' | '<>', left: FormulaValue, right: FormulaValue): FormulaValue {
    const type = this.#comparable(operator, left, right);
    const is = operator === '=' ? 'IS' : 'IS NOT';
    if (type === 'text')
      return {
        type: 'boolean',
        sql: `(${this.#text(left, operator)} ${is} ${this.#text(right, operator)} COLLATE BINARY)`,
      };
    if (type === 'number')
      return {
        type: 'boolean',
        sql: `(${this.#number(left, operator)} ${is} ${this.#number(right, operator)})`,
      };
    return { type: 'boolean', sql: `(${left.sql} ${is} ${right.sql})` };
  }

  #order(operator: string, left: FormulaValue, right: FormulaValue): FormulaValue {
    const type = this.#comparable(operator, left, right);
    if (type === 'boolean')
      throw new FormulaError(
        `Incorrect parameter type for operator '${operator}'. Expected Number, received Boolean`,
      );
    const [first, second] =
      type === 'number'
        ? [this.#number(left, operator), this.#number(right, operator)]
        : [left.sql, right.sql];
    return { type: 'boolean', sql: `coalesce(${first} ${operator} ${second}, 0)` };
  }

  #comparable(operator: string, left: FormulaValue, right: FormulaValue): FormulaType {
    if (left.type === right.type || right.type === 'null') return left.type;
    if (left.type === 'null') return right.type;
    throw new FormulaError(
      `Incorrect parameter type for operator '${operator}'. Expected ${left.type}, received ${right.type}`,
    );
  }
}
