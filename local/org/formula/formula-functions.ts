import { FormulaError } from './formula-syntax.ts';
import { as, type FormulaType, type FormulaValue } from './formula-values.ts';

/**
 * The functions formulas may call, as SQL. A function that is not here is refused by name.
 */
type Compile = (args: readonly FormulaValue[], name: string) => FormulaValue;

interface Definition {
  readonly min: number;
  readonly max: number;
  readonly compile: Compile;
}

const none: FormulaValue = { sql: 'NULL', type: 'null' };

function at(args: readonly FormulaValue[], index: number): FormulaValue {
  return args[index] ?? none;
}

/** A function whose arguments and result have fixed types; the template gets the arguments' SQL. */
function plain(
  result: FormulaType,
  types: readonly FormulaType[],
  template: (...sql: string[]) => string,
  optional = 0,
): Definition {
  return {
    min: types.length - optional,
    max: types.length,
    compile: (args, name) => ({
      type: result,
      sql: template(
        ...args.map((arg, index) => as(types[index] ?? 'null', arg, `function '${name}()'`)),
      ),
    }),
  };
}

function any(min: number, max: number, compile: Compile): Definition {
  return { min, max, compile };
}

/** Blank is a missing value, or a text without characters. */
function isBlank(value: FormulaValue): string {
  return value.type === 'text' ? `(coalesce(${value.sql}, '') = '')` : `(${value.sql} IS NULL)`;
}

function logical(operator: 'AND' | 'OR'): Definition {
  return any(1, 50, (args, name) => ({
    type: 'boolean',
    sql: `(${args.map((arg) => `coalesce(${as('boolean', arg, `function '${name}()'`)}, 0)`).join(` ${operator} `)})`,
  }));
}

/** The common type of values of which one will be chosen. */
function commonType(values: readonly FormulaValue[], name: string): FormulaType {
  const types = new Set(values.map((value) => value.type).filter((type) => type !== 'null'));
  if (types.size > 1)
    throw new FormulaError(
      `Incorrect parameter type for function '${name}()'. Results must have one type`,
    );
  const [type = 'null'] = types;
  return type;
}

function choose(
  condition: string,
  yes: FormulaValue,
  no: FormulaValue,
  name: string,
): FormulaValue {
  return {
    type: commonType([yes, no], name),
    sql: `(CASE WHEN ${condition} THEN ${yes.sql} ELSE ${no.sql} END)`,
  };
}

/** CASE(value, match, result, …, otherwise) */
function caseOf(args: readonly FormulaValue[], name: string): FormulaValue {
  if (args.length % 2 !== 0)
    throw new FormulaError(`Incorrect number of parameters for function '${name}()'`);
  const subject = at(args, 0);
  const otherwise = at(args, args.length - 1);
  const results: FormulaValue[] = [otherwise];
  const branches: string[] = [];
  for (let index = 1; index < args.length - 1; index += 2) {
    const match = at(args, index);
    const result = at(args, index + 1);
    commonType([subject, match], name);
    results.push(result);
    branches.push(`WHEN ${subject.sql} IS ${match.sql} THEN ${result.sql}`);
  }
  return {
    type: commonType(results, name),
    sql: `(CASE ${branches.join(' ')} ELSE ${otherwise.sql} END)`,
  };
}

function textOf(value: FormulaValue): string {
  switch (value.type) {
    case 'number':
      return `(CASE WHEN ${value.sql} = CAST(${value.sql} AS INTEGER) THEN CAST(CAST(${value.sql} AS INTEGER) AS TEXT) ELSE CAST(${value.sql} AS TEXT) END)`;
    case 'boolean':
      throw new FormulaError(
        "Incorrect parameter type for function 'TEXT()'. Expected Number, Date, DateTime, Picklist, received Boolean",
      );
    case 'datetime':
      return `(substr(${value.sql}, 1, 10) || ' ' || substr(${value.sql}, 12, 8) || 'Z')`;
    default:
      return value.sql;
  }
}

function datePart(format: string): Definition {
  return plain('number', ['date'], (date) => `CAST(strftime('${format}', ${date}) AS INTEGER)`);
}

const functions: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ['AND', logical('AND')],
  ['OR', logical('OR')],
  ['NOT', plain('boolean', ['boolean'], (x) => `(NOT coalesce(${x}, 0))`)],
  [
    'IF',
    any(3, 3, (args, name) =>
      choose(
        `coalesce(${as('boolean', at(args, 0), `function '${name}()'`)}, 0)`,
        at(args, 1),
        at(args, 2),
        name,
      ),
    ),
  ],
  ['CASE', any(4, 100, caseOf)],
  ['ISBLANK', any(1, 1, (args) => ({ type: 'boolean', sql: isBlank(at(args, 0)) }))],
  ['ISNULL', any(1, 1, (args) => ({ type: 'boolean', sql: isBlank(at(args, 0)) }))],
  [
    'BLANKVALUE',
    any(2, 2, (args, name) => choose(isBlank(at(args, 0)), at(args, 1), at(args, 0), name)),
  ],
  [
    'NULLVALUE',
    any(2, 2, (args, name) => choose(isBlank(at(args, 0)), at(args, 1), at(args, 0), name)),
  ],
  [
    'ISPICKVAL',
    plain(
      'boolean',
      ['text', 'text'],
      (field, value) => `(coalesce(${field}, '') = ${value} COLLATE BINARY)`,
    ),
  ],
  ['TEXT', any(1, 1, (args) => ({ type: 'text', sql: textOf(at(args, 0)) }))],
  ['VALUE', plain('number', ['text'], (x) => `CAST(${x} AS REAL)`)],
  ['LEN', plain('number', ['text'], (x) => `length(coalesce(${x}, ''))`)],
  ['LEFT', plain('text', ['text', 'number'], (x, n) => `substr(${x}, 1, max(0, ${n}))`)],
  [
    'RIGHT',
    plain(
      'text',
      ['text', 'number'],
      (x, n) => `substr(${x}, -max(0, min(length(${x}), ${n})), max(0, ${n}))`,
    ),
  ],
  [
    'MID',
    plain(
      'text',
      ['text', 'number', 'number'],
      (x, start, n) => `substr(${x}, max(1, ${start}), max(0, ${n}))`,
    ),
  ],
  ['UPPER', plain('text', ['text'], (x) => `upper(${x})`)],
  ['LOWER', plain('text', ['text'], (x) => `fold(${x})`)],
  ['TRIM', plain('text', ['text'], (x) => `trim(${x})`)],
  [
    'CONTAINS',
    plain(
      'boolean',
      ['text', 'text'],
      (x, part) => `(instr(coalesce(${x}, ''), coalesce(${part}, '')) > 0)`,
    ),
  ],
  [
    'BEGINS',
    plain(
      'boolean',
      ['text', 'text'],
      (x, part) => `(substr(coalesce(${x}, ''), 1, length(${part})) = ${part} COLLATE BINARY)`,
    ),
  ],
  [
    'FIND',
    plain(
      'number',
      ['text', 'text'],
      (part, x) => `instr(coalesce(${x}, ''), coalesce(${part}, ''))`,
    ),
  ],
  [
    'SUBSTITUTE',
    plain('text', ['text', 'text', 'text'], (x, old, fresh) => `replace(${x}, ${old}, ${fresh})`),
  ],
  ['ABS', plain('number', ['number'], (x) => `abs(${x})`)],
  ['ROUND', plain('number', ['number', 'number'], (x, digits) => `round(${x}, ${digits})`)],
  ['FLOOR', plain('number', ['number'], (x) => `floor(${x})`)],
  ['CEILING', plain('number', ['number'], (x) => `ceil(${x})`)],
  ['MOD', plain('number', ['number', 'number'], (x, by) => `mod(${x}, ${by})`)],
  [
    'MAX',
    any(2, 50, (args, name) => ({
      type: 'number',
      sql: `max(${args.map((arg) => as('number', arg, name)).join(', ')})`,
    })),
  ],
  [
    'MIN',
    any(2, 50, (args, name) => ({
      type: 'number',
      sql: `min(${args.map((arg) => as('number', arg, name)).join(', ')})`,
    })),
  ],
  ['TODAY', plain('date', [], () => 'substr(org_now(), 1, 10)')],
  ['NOW', plain('datetime', [], () => 'org_now()')],
  ['YEAR', datePart('%Y')],
  ['MONTH', datePart('%m')],
  ['DAY', datePart('%d')],
  ['WEEKDAY', plain('number', ['date'], (x) => `(CAST(strftime('%w', ${x}) AS INTEGER) + 1)`)],
  [
    'DATE',
    plain(
      'date',
      ['number', 'number', 'number'],
      (y, m, d) => `date(printf('%04d-%02d-%02d', ${y}, ${m}, ${d}))`,
    ),
  ],
  ['DATEVALUE', any(1, 1, (args) => ({ type: 'date', sql: `substr(${at(args, 0).sql}, 1, 10)` }))],
  ['CASESAFEID', plain('text', ['text'], (x) => x)],
]);

export function compileCall(name: string, args: readonly FormulaValue[]): FormulaValue {
  const definition = functions.get(name);
  if (!definition)
    throw new FormulaError(`function ${name}() is not supported in formulas of this org`);
  if (args.length < definition.min || args.length > definition.max) {
    throw new FormulaError(
      `Incorrect number of parameters for function '${name}()'. Expected ${definition.min}, received ${args.length}`,
    );
  }
  return definition.compile(args, name);
}
