import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { csvText } from '../../../lambdas/admin/web/csv-text.ts';

it('writes what any reader of CSV reads back', () => {
  const rows = [
    ['source', 'message, with "quotes"', 'two\nlines'],
    ['queue', 'Größe', ''],
  ];
  expect(parse(csvText(rows))).toEqual(rows);
  expect(csvText([['a', 1]])).toBe('"a",1\r\n');
});

it('writes what a spreadsheet would run as a text', () => {
  for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1']) {
    expect(parse(csvText([[formula]]))).toEqual([[`'${formula}`]]);
  }
});
