import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestOrg } from '../../unit/org/support.ts';

/**
 * WHERE against a reference that evaluates the same condition in JavaScript, over rows that hold every mixture of
 * values and of nothing.
 */
interface Row {
  readonly Id: string;
  readonly Site: string | null;
  readonly Rating: string | null;
  readonly NumberOfEmployees: number | null;
  readonly AnnualRevenue: number | null;
}

type Field = 'Site' | 'Rating' | 'NumberOfEmployees' | 'AnnualRevenue';
type Condition =
  | {
      readonly kind: 'compare';
      readonly field: Field;
      readonly operator: string;
      readonly value: string | number | null;
    }
  | {
      readonly kind: 'in';
      readonly field: Field;
      readonly negated: boolean;
      readonly values: readonly (string | number | null)[];
    }
  | { readonly kind: 'like'; readonly field: 'Site' | 'Rating'; readonly pattern: string }
  | { readonly kind: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition };

const texts = ['a', 'A', 'ab', 'B', 'ä', 'Ä', 'a%', 'a_b', "o'x", 'x\\y'];
const numbers = [-1, 0, 1, 2.5, 10];

const org = openTestOrg();
const rows: Row[] = [];
for (const Site of [null, ...texts]) {
  for (const Rating of [null, 'Hot', 'cold']) {
    for (const AnnualRevenue of [null, ...numbers]) {
      const NumberOfEmployees =
        AnnualRevenue === null ? 7 : Number.isInteger(AnnualRevenue) ? AnnualRevenue : null;
      const values = { Site, Rating, AnnualRevenue, NumberOfEmployees };
      rows.push({ Id: org.insert('Account', { Name: 'x', ...values }), ...values });
    }
  }
}

const textValue = fc.oneof(fc.constantFrom(...texts, 'hot', 'COLD'), fc.constant(null));
const numberValue = fc.oneof(fc.constantFrom(...numbers), fc.constant(null));
const textField = fc.constantFrom('Site' as const, 'Rating' as const);
const numberField = fc.constantFrom('NumberOfEmployees' as const, 'AnnualRevenue' as const);

const comparison: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    field: textField,
    operator: fc.constantFrom('=', '!='),
    value: textValue,
  }),
  fc
    .record({
      kind: fc.constant('compare' as const),
      field: numberField,
      operator: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      value: numberValue,
    })
    .filter((condition) => condition.value !== null || /^!?=$/.test(condition.operator)),
  fc.record({
    kind: fc.constant('in' as const),
    field: textField,
    negated: fc.boolean(),
    values: fc.array(textValue, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: numberField,
    negated: fc.boolean(),
    values: fc.array(numberValue, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('like' as const),
    field: textField,
    pattern: fc.constantFrom('a%', '%b', '_', 'Ä%', 'a\\%', '%\\_%', '%', "o'_", 'x\\\\y'),
  }),
);

const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      items: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), item: tie('condition') }),
  ),
}));

function literal(value: string | number | null): string {
  return typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value);
}

function toSoql(one: Condition): string {
  switch (one.kind) {
    case 'compare':
      return `${one.field} ${one.operator} ${literal(one.value)}`;
    case 'in':
      return `${one.field} ${one.negated ? 'NOT IN' : 'IN'} (${one.values.map(literal).join(', ')})`;
    case 'like':
      return `${one.field} LIKE '${one.pattern.replaceAll("'", "\\'")}'`;
    case 'not':
      return `(NOT (${toSoql(one.item)}))`;
    default:
      return `(${one.items.map(toSoql).join(one.kind === 'and' ? ' AND ' : ' OR ')})`;
  }
}

const fold = (value: string | number | null) =>
  typeof value === 'string' ? value.toLowerCase() : value;

function holds(one: Condition, row: Row): boolean {
  switch (one.kind) {
    case 'compare':
      return compare(fold(row[one.field]), one.operator, fold(one.value));
    case 'in':
      return one.values.map(fold).includes(fold(row[one.field])) !== one.negated;
    case 'like':
      return like(row[one.field], one.pattern);
    case 'not':
      return !holds(one.item, row);
    case 'and':
      return one.items.every((item) => holds(item, row));
    case 'or':
      return one.items.some((item) => holds(item, row));
  }
}

function compare(
  left: string | number | null,
  operator: string,
  right: string | number | null,
): boolean {
  if (operator === '=') return left === right;
  if (operator === '!=') return left !== right;
  if (left === null || right === null) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function like(value: string | number | null, pattern: string): boolean {
  if (typeof value !== 'string') return false;
  const source = pattern.replace(/\\?[\s\S]/g, (part) => {
    if (part === '%') return '[\\s\\S]*';
    if (part === '_') return '[\\s\\S]';
    return part.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'iu').test(value);
}

function answer(
  soql: string,
  binds?: ReadonlyMap<string, string | number | null | readonly (string | number | null)[]>,
): unknown[] {
  return org.query(soql, binds ? { binds } : {}).map((row) => row['Id']);
}

test('every condition finds the rows for which it holds', () => {
  fc.assert(
    fc.property(condition, (one) => {
      const expected = rows.filter((row) => holds(one, row)).map((row) => row.Id);
      expect(answer(`SELECT Id FROM Account WHERE ${toSoql(one)}`)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

test('a condition and its negation share no row and leave none out', () => {
  fc.assert(
    fc.property(condition, (one) => {
      const found = answer(`SELECT Id FROM Account WHERE ${toSoql(one)}`);
      const others = answer(`SELECT Id FROM Account WHERE NOT (${toSoql(one)})`);
      expect(new Set([...found, ...others]).size).toBe(rows.length);
      expect(found.length + others.length).toBe(rows.length);
    }),
    { numRuns: 200 },
  );
});

test('a bind means what the same literal means', () => {
  fc.assert(
    fc.property(comparison, (one) => {
      if (one.kind === 'like') {
        expect(
          answer(
            `SELECT Id FROM Account WHERE ${one.field} LIKE :x`,
            new Map([['x', one.pattern]]),
          ),
        ).toEqual(answer(`SELECT Id FROM Account WHERE ${toSoql(one)}`));
      } else if (one.kind === 'compare') {
        expect(
          answer(
            `SELECT Id FROM Account WHERE ${one.field} ${one.operator} :x`,
            new Map([['x', one.value]]),
          ),
        ).toEqual(answer(`SELECT Id FROM Account WHERE ${toSoql(one)}`));
      } else if (one.kind === 'in') {
        const soql = `SELECT Id FROM Account WHERE ${one.field} ${one.negated ? 'NOT IN' : 'IN'} :x`;
        expect(answer(soql, new Map([['x', one.values]]))).toEqual(
          answer(`SELECT Id FROM Account WHERE ${toSoql(one)}`),
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('COUNT() counts the rows the query gives', () => {
  fc.assert(
    fc.property(condition, fc.nat(50), (one, limit) => {
      const soql = `FROM Account WHERE ${toSoql(one)} LIMIT ${limit}`;
      const options = { nowMs: 0, userId: org.userId };
      expect(org.soql.count(org.soql.plan(`SELECT COUNT() ${soql}`), options)).toBe(
        answer(`SELECT Id ${soql}`).length,
      );
    }),
    { numRuns: 100 },
  );
});

test('no text breaks out of a query: it finds itself or is refused', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40, unit: 'grapheme' }), (text) => {
      fc.pre(text.trim() === text && text !== '');
      const id = org.insert('Lead', { LastName: 'x', Company: 'x', Title: text });
      const soql = `SELECT Id FROM Lead WHERE Title = '${text.replace(/[\\']/g, '\\$&')}'`;
      expect(org.query(soql).map((row) => row['Id'])).toContain(id);
      expect(
        org
          .query('SELECT Id FROM Lead WHERE Title = :x', { binds: new Map([['x', text]]) })
          .map((row) => row['Id']),
      ).toContain(id);
    }),
    { numRuns: 300 },
  );
});

test('any text at all is answered or refused as a query, never otherwise', () => {
  const word = fc.constantFrom(
    'SELECT',
    'Id',
    'FROM',
    'Account',
    'WHERE',
    'Name',
    '=',
    "'a'",
    '(',
    ')',
    ',',
    'IN',
    'NOT',
    'AND',
    'OR',
    'LIMIT',
    '1',
    'COUNT()',
    'GROUP',
    'BY',
    'constructor',
    '__proto__',
    'TODAY',
    ':x',
    '.',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
      ),
      (text) => {
        try {
          org.soql.plan(text);
        } catch (error) {
          expect(error).toMatchObject({
            name: 'OrgError',
            code: expect.stringMatching(/^(MALFORMED_QUERY|INVALID_)/),
          });
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
