import { expect, test } from 'vitest';
import { doubleText, jsonDouble, plainJsonValue } from '../../../../local/org/api/json-number.ts';

test.each([
  [0, '0.0'],
  [-0, '-0.0'],
  [300, '300.0'],
  [-15000, '-15000.0'],
  [0.25, '0.25'],
  [0.001, '0.001'],
  [0.0005, '5.0E-4'],
  [9_999_999, '9999999.0'],
  [10_000_000, '1.0E7'],
  [912_260_031, '9.12260031E8'],
  [-1.5e21, '-1.5E21'],
])('%d reads %s', (value, text) => {
  expect(doubleText(value)).toBe(text);
  expect(Number(text)).toBe(value);
});

test('a double keeps its decimal point in JSON and can be read back', () => {
  const written = jsonDouble(300);
  expect(JSON.stringify({ amount: written })).toBe('{"amount":300.0}');
  expect(plainJsonValue(written)).toBe(300);
  expect(plainJsonValue('text')).toBe('text');
});
