import { javaRegex } from '../apex/platform/language/java-regex.ts';
import type { ObjectSchema, Schema } from '../schema/schema.ts';
import type { SqlValue } from '../store/database.ts';
import { FormulaError, type FormulaNode } from './formula-syntax.ts';
import { as, type FormulaValue, quoteText } from './formula-values.ts';

/** Aliases a formula about a save finds its rows by: the record as it will be, as it was, and who saves it. */
export const SAVE_ALIASES = { row: 'r', prior: 'p', user: 'u' } as const;

/** Reads a field, or a field of a parent, of the row an alias stands for. */
export interface FieldReader {
  resolve(object: ObjectSchema, path: readonly string[], alias: string): FormulaValue;
}

/** What a formula about a save may say beyond what any formula may; undefined for everything else. */
export type SpecialForms = (
  node: FormulaNode,
  compile: (node: FormulaNode) => FormulaValue,
) => FormulaValue | undefined;

/** ISNEW, ISCHANGED, PRIORVALUE, REGEX, `$User…`, `$Profile…` and `$Permission…`. */
export function saveFunctions(
  reader: FieldReader,
  schema: Schema,
  object: ObjectSchema,
): SpecialForms {
  const { row, prior, user } = SAVE_ALIASES;
  const isNew = `(${prior}."Id" IS NULL)`;

  /** The one argument, a field of the record itself. */
  function fieldOf(node: FormulaNode & { kind: 'call' }): readonly string[] {
    const [argument] = node.arguments;
    if (node.arguments.length === 1 && argument?.kind === 'field' && argument.path.length === 1) {
      return argument.path;
    }
    throw new FormulaError(`Incorrect parameter for function '${node.name}()'. Expected a field`);
  }

  function isChanged(node: FormulaNode & { kind: 'call' }): FormulaValue {
    const path = fieldOf(node);
    const now = reader.resolve(object, path, row).sql;
    const before = reader.resolve(object, path, prior).sql;
    return { type: 'boolean', sql: `(NOT ${isNew} AND ${now} IS NOT ${before})` };
  }

  /** Of a new record the value it has now. */
  function priorValue(node: FormulaNode & { kind: 'call' }): FormulaValue {
    const path = fieldOf(node);
    const now = reader.resolve(object, path, row);
    const before = reader.resolve(object, path, prior);
    return { type: now.type, sql: `(CASE WHEN ${isNew} THEN ${now.sql} ELSE ${before.sql} END)` };
  }

  return (node, compile) => {
    if (node.kind === 'field') return globalField(node.path);
    if (node.kind !== 'call') return undefined;
    switch (node.name) {
      case 'ISNEW':
        return { type: 'boolean', sql: isNew };
      case 'ISCHANGED':
        return isChanged(node);
      case 'PRIORVALUE':
        return priorValue(node);
      case 'REGEX':
        return regex(node, compile);
      default:
        return undefined;
    }
  };

  function globalField([first = '', ...rest]: readonly string[]): FormulaValue | undefined {
    const users = schema.require('User');
    switch (first.toLowerCase()) {
      case '$user':
        return reader.resolve(users, rest, user);
      case '$profile':
        return reader.resolve(users, ['Profile', ...rest], user);
      case '$permission':
        return permission(rest);
      default:
        return undefined;
    }
  }
}

/** Whether a permission set of the user grants a custom permission. That there is one of that name, a deploy checks. */
function permission(path: readonly string[]): FormulaValue {
  const [name, ...rest] = path;
  if (name === undefined || rest.length > 0) {
    throw new FormulaError(
      `Field ${['$Permission', ...path].join('.')} does not exist. Check spelling.`,
    );
  }
  return {
    type: 'boolean',
    sql: `EXISTS (SELECT 1 FROM "o_permissionsetassignment" AS pa
        JOIN "o_setupentityaccess" AS pe ON pe."ParentId" = pa."PermissionSetId"
        JOIN "o_custompermission" AS pp ON pp."Id" = pe."SetupEntityId"
       WHERE pa."AssigneeId" = ${SAVE_ALIASES.user}."Id" AND lower(pp."DeveloperName") = lower(${quoteText(name)})
         AND (pa."ExpirationDate" IS NULL OR pa."ExpirationDate" > org_now()))`,
  };
}

/** True when the whole text fits the pattern, a Java regular expression. */
function regex(
  { arguments: args }: FormulaNode & { kind: 'call' },
  compile: (node: FormulaNode) => FormulaValue,
): FormulaValue {
  const [text, pattern] = args;
  if (text === undefined || pattern === undefined || args.length !== 2) {
    throw new FormulaError(`Incorrect number of parameters for function 'REGEX()'. Expected 2`);
  }
  if (pattern.kind === 'text') requirePattern(pattern.value);
  const where = "function 'REGEX()'";
  const parts = [text, pattern].map((node) => as('text', compile(node), where));
  return { type: 'boolean', sql: `regex_matches(${parts.join(', ')})` };
}

function requirePattern(pattern: string): void {
  try {
    javaRegex(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormulaError(`function 'REGEX()': ${reason}`);
  }
}

/** The SQL function behind REGEX. */
export function regexMatches(text: SqlValue = null, pattern: SqlValue = null): SqlValue {
  const value = text === null ? '' : String(text);
  const [match] = value.match(javaRegex(`^(?:${String(pattern ?? '')})$`)) ?? [];
  return match === value ? 1 : 0;
}
