import type { FieldType } from '../schema/schema.ts';
import { FormulaError } from './formula-syntax.ts';

export type FormulaType = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'null';

/** A part of a formula as SQL, with the type of its value. Booleans are 0 and 1. */
export interface FormulaValue {
  readonly sql: string;
  readonly type: FormulaType;
}

export function formulaType(type: FieldType): FormulaType {
  switch (type) {
    case 'boolean':
    case 'date':
    case 'datetime':
      return type;
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return 'number';
    case 'address':
    case 'junctionIdList':
    case 'time':
    case 'encryptedstring':
    case 'multipicklist':
      throw new FormulaError(`fields of type ${type} cannot be used in formulas of this org`);
    default:
      return 'text';
  }
}

/** SQL of the value where that type is needed. @throws FormulaError in Salesforce's words */
export function as(type: FormulaType, value: FormulaValue, where: string): string {
  if (value.type === type) return value.sql;
  if (value.type === 'null') return 'NULL';
  throw new FormulaError(
    `Incorrect parameter type for ${where}. Expected ${nameOf(type)}, received ${nameOf(value.type)}`,
  );
}

function nameOf(type: FormulaType): string {
  return type === 'datetime' ? 'DateTime' : type.charAt(0).toUpperCase() + type.slice(1);
}

/** A text in SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
