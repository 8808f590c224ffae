import { describe, expect, it } from 'vitest';
import { evaluate, run } from '../../../support/org/apex-snippet.ts';

function table(
  name: string,
  rows: readonly (readonly [expression: string, result: string])[],
  timeZone = 'UTC',
) {
  describe(name, () => {
    it.each(rows)('%s → %s', (expression, result) => {
      expect(evaluate(expression, { timeZone })).toBe(result);
    });
  });
}

table('numbers', [
  ["Integer.valueOf('42') + Integer.valueOf('-1')", '41'],
  ["Long.valueOf('9000000000') + 1", '9000000001'],
  ["Decimal.valueOf('1.50')", '1.50'],
  ["Double.valueOf('1.5')", '1.5'],
  ["(5.245).setScale(2) + '|' + (5.235).setScale(2)", '5.24|5.24'],
  ['(2.5).setScale(0, RoundingMode.HALF_EVEN)', '2'],
  ['(-2.5).round()', '-2'],
  ['(2.5).round(RoundingMode.HALF_EVEN)', '2'],
  ['(10.0).divide(3, 2)', '3.33'],
  [
    "(1.2300).stripTrailingZeros() + '|' + (1.2300).scale() + '|' + (1.2300).precision()",
    '1.23|4|5',
  ],
  ['(3.99).intValue() + (3.99).longValue()', '6'],
  ['(-1.5).abs()', '1.5'],
  ['(2.0).pow(3)', '8.000'],
  ['(1234567.891).format()', '1,234,567.891'],
  ['1234567.format()', '1,234,567'],
  ["Boolean.valueOf('TRUE')", 'true'],
]);

table('Math', [
  ['Math.mod(7, 3) + Math.mod(-7, 3)', '0'],
  ['Math.abs(-5) + Math.max(1, 2) + Math.min(1, 2)', '8'],
  ['Math.max(1, 2L)', '2'],
  ['Math.round(2.5) + Math.round(-2.5)', '0'],
  ["Math.ceil(1.2) + '|' + Math.floor(-1.2)", '2|-2'],
  ['Math.sqrt(16)', '4.0'],
  ['Math.pow(2, 10)', '1024.0'],
  ['Math.roundToLong(5000000000.6)', '5000000001'],
]);

describe('numbers that are none', () => {
  it.each([
    "Integer.valueOf('x')",
    "Integer.valueOf('1.5')",
    "Decimal.valueOf('')",
    "Long.valueOf('9x')",
  ])('%s is a TypeException', (expression) => {
    expect(run(`try { return ${expression}; } catch (TypeException e) { return 'refused'; }`)).toBe(
      'refused',
    );
  });
});

table('Date', [
  ['Date.newInstance(2026, 2, 30)', '2026-03-02'],
  ["Date.valueOf('2026-01-31').addMonths(1)", '2026-02-28'],
  ["Date.valueOf('2024-02-29').addYears(1)", '2025-02-28'],
  ["Date.valueOf('2026-01-31').addDays(1).month()", '2'],
  ["Date.valueOf('2026-01-01').daysBetween(Date.valueOf('2026-03-01'))", '59'],
  ["Date.valueOf('2026-01-31').monthsBetween(Date.valueOf('2026-03-01'))", '2'],
  ['Date.daysInMonth(2024, 2) + (Date.isLeapYear(2024) ? 1 : 0)', '30'],
  ["Date.valueOf('2026-05-17').toStartOfMonth()", '2026-05-01'],
  ["Date.valueOf('2026-05-20').toStartOfWeek()", '2026-05-17'],
  ["Date.valueOf('2026-05-20').dayOfYear()", '140'],
  ["Date.valueOf('2026-05-20') + 1", '2026-05-21'],
  ['Date.today()', '2026-01-31'],
]);

table('Datetime', [
  ['Datetime.now().getTime()', '1769854830456'],
  [
    "Datetime.valueOfGmt('2026-01-02 03:04:05').formatGmt('yyyy-MM-dd\\'T\\'HH:mm:ss.SSS\\'Z\\'')",
    '2026-01-02T03:04:05.000Z',
  ],
  [
    'Datetime.newInstance(0L).addDays(1).addHours(2).addMinutes(3).addSeconds(4).getTime()',
    '93784000',
  ],
  ['Datetime.newInstanceGmt(2026, 1, 31, 0, 0, 0).addMonths(1).dayGmt()', '28'],
  [
    "Datetime.newInstanceGmt(2026, 3, 4, 15, 6, 7).formatGmt('EEE, d MMM yyyy h:mm a')",
    'Wed, 4 Mar 2026 3:06 PM',
  ],
  ['Datetime.newInstanceGmt(2026, 3, 4, 15, 6, 7).timeGmt()', '15:06:07.000Z'],
  ['Datetime.newInstanceGmt(2026, 3, 4, 15, 6, 7).dateGmt()', '2026-03-04'],
  [
    'Datetime.newInstanceGmt(Date.newInstance(2026, 3, 4), Time.newInstance(1, 2, 3, 4)).millisecondGmt()',
    '4',
  ],
]);

table(
  'Datetime in the user’s zone',
  [
    [
      'Datetime.newInstance(2026, 1, 2, 3, 4, 5).getTime() == Datetime.newInstanceGmt(2026, 1, 2, 2, 4, 5).getTime()',
      'true',
    ],
    ['Datetime.newInstance(2026, 7, 2, 3, 0, 0).hourGmt()', '1'],
    ["Datetime.newInstanceGmt(2026, 7, 2, 1, 0, 0).format('HH:mm')", '03:00'],
    [
      "Datetime.newInstanceGmt(2026, 7, 2, 1, 0, 0).format('HH:mm z', 'America/Los_Angeles')",
      '18:00 PDT',
    ],
    ["Datetime.newInstanceGmt(2026, 7, 2, 1, 0, 0).format('Z')", '+0200'],
    ['Datetime.newInstanceGmt(2026, 1, 1, 23, 30, 0).date()', '2026-01-02'],
    ['Datetime.newInstance(2026, 3, 29, 2, 30, 0).hour()', '3'],
  ],
  'Europe/Paris',
);

table('Time', [
  ['Time.newInstance(23, 30, 0, 0).addMinutes(45)', '00:15:00.000Z'],
  ['Time.newInstance(1, 2, 3, 4).millisecond()', '4'],
]);

table('List', [
  ['new List<Integer>{ 3, 1, 2 }.size()', '3'],
  ["new List<String>(new Set<String>{ 'a' })", '(a)'],
  ['new Integer[]{ 1, 2 }[1]', '2'],
  ['new String[2]', '(null, null)'],
  ['new List<Integer>{ 1, 2 }.contains(2)', 'true'],
  ["new List<String>{ 'a', 'B' }.indexOf('b')", '-1'],
  ['new List<Account>{ new Account() }.isEmpty()', 'false'],
  ['new List<Account>().getSObjectType() == Account.SObjectType', 'true'],
]);

describe('List', () => {
  it.each([
    ['List<Integer> l = new List<Integer>{ 3, null, 1 }; l.sort(); return l;', '(null, 1, 3)'],
    ["List<String> l = new List<String>{ 'b', 'B', 'a' }; l.sort(); return l;", '(B, a, b)'],
    [
      'List<Integer> l = new List<Integer>{ 1 }; l.add(0, 5); l.addAll(new Set<Integer>{ 7 }); l.remove(1); l.set(0, 9); return l;',
      '(9, 7)',
    ],
    [
      'List<Integer> l = new List<Integer>{ 1 }; List<Integer> c = l.clone(); c.add(2); return l.size();',
      '1',
    ],
    [
      "List<Account> l = new List<Account>{ new Account(Name = 'x') }; List<Account> c = l.deepClone(); c[0].Name = 'y'; return l[0].Name;",
      'x',
    ],
    [
      "List<Account> l = new List<Account>{ new Account(Name = 'b'), new Account(Name = 'a') }; l.sort(); return l;",
      '(Account:{Name=a}, Account:{Name=b})',
    ],
    [
      'Iterator<Integer> i = new List<Integer>{ 1, 2 }.iterator(); i.next(); return i.next() + (i.hasNext() ? 10 : 0);',
      '2',
    ],
    [
      'try { new List<Integer>().get(0); return 1; } catch (ListException e) { return e.getMessage(); }',
      'List index out of bounds: 0',
    ],
    [
      'try { new List<Integer>{ 1 }.remove(-1); return 1; } catch (ListException e) { return e.getMessage(); }',
      'List index out of bounds: -1',
    ],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });
});

describe('Set', () => {
  it.each([
    [
      "Set<String> s = new Set<String>{ 'a' }; return (s.add('a') ? 1 : 0) + (s.add('A') ? 10 : 0) + s.size();",
      '12',
    ],
    [
      'Set<Integer> s = new Set<Integer>{ 1, 2, 3 }; s.retainAll(new Set<Integer>{ 2, 3, 4 }); s.removeAll(new List<Integer>{ 3 }); return s;',
      '{2}',
    ],
    ['return new Set<Integer>{ 1, 2 }.containsAll(new List<Integer>{ 1, 2 });', 'true'],
    ["return new Set<Id>{ '001Dp0000000001', '001Dp0000000001IAA' }.size();", '1'],
    ["return new Set<Account>{ new Account(Name = 'x'), new Account(Name = 'x') }.size();", '1'],
    ['return new Set<Decimal>{ 1.0, 1.00 }.size();', '1'],
    ['return new Set<Date>{ Date.today(), Date.today() }.size();', '1'],
    ["return new Set<Object>{ 1, '1', null, 1 }.size();", '3'],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });
});

describe('Map', () => {
  it.each([
    [
      "Map<String, Integer> m = new Map<String, Integer>(); m.put('a', 1); Integer before = m.put('a', 2); return before + m.get('a');",
      '3',
    ],
    ["return new Map<String, Integer>().get('x') == null;", 'true'],
    [
      "Map<String, Integer> m = new Map<String, Integer>{ 'b' => 1, 'a' => 2 }; m.putAll(new Map<String, Integer>{ 'c' => 3 }); m.remove('b'); return '' + m.keySet() + m.values() + m.containsKey('b');",
      '{a, c}(2, 3)false',
    ],
    [
      "Map<Id, Account> m = new Map<Id, Account>(new List<Account>{ new Account(Id = '001Dp0000000001', Name = 'x') }); return m.get('001Dp0000000001IAA').Name;",
      'x',
    ],
    [
      "Map<String, Map<String, Integer>> m = new Map<String, Map<String, Integer>>{ 'a' => new Map<String, Integer>{ 'b' => 5 } }; return m.get('a').get('b');",
      '5',
    ],
    [
      'try { return new Map<Id, Account>(new List<Account>{ new Account() }); } catch (ListException e) { return e.getMessage(); }',
      'Row with null Id at index: 0',
    ],
    [
      "Map<String, String> a = new Map<String, String>{ 'x' => 'y' }; return a == new Map<String, String>{ 'x' => 'y' };",
      'true',
    ],
  ])('%s → %s', (body, result) => {
    expect(run(body)).toBe(result);
  });
});

describe('Type', () => {
  it.each([
    ["return ((Thing) Type.forName('Snippet.Thing').newInstance()).n;", '5'],
    ["return Type.forName('snippet.THING').getName();", 'Snippet.Thing'],
    ["return Type.forName('Nowhere') == null;", 'true'],
    ["return Type.forName('Account').newInstance() instanceof Account;", 'true'],
    ["return Thing.class == Type.forName('Snippet.Thing');", 'true'],
    ["return Type.forName('List<String>').newInstance() instanceof List<String>;", 'true'],
    ['return Comparable.class.isAssignableFrom(Thing.class);', 'true'],
  ])('%s → %s', (body, result) => {
    const members =
      'public class Thing implements Comparable { public Integer n = 5; public Integer compareTo(Object o) { return 0; } }';
    expect(run(body, { members })).toBe(result);
  });
});
