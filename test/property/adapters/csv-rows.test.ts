import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createCsvRows } from '../../../lambdas/adapters/salesforce/csv-rows.ts';

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ß', '😀', ' '), maxLength: 12 }),
);

const page = fc.integer({ min: 1, max: 6 }).chain((width) =>
  fc.record({
    names: fc.constant(Array.from({ length: width }, (_, index) => `F${index}`)),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 20 }),
  }),
);

function encode(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(',');
  return rows.map((row) => `${line(row)}\n`).join('');
}

it('reads what csv-parse reads, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      page,
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (given, cuts) => {
        const rows = given.rows.map((row) => row.map((c) => c.replaceAll('\0', '').toWellFormed()));
        const bytes = Buffer.from(encode([given.names, ...rows]));
        const csv = createCsvRows(given.names.map((name) => ({ name, read: (c: string) => c })));
        const read: string[][] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          read.push(...csv.push(bytes.subarray(at, at + size)));
          at += size;
        }
        read.push(...csv.end());
        expect(read).toEqual(rows);
        expect(read).toEqual(
          parse(bytes, { from_line: 2, columns: false, relax_column_count: false }),
        );
      },
    ),
    { numRuns: 300 },
  );
});
