import { describe, expect, it } from 'vitest';
import { evaluate, run } from '../../../support/org/apex-snippet.ts';

function table(name: string, rows: readonly (readonly [expression: string, result: string])[]) {
  describe(name, () => {
    it.each(rows)('%s → %s', (expression, result) => {
      expect(evaluate(expression)).toBe(result);
    });
  });
}

table('Integer arithmetic', [
  ['7 / 2', '3'],
  ['-7 / 2', '-3'],
  ['2147483647 + 1', '-2147483648'],
  ['-2147483648 - 1', '2147483647'],
  ['100000 * 100000', '1410065408'],
  ['-(-5)', '5'],
  ['+5', '5'],
  ['1 + 2 * 3', '7'],
  ['(1 + 2) * 3', '9'],
]);

table('Long arithmetic', [
  ['2147483647L + 1', '2147483648'],
  ['2147483647 + 1L', '2147483648'],
  ['9223372036854775807L + 1', '-9223372036854775808'],
  ['10L / 4', '2'],
]);

table('Decimal and Double arithmetic', [
  ['1.10 + 2.2', '3.30'],
  ['1.5 * 1.5', '2.25'],
  ['1 / 3.0', '0.33333333333333333333333333333333'],
  ['10.0 / 4', '2.5'],
  ['6.00 / 2', '3.00'],
  ['-1.5', '-1.5'],
  ['1.5d * 2', '3.0'],
  ['0.1d + 0.2d', '0.30000000000000004'],
  ['0.1 + 0.2', '0.3'],
  ['1 + 1.0', '2.0'],
]);

table('bits', [
  ['6 & 3', '2'],
  ['6 | 3', '7'],
  ['6 ^ 3', '5'],
  ['~5', '-6'],
  ['1 << 4', '16'],
  ['-16 >> 2', '-4'],
  ['-1 >>> 28', '15'],
  ['1L << 40', '1099511627776'],
  ['true & false', 'false'],
  ['true | false', 'true'],
  ['true ^ true', 'false'],
]);

table('equality', [
  ["'abc' == 'ABC'", 'true'],
  ["'abc' === 'ABC'", 'false'],
  ["'abc' != 'ABC'", 'false'],
  ["'abc' <> 'abd'", 'true'],
  ["'abc'.equals('ABC')", 'false'],
  ["'abc' == null", 'false'],
  ['1 == 1.0', 'true'],
  ['1 == 1L', 'true'],
  ['1.50 == 1.5', 'true'],
  ['Date.newInstance(2026, 1, 2) == Date.newInstance(2026, 1, 2)', 'true'],
  ['new List<Integer>{ 1, 2 } == new List<Integer>{ 1, 2 }', 'true'],
  ['new List<Integer>{ 1, 2 } === new List<Integer>{ 1, 2 }', 'false'],
  ["new Set<String>{ 'a', 'b' } == new Set<String>{ 'b', 'a' }", 'true'],
  ["new Account(Name = 'x') == new Account(Name = 'x')", 'true'],
  ["new Account(Name = 'x') === new Account(Name = 'x')", 'false'],
  ["(Id) '001Dp0000000001' == '001Dp0000000001IAA'", 'true'],
]);

table('order', [
  ['1 < 2', 'true'],
  ['2 <= 2', 'true'],
  ['1.5 > 1', 'true'],
  ['2L >= 3', 'false'],
  ["'a' < 'b'", 'true'],
  ["'Hello' < 'hello' || 'Hello' > 'hello'", 'false'],
  ["'Hello' <= 'hello' && 'Hello' >= 'hello'", 'true'],
  ["'B' > 'a'", 'true'],
  ["'- Default -' < 'Banner'", 'false'],
  ["'/ Default -' < 'Banner'", 'true'],
  ["'a' > (String) null", 'true'],
  ['Date.newInstance(2026, 1, 1) < Date.newInstance(2026, 1, 2)', 'true'],
  ['Date.newInstance(2026, 1, 1) < Datetime.newInstanceGmt(2026, 1, 1, 1, 0, 0)', 'true'],
]);

describe('null', () => {
  it.each([
    ['Integer i = null; return i < 5;', 'false'],
    ['Integer i = null; return i > 5;', 'false'],
    ['Integer i = null; return i == null;', 'true'],
    ['Integer i = null; return i == 0;', 'false'],
    ["String s = null; return s == '';", 'false'],
    ["String s = null; return 'x' + s;", 'xnull'],
    ["String s; s += 'x'; return s;", 'nullx'],
    ['Decimal d; return d > 1.0;', 'false'],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });

  it.each([
    'Integer i; return i + 1;',
    'Decimal d; return d * 2;',
    'Boolean b; if (b) { return 1; } return 2;',
    'Boolean b; return !b;',
    'Boolean b; return true && b;',
    'String s; return s.length();',
    'List<String> l; return l[0];',
    'List<String> l; l[0] = null; return l;',
    'Account a; return a.Name;',
    "Account a; a.Name = 'x'; return a;",
    'Long n; n++; return n;',
    'List<Integer> l; for (Integer i : l) { } return 1;',
    'Exception e; throw e;',
  ])('%s is a NullPointerException', (body) => {
    expect(run(`try { ${body} } catch (NullPointerException e) { return e.getMessage(); }`)).toBe(
      'Attempt to de-reference a null object',
    );
  });
});

table('text', [
  ["'a' + 1 + 2", 'a12'],
  ["1 + 2 + 'a'", '3a'],
  ["'d: ' + Date.newInstance(2026, 3, 4)", 'd: 2026-03-04 00:00:00'],
  ["'' + 1.0d", '1.0'],
  ["'' + true", 'true'],
  ["'' + new List<String>{ 'a', 'b' }", '(a, b)'],
  ["'' + new Map<String, Integer>{ 'a' => 1 }", '{a=1}'],
  ["'' + new Account(Name = 'x', NumberOfEmployees = 2)", 'Account:{Name=x, NumberOfEmployees=2}'],
  ["'it\\'s \\u0041\\t!'", "it's A\t!"],
]);

table('choice', [
  ['1 < 2 ? 10 : 20', '10'],
  ["(true ? null : 'x') == null", 'true'],
  ['false ? 1 : 2.5', '2.5'],
  ["(String) null ?? 'other'", 'other'],
  ["'one' ?? 'other'", 'one'],
]);

describe('assignment', () => {
  it.each([
    ['Integer i = 5; i += 2; i -= 1; i *= 4; i /= 5; return i;', '4'],
    ['Integer i = 6; i &= 3; i |= 8; i ^= 1; i <<= 2; i >>= 1; return i;', '22'],
    ['Integer i = 5; return i++ + i;', '11'],
    ['Integer i = 5; return ++i + i--;', '12'],
    ['Integer a; Integer b; a = b = 3; return a + b;', '6'],
    ['List<Integer> l = new List<Integer>{ 1, 2 }; l[1] += 5; l[0]++; return l;', '(2, 7)'],
    ['Decimal d = 1; return d;', '1'],
    ['Long n = 5; n += 2; return n;', '7'],
    ['Double d = 3; return d;', '3.0'],
    ['Decimal d = 1.5; Double e = d; return e;', '1.5'],
    ['Datetime t = Date.newInstance(2026, 1, 2); return t.getTime();', '1767312000000'],
    ["String s = 'a'; s += 1; s += null; return s;", 'a1null'],
    [
      'Account a = new Account(NumberOfEmployees = 1); a.NumberOfEmployees += 4; return a.NumberOfEmployees;',
      '5',
    ],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });

  it('evaluates the receiver of a compound assignment once', () => {
    const members = `
      static Integer calls = 0;
      static List<Integer> data = new List<Integer>{ 1, 2 };
      static List<Integer> take() { calls++; return data; }`;
    expect(run("take()[1] += 10; take()[0]++; return data + ' ' + calls;", { members })).toBe(
      '(2, 12) 2',
    );
  });
});

describe('casts', () => {
  it.each([
    ['(Integer) 3.99', '3'],
    ['(Integer) 5000000000L', '705032704'],
    ['(Long) 2.5d', '2'],
    ['(Decimal) 3', '3'],
    ["((Object) 'x') instanceof String", 'true'],
    ['((Object) 3) instanceof Integer', 'true'],
    ['((Object) 3) instanceof String', 'false'],
    ["'001Dp0000000001IAA' instanceof Id", 'true'],
    ["'nothing' instanceof Id", 'false'],
    ['((Object) new List<String>()) instanceof List<String>', 'true'],
    ['((Object) new List<String>()) instanceof List<Integer>', 'false'],
    ['((SObject) new Account()) instanceof Account', 'true'],
    ['((SObject) new Account()) instanceof Contact', 'false'],
    ["(Id) '001Dp0000000001'", '001Dp0000000001IAA'],
  ])('%s → %s', (expression, result) => {
    expect(evaluate(expression)).toBe(result);
  });

  it.each([
    [
      "Object o = 'x'; return (Integer) o;",
      'Invalid conversion from runtime type String to Integer',
    ],
    [
      'SObject s = new Account(); return (Contact) s;',
      'Invalid conversion from runtime type Account to Contact',
    ],
    [
      'Object o = new List<Integer>(); return (List<String>) o;',
      'Invalid conversion from runtime type List<Integer> to List<String>',
    ],
  ])('%s is a TypeException', (body, message) => {
    expect(run(`try { ${body} } catch (TypeException e) { return e.getMessage(); }`)).toBe(message);
  });

  it('refuses text that is no id', () => {
    expect(
      run("try { Id i = 'abc'; return i; } catch (StringException e) { return e.getMessage(); }"),
    ).toBe('Invalid id: abc');
  });
});

describe('division by zero', () => {
  it.each(['1 / 0', '1L / 0', '1.0 / 0', '1.0d / 0'])('%s is a MathException', (expression) => {
    expect(
      run(`try { return ${expression}; } catch (MathException e) { return e.getMessage(); }`),
    ).toBe('Divide by 0');
  });
});
