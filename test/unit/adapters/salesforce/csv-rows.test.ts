import { describe, expect, it } from 'vitest';
import { createCsvRows } from '../../../../lambdas/adapters/salesforce/csv-rows.ts';

const text = (cell: string) => cell;
const columns = (...names: string[]) => names.map((name) => ({ name, read: text }));

/** All rows of a page that arrives in pieces of `size` bytes. */
function rowsOf(page: string | Uint8Array, names: readonly string[], size = 7): string[][] {
  const bytes = Buffer.from(page);
  const csv = createCsvRows(columns(...names));
  const rows: string[][] = [];
  for (let at = 0; at < bytes.length; at += size)
    rows.push(...csv.push(bytes.subarray(at, at + size)));
  return [...rows, ...csv.end()];
}

describe('createCsvRows', () => {
  it('reads quoted cells with commas, quotes and line breaks, wherever the pieces are cut', () => {
    const page = '"Id","Name"\n"1","a ""b"", c"\n"2","line one\nline two\r\n"\n"3",""\n';
    const rows = [
      ['1', 'a "b", c'],
      ['2', 'line one\nline two\r\n'],
      ['3', ''],
    ];
    for (let size = 1; size <= 40; size++) expect(rowsOf(page, ['Id', 'Name'], size)).toEqual(rows);
  });

  it('keeps characters of several bytes whole, wherever the pieces are cut', () => {
    const page = '"Name"\n"Zoë 🚀 東京"\n';
    for (let size = 1; size <= 12; size++) {
      expect(rowsOf(page, ['Name'], size)).toEqual([['Zoë 🚀 東京']]);
    }
  });

  it('takes CRLF, cells without quotes and a last row without a line break', () => {
    expect(rowsOf('Id,Name\r\n1,x\r\n2,"y"', ['Id', 'Name'])).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);
  });

  it('takes a header without rows, and column names in other case', () => {
    expect(rowsOf('"ID","NAME"\n', ['Id', 'Name'])).toEqual([]);
  });

  it.each([
    ['another column', '"Id","Email"\n"1","x"\n', 'does not name Name'],
    ['a missing column', '"Id"\n"1"\n', 'a row has 1 of 2 cells'],
    ['a column too many', '"Id","Name","X"\n', 'more than 2 cells'],
    ['a short row', '"Id","Name"\n"1"\n', 'a row has 1 of 2 cells'],
    ['a long row', '"Id","Name"\n"1","x","y"\n', 'more than 2 cells'],
    ['an open quote', '"Id","Name"\n"1","x\n', 'breaks off'],
    ['a torn last row', '"Id","Name"\n"1","x"\n"2"', 'a row has 1 of 2 cells'],
    ['text behind a quote', '"Id","Name"\n"1"x,"y"\n', 'goes on behind its closing quote'],
    ['a quote in a bare cell', '"Id","Name"\n1"2,y\n', 'a quote inside a cell'],
    ['a NUL byte', '"Id","Name"\n"1","a\0b"\n', 'NUL'],
    ['an empty page', '', 'the header does not name Id'],
  ])('refuses %s', (_, page, message) => {
    expect(() => rowsOf(page, ['Id', 'Name'])).toThrow(message);
  });

  it('refuses bytes that are no UTF-8', () => {
    const page = Buffer.concat([Buffer.from('"Name"\n"'), Buffer.from([0xff]), Buffer.from('"\n')]);
    expect(() => rowsOf(page, ['Name'])).toThrow('no UTF-8');
  });

  it('gives up on a row that does not end', () => {
    const csv = createCsvRows(columns('Name'));
    csv.push(Buffer.from('"Name"\n"'));
    const piece = Buffer.alloc(1_000_000, 'x\n');
    expect(() => {
      for (let n = 0; n < 10; n++) csv.push(piece);
    }).toThrow('does not end');
  });

  it('hands each cell to its column', () => {
    const csv = createCsvRows<string | number>([
      { name: 'Id', read: text },
      { name: 'Amount', read: Number },
    ]);
    expect(csv.push(Buffer.from('"Id","Amount"\n"1","15000.0"\n'))).toEqual([['1', 15_000]]);
  });
});
