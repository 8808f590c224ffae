import { afterEach, describe, expect, it } from 'vitest';
import type { BulkRows } from '#core/bulk-rows.ts';
import { readBulkPage } from '../../../lambdas/adapters/salesforce/bulk-reader.ts';
import { type PageParser, parseHere } from '../../../lambdas/adapters/salesforce/page-rows.ts';
import { PageThread } from '../../../lambdas/adapters/salesforce/page-thread.ts';
import { recordIdOf } from '../../support/salesforce-ids.ts';

const COLUMNS = [
  { name: 'Id', type: 'id' },
  { name: 'SystemModstamp', type: 'datetime' },
  { name: 'Name', type: 'string' },
  { name: 'Amount', type: 'currency' },
];
const HEADER = '"Id","SystemModstamp","Name","Amount"\n';
const row = (n: number, amount = String(n)) =>
  `"${recordIdOf('003', n + 1)}","2026-11-01T08:30:00.000Z","Zoë ""${n}"", \n東京 🚀","${amount}"\n`;
const pageOf = (from: number, count: number) =>
  HEADER + Array.from({ length: count }, (_, n) => row(from + n)).join('');

let thread = new PageThread();
afterEach(async () => {
  await thread.close();
  thread = new PageThread();
});

/** A page that comes in pieces of some size, read by either. */
function read(csv: string, count: number, parser: PageParser) {
  const bytes = Buffer.from(csv);
  async function* body() {
    for (let at = 0; at < bytes.length; at += 7_001) yield bytes.subarray(at, at + 7_001);
  }
  const headers = { 'sforce-numberofrecords': String(count), 'sforce-locator': 'null' };
  const answer = { status: 200, headers, body: body(), readAtMs: 0 };
  return readBulkPage(answer, COLUMNS, parser).chunks;
}

async function all(chunks: AsyncIterable<BulkRows>): Promise<readonly BulkRows[]> {
  const rows: BulkRows[] = [];
  for await (const chunk of chunks) rows.push(chunk);
  return rows;
}

describe('reading Bulk results on another thread', () => {
  it('gives the rows that reading them here gives, also of several pages at once', async () => {
    const pages = [0, 5_000, 10_000].map((from) => pageOf(from, 1_300));
    const there = await Promise.all(pages.map((page) => all(read(page, 1_300, thread))));
    const here = await Promise.all(pages.map((page) => all(read(page, 1_300, parseHere))));
    expect(there).toEqual(here);
    expect(there[1]?.map(({ count }) => count)).toEqual([500, 500, 300]);
  });

  it.each([
    ['a torn row', `${pageOf(0, 2)}"003`, 2, 'breaks off'],
    ['a page that is short', pageOf(0, 2), 3, '2 rows came where 3'],
    ['a value of another type', HEADER + row(1, 'much'), 1, 'Amount'],
    ['a header of other columns', '"Name"\n', 0, 'does not name Id'],
  ])('refuses %s as reading it here does', async (_, csv, count, reason) => {
    const there = await all(read(csv, count, thread)).catch((error: unknown) => error);
    const here = await all(read(csv, count, parseHere)).catch((error: unknown) => error);
    expect(there).toMatchObject({ code: 'salesforce-refused', retryable: false });
    expect(String(there)).toBe(String(here));
    expect(String(there)).toContain(reason);
    // The thread goes on with other pages.
    expect(await all(read(pageOf(0, 3), 3, thread))).toHaveLength(1);
  });

  it('breaks off, to be read again, when the thread ends, and starts anew', async () => {
    const reading = read(pageOf(0, 3_000), 3_000, thread)[Symbol.asyncIterator]();
    await reading.next();
    await thread.close();
    const rest = (async () => {
      for (;;) if ((await reading.next()).done) return 'the end';
    })();
    await expect(rest).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(await all(read(pageOf(0, 3), 3, thread))).toHaveLength(1);
  });
});
