import { describe, expect, it } from 'vitest';
import { evaluate, run } from '../../../support/org/apex-snippet.ts';

function table(name: string, rows: readonly (readonly [expression: string, result: string])[]) {
  describe(name, () => {
    it.each(rows)('%s → %s', (expression, result) => {
      expect(evaluate(expression)).toBe(result);
    });
  });
}

table('String tests', [
  ["String.isBlank(null) && String.isBlank(' \\t') && !String.isBlank('x')", 'true'],
  [
    "String.isEmpty('') && !String.isEmpty(' ') && String.isNotEmpty('x') && String.isNotBlank('x')",
    'true',
  ],
  [
    "'Hello'.contains('ell') && !'Hello'.contains('ELL') && 'Hello'.containsIgnoreCase('ELL')",
    'true',
  ],
  [
    "'Hello'.startsWith('He') && !'Hello'.startsWith('he') && 'Hello'.endsWithIgnoreCase('LLO')",
    'true',
  ],
  ["'abc'.equals('abc') && !'abc'.equals('ABC') && 'abc'.equalsIgnoreCase('ABC')", 'true'],
  ["'123'.isNumeric() && !'1.5'.isNumeric() && 'ab'.isAlpha() && 'a1'.isAlphanumeric()", 'true'],
  ["'abc'.containsAny('xyzc') && 'abc'.containsNone('xyz') && 'aab'.containsOnly('ab')", 'true'],
  ["'ABC'.isAllUpperCase() && 'abc'.isAllLowerCase() && ' '.isWhitespace()", 'true'],
]);

table('String parts', [
  ["'Hello'.length()", '5'],
  [
    "'Hello'.left(2) + '|' + 'Hello'.right(3) + '|' + 'Hello'.left(99) + '|' + 'Hello'.mid(1, 3)",
    'He|llo|Hello|ell',
  ],
  ["'Hello'.substring(1) + '|' + 'Hello'.substring(1, 3)", 'ello|el'],
  [
    "'a.b.c'.substringBefore('.') + '|' + 'a.b.c'.substringAfter('.') + '|' + 'a.b.c'.substringBeforeLast('.') + '|' + 'a.b.c'.substringAfterLast('.')",
    'a|b.c|a.b|c',
  ],
  ["'[x]'.substringBetween('[', ']')", 'x'],
  [
    "'Hello'.indexOf('l') + ',' + 'Hello'.lastIndexOf('l') + ',' + 'Hello'.indexOf('z') + ',' + 'Hello'.indexOf('l', 3)",
    '2,3,-1,3',
  ],
  ["'banana'.countMatches('an')", '2'],
  ["'abc'.charAt(1) + ',' + 'ab'.getChars()", '98,(97, 98)'],
  ['String.fromCharArray(new List<Integer>{ 72, 105 })', 'Hi'],
  ["'a,b,,c,,'.split(',')", '(a, b, , c)'],
  ["'a1b22c'.split('\\\\d+')", '(a, b, c)'],
  ["'a,b,c'.split(',', 2)", '(a, b,c)'],
  ["'a.b'.split('\\\\.')", '(a, b)'],
]);

table('String changes', [
  ["'Hello'.toUpperCase() + 'Hello'.toLowerCase()", 'HELLOhello'],
  ["'  x '.trim() + '|'", 'x|'],
  ["'hello'.capitalize() + 'Hello'.uncapitalize() + 'abc'.reverse()", 'Hellohellocba'],
  [
    "'a-b-c'.replace('-', '+') + 'aaa'.replaceFirst('a', 'b') + 'a1b2'.replaceAll('[0-9]', '')",
    'a+b+cbaaab',
  ],
  ["'John Smith'.replaceAll('(\\\\w+) (\\\\w+)', '$2 $1')", 'Smith John'],
  ["'ab'.repeat(3) + 'x'.leftPad(3, '0') + 'x'.rightPad(3, '.')", 'ababab00xx..'],
  ["'abcabc'.remove('b') + 'abc'.removeStart('a') + 'abc'.removeEnd('c')", 'acacbcab'],
  ["'a  b '.normalizeSpace() + '|' + ' a b '.deleteWhitespace()", 'a b|ab'],
  ["'long text here'.abbreviate(8)", 'long ...'],
  [
    "String.join(new List<String>{ 'a', 'b' }, '-') + String.join(new Set<Integer>{ 1, 2 }, ';')",
    'a-b1;2',
  ],
  ["String.format('{0} is {1}, {0}', new List<Object>{ 'x', 5 })", 'x is 5, x'],
  ["String.escapeSingleQuotes('it\\'s')", "it\\'s"],
  ["'<a & b>'.escapeHtml4()", '&lt;a &amp; b&gt;'],
]);

table('String.valueOf', [
  ['String.valueOf(5)', '5'],
  ['String.valueOf(1.50)', '1.50'],
  ['String.valueOf(2.0d)', '2.0'],
  ['String.valueOf(12345678.9d)', '1.23456789E7'],
  ['String.valueOf(true)', 'true'],
  ['String.valueOf(Date.newInstance(2026, 1, 2))', '2026-01-02'],
  ['String.valueOf(Datetime.newInstanceGmt(2026, 1, 2, 3, 4, 5))', '2026-01-02 03:04:05'],
  ['String.valueOf((Object) null)', 'null'],
  ["'b'.compareTo('a') > 0", 'true'],
  ["'abc'.hashCode()", '96354'],
]);

describe('the user’s time zone', () => {
  it('shows in String.valueOf and in concatenations', () => {
    const options = { timeZone: 'America/New_York' };
    expect(evaluate("'' + Datetime.newInstanceGmt(2026, 1, 2, 3, 4, 5)", options)).toBe(
      '2026-01-01 22:04:05',
    );
    expect(evaluate('String.valueOf(Datetime.newInstanceGmt(2026, 7, 2, 3, 4, 5))', options)).toBe(
      '2026-07-01 23:04:05',
    );
  });
});

table('Pattern and Matcher', [
  ["Pattern.matches('a+b', 'aaab')", 'true'],
  ["Pattern.compile('(\\\\d+)-(\\\\d+)').matcher('10-20').matches()", 'true'],
  ["Pattern.quote('a.b')", '\\Qa.b\\E'],
  ["'a.b.c'.split(Pattern.quote('.'))", '(a, b, c)'],
  ["'AbC'.replaceAll('(?i)b', '-')", 'A-C'],
]);

describe('Matcher', () => {
  it('finds one after the other', () => {
    const body = `Matcher m = Pattern.compile('([a-z])(\\\\d)').matcher('a1 b2 c3'); List<String> found = new List<String>();
      while (m.find()) { found.add(m.group(1) + m.group(2) + '@' + m.start() + '-' + m.end()); } return found;`;
    expect(run(body)).toBe('(a1@0-2, b2@3-5, c3@6-8)');
  });

  it('refuses what JavaScript’s expressions cannot mean', () => {
    const body =
      "try { Pattern.compile('a++b'); return 'no'; } catch (StringException e) { return e.getMessage(); }";
    expect(run(body)).toContain('a++b');
  });
});

describe('bounds', () => {
  it.each(["'abc'.substring(5)", "'abc'.substring(2, 1)", "'abc'.charAt(3)"])(
    '%s is a StringException',
    (expression) => {
      expect(
        run(`try { return ${expression}; } catch (StringException e) { return 'refused'; }`),
      ).toBe('refused');
    },
  );
});

table('Id', [
  ["Id.valueOf('001Dp0000000001')", '001Dp0000000001IAA'],
  ["((Id) '001Dp0000000001IAA').to15()", '001Dp0000000001'],
  ["'' + ((Id) '001Dp0000000001IAA').getSObjectType()", 'Account'],
]);

table('bytes', [
  ["Blob.valueOf('abc').size() + Blob.valueOf('é').toString()", '3é'],
  ["EncodingUtil.base64Encode(Blob.valueOf('hello'))", 'aGVsbG8='],
  ["EncodingUtil.base64Decode('aGVsbG8=').toString()", 'hello'],
  [
    "EncodingUtil.convertToHex(Crypto.generateDigest('SHA-256', Blob.valueOf('abc')))",
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  ],
  [
    "EncodingUtil.convertToHex(Crypto.generateMac('hmacSHA256', Blob.valueOf('what do ya want for nothing?'), Blob.valueOf('Jefe')))",
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ["EncodingUtil.urlEncode('a b&c/é', 'UTF-8')", 'a+b%26c%2F%C3%A9'],
  ["EncodingUtil.urlDecode('a+b%26c', 'UTF-8')", 'a b&c'],
]);
