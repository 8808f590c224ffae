import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine, csvRowEncoder, encoderFor, readCsv } from '../../../../local/org/api/bulk/csv.ts';
import { cutUpload } from '../../../../local/org/api/bulk/upload.ts';

async function rowsOf(pieces: string[], delimiter = ','): Promise<(readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const row of readCsv(pieces, delimiter)) rows.push(row);
  return rows;
}

test('every value is quoted, null and empty alike, doubles with a point', () => {
  const encode = csvRowEncoder(['id', 'double', 'boolean', 'int', 'string'].map(encoderFor), ',');
  expect(encode(['001', 1500, true, 7, 'say "hi"\nplease'])).toBe(
    '"001","1500.0","true","7","say ""hi""\nplease"',
  );
  expect(encode([null, null, false, null, ''])).toBe('"","","false","",""');
});

test('what was written is read again, wherever the text is cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', '|', 'é', '💡') });
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
      minLength: 1,
      maxLength: 5,
    }),
  );
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const text = rows.map((row) => `${csvLine(row, ',')}\n`).join('');
      expect(await rowsOf(cutUpload(text, size))).toEqual(rows);
    }),
    { numRuns: 60 },
  );
});

test('other delimiters and a byte order mark', async () => {
  expect(await rowsOf(['\uFEFFName|Phone\nJane|1\n'], '|')).toEqual([
    ['Name', 'Phone'],
    ['Jane', '1'],
  ]);
});

test('a row with too many columns is an error', async () => {
  await expect(rowsOf(['a,b\n1,2,3\n'])).rejects.toThrow(/Invalid Record Length/);
});
