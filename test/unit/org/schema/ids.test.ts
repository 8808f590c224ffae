import { expect, test } from 'vitest';
import {
  buildId,
  encodeBase62,
  idChecksum,
  isId,
  toId15,
  toId18,
} from '../../../../local/org/schema/ids.ts';

test.each([
  ['001dM00003kRs59', 'QAC'],
  ['00DdM00000vfgTu', 'UAI'],
  ['005dM00000awSFJ', 'QA2'],
  ['750Tn000004ZoR3', 'IAK'],
  ['012000000000000', 'AAA'],
])('the check characters of %s are %s, as Salesforce gave them', (id15, check) => {
  expect(idChecksum(id15)).toBe(check);
  expect(toId18(id15)).toBe(id15 + check);
});

test('an id of 18 characters must have the check characters of its 15', () => {
  expect(toId18('001dM00003kRs59QAC')).toBe('001dM00003kRs59QAC');
  expect(toId18('001dM00003kRs59QAD')).toBeUndefined();
});

test('an id of 18 characters whose letters lost their case is repaired', () => {
  expect(toId18('001DM00003KRS59QAC')).toBe('001dM00003kRs59QAC');
  expect(toId18('001dm00003krs59qac')).toBe('001dM00003kRs59QAC');
});

test.each([
  '',
  '001',
  '001dM00003kRs5!',
  '001dM00003kRs59Q',
  "001dM00003kRs59' OR 1=1",
  '001dM00003kRs5é',
])('%j is no id', (text) => {
  expect(isId(text)).toBe(false);
});

test('new ids carry prefix, instance and counter, and sort in the order they were made', () => {
  const ids = [1, 2, 61, 62, 3_844].map((counter) => buildId('a00', 'Dp0', counter));
  expect(ids[0]).toBe('a00Dp0000000001IAA');
  expect(ids.map(toId15)).toEqual([...ids.map(toId15)].sort());
  expect(ids.every(isId)).toBe(true);
});

test('base 62 counts digits, upper case, lower case', () => {
  expect([0, 9, 10, 35, 36, 61, 62].map((value) => encodeBase62(value, 2))).toEqual([
    '00',
    '09',
    '0A',
    '0Z',
    '0a',
    '0z',
    '10',
  ]);
});
