import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type BulkRows, cellsOf } from '#core/bulk-rows.ts';
import type { FieldValue } from '#core/record.ts';
import { createBulkQueries } from '../../../../lambdas/adapters/salesforce/bulk-queries.ts';
import { type RestBench, startRestBench } from '../../../support/salesforce-rest.ts';
import { type Answer, sendJson } from '../../../support/scripted-server.ts';

const COLUMNS = [
  { name: 'Id', type: 'id' },
  { name: 'Description', type: 'textarea' },
  { name: 'Amount', type: 'currency' },
];
const HEADER = '"Id","Description","Amount"\n';

let bench: RestBench;
afterEach(() => bench.server.close());

async function start(answer: Answer) {
  bench = await startRestBench(answer);
  return createBulkQueries(bench.rest, '66.0');
}

function sendPage(response: ServerResponse, csv: string, headers: Record<string, string>): void {
  response.writeHead(200, { 'content-type': 'text/csv', ...headers });
  response.end(csv);
}

const page = (csv: string, headers: Record<string, string>) =>
  start((_, response) => sendPage(response, csv, headers));

/** Cells of all rows. */
async function rowsOf(chunks: AsyncIterable<BulkRows>) {
  const rows: (readonly FieldValue[])[] = [];
  for await (const chunk of chunks) {
    const places = Array.from({ length: chunk.count }, (_, place) => place);
    rows.push(...places.map(cellsOf(chunk, COLUMNS)));
  }
  return rows;
}

const FULL = { 'sforce-numberofrecords': '1', 'sforce-locator': 'null' };

describe('Bulk queries', () => {
  it('submits a job and reads its state', async () => {
    const job = {
      id: '750dM00000BcDeFQAV',
      operation: 'queryAll',
      object: 'Contact',
      createdById: '0055g00000AbCdEAAV',
      createdDate: '2026-11-21T12:00:07.000+0000',
      systemModstamp: '2026-11-21T12:00:07.000+0000',
      state: 'UploadComplete',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      apiVersion: 66,
      lineEnding: 'LF',
      columnDelimiter: 'COMMA',
    };
    const bulk = await start((request, response) => {
      const done = { ...job, state: 'JobComplete', numberRecordsProcessed: 12 };
      sendJson(response, 200, request.method === 'POST' ? job : done);
    });
    const created = await bulk.createQueryJob('SELECT Id FROM Contact', 'queryAll');
    expect(created).toEqual({
      id: '750dM00000BcDeFQAV',
      state: 'UploadComplete',
      createdAtMs: Date.UTC(2026, 10, 21, 12, 0, 7),
      apiVersion: '66.0',
    });
    expect(JSON.parse(bench.server.seen.at(-1)?.body ?? '')).toEqual({
      operation: 'queryAll',
      query: 'SELECT Id FROM Contact',
      contentType: 'CSV',
      columnDelimiter: 'COMMA',
      lineEnding: 'LF',
    });
    const polled = await bulk.getQueryJob(created?.id ?? '');
    expect(polled).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 12 });
  });

  it.each([
    ['INVALIDENTITY', "Entity 'X' is not supported by the Bulk API."],
    ['API_ERROR', 'Selecting compound data not supported in Bulk Query'],
  ])('tells what the Bulk API does not serve: %s', async (errorCode, message) => {
    const bulk = await start((_, response) => sendJson(response, 400, [{ errorCode, message }]));
    expect(await bulk.createQueryJob('SELECT Id FROM X', 'query')).toBeUndefined();
  });

  it('refuses everything else that Salesforce refuses', async () => {
    const refusal = { errorCode: 'API_ERROR', message: 'Another reason' };
    const bulk = await start((_, response) => sendJson(response, 400, [refusal]));
    await expect(bulk.createQueryJob('SELECT Id FROM X', 'query')).rejects.toMatchObject({
      code: 'salesforce-refused',
    });
  });

  it('refuses a state it does not know', async () => {
    const bulk = await start((_, response) => sendJson(response, 200, { id: '750', state: 'Odd' }));
    await expect(bulk.getQueryJob('750dM00000BcDeFQAV')).rejects.toThrow('wrong at id');
  });

  it('reads page after page, each with its header, by the locators of the answers', async () => {
    const pages = new Map([
      [null, { rows: '"a","line\none","1.0"\n"b","say ""hi""",""\n', next: 'L1', count: '2' }],
      ['L1', { rows: '"c","","2.5"\n', next: 'null', count: '1' }],
    ]);
    const bulk = await start((request, response) => {
      const found = pages.get(new URL(request.url, 'http://x').searchParams.get('locator'));
      const headers = {
        'sforce-numberofrecords': found?.count ?? '',
        'sforce-locator': found?.next ?? '',
      };
      sendPage(response, HEADER + found?.rows, headers);
    });
    const first = await bulk.queryJobResults('750x', undefined, 2, COLUMNS);
    expect(first).toMatchObject({ numberOfRecords: 2, locator: 'L1' });
    expect(await rowsOf(first.chunks)).toEqual([
      ['a', 'line\none', 1],
      ['b', 'say "hi"', null],
    ]);
    const second = await bulk.queryJobResults('750x', first.locator ?? '', 2, COLUMNS);
    expect(second.locator).toBeNull();
    expect(await rowsOf(second.chunks)).toEqual([['c', null, 2.5]]);
    expect(bench.server.seen.at(-1)?.url).toBe(
      '/services/data/v66.0/jobs/query/750x/results?maxRecords=2&locator=L1',
    );
  });

  it('hands rows on in chunks of at most 500', async () => {
    const rows = Array.from({ length: 1_234 }, (_, n) => `"${n}","","1"\n`).join('');
    const bulk = await page(HEADER + rows, { ...FULL, 'sforce-numberofrecords': '1234' });
    const { chunks } = await bulk.queryJobResults('750x', undefined, 5_000, COLUMNS);
    const sizes: number[] = [];
    for await (const chunk of chunks) sizes.push(chunk.count);
    expect(sizes).toEqual([500, 500, 234]);
  });

  it.each([
    [
      'a page that is short',
      `${HEADER}"a","",""\n`,
      { ...FULL, 'sforce-numberofrecords': '2' },
      '1 rows came where 2',
    ],
    ['a page that is long', `${HEADER}"a","",""\n"b","",""\n`, FULL, '2 rows came where 1'],
    ['other columns', '"Id","Name","Amount"\n"a","",""\n', FULL, 'does not name Description'],
    ['a torn row', `${HEADER}"a","`, FULL, 'breaks off'],
    ['a value of another type', `${HEADER}"a","","much"\n`, FULL, 'Amount'],
  ])('refuses %s after the rows before it', async (_, csv, headers, message) => {
    const bulk = await page(csv, headers);
    const { chunks } = await bulk.queryJobResults('750x', undefined, 10, COLUMNS);
    const error = await rowsOf(chunks).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'salesforce-refused', retryable: false });
    expect(String(error)).toContain(message);
  });

  it.each([
    ['Sforce-Locator', { 'sforce-numberofrecords': '1' }],
    ['Sforce-NumberOfRecords', { 'sforce-locator': 'null' }],
  ])('takes a missing %s for no end', async (name, headers) => {
    const bulk = await page(`${HEADER}"a","",""\n`, headers);
    await expect(bulk.queryJobResults('750x', undefined, 10, COLUMNS)).rejects.toThrow(name);
  });

  it('tells a download that broke off from a page that is wrong', async () => {
    const bulk = await start((_, response) => {
      response.writeHead(200, { 'content-type': 'text/csv', 'content-length': '999', ...FULL });
      response.write(`${HEADER}"a","",""\n`);
      setTimeout(() => response.destroy(), 20);
    });
    const { chunks } = await bulk.queryJobResults('750x', undefined, 10, COLUMNS);
    await expect(rowsOf(chunks)).rejects.toMatchObject({
      code: 'salesforce-unavailable',
      retryable: true,
    });
  });

  it('holds the download back while its reader is slow', async () => {
    const piece = `"a","${'x'.repeat(10_000)}","1"\n`;
    let sent = 0;
    const bulk = await start(async (_, response) => {
      response.writeHead(200, { ...FULL, 'sforce-numberofrecords': '20000' });
      response.write(HEADER);
      while (sent < 20_000 && !response.destroyed) {
        sent += 1;
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      }
    });
    const { chunks } = await bulk.queryJobResults('750x', undefined, 20_000, COLUMNS);
    const reader = chunks[Symbol.asyncIterator]();
    await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent).toBeLessThan(10_000);
    await reader.return?.();
  });

  it('takes a job that is gone for deleted', async () => {
    const gone = [{ errorCode: 'NOT_FOUND', message: 'gone' }];
    const bulk = await start((_, response) => sendJson(response, 404, gone));
    await expect(bulk.deleteQueryJob('750x')).resolves.toBeUndefined();
  });
});
