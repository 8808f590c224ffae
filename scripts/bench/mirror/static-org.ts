import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { csvHeader, csvRow } from './contact-rows.ts';

/*
 * Serves one finished Bulk API 2.0 query job out of memory, as fast as a socket takes it: what is measured is who
 * reads. `static-org.ts ROWS [PAGE_ROWS]` prints `listening URL`.
 */

const ROWS = Number(process.argv[2]);
const JOBS = '/services/data/v66.0/jobs/query';
const JOB_ID = '750000000000001AAA';
/** Rows lie in memory in blocks of this many; pages are whole blocks. */
const BLOCK_ROWS = 1_000;
/** Of a page whose size the client leaves open. */
const PAGE_ROWS = Number(process.argv[3] ?? 50_000);

const header = Buffer.from(csvHeader());
const blocks: Buffer[] = [];
for (let first = 0; first < ROWS; first += BLOCK_ROWS) {
  const size = Math.min(BLOCK_ROWS, ROWS - first);
  blocks.push(Buffer.from(Array.from({ length: size }, (_, n) => csvRow(first + n)).join('')));
}
/** When the first page of each reading was asked for, ms since the epoch. */
let firstPageAtMs = 0;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => answer(request, response));
});
// A slow reader is what is measured: nobody is hung up on.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${origin()}`);
});

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, origin());
  if (pathname === `${JOBS}/${JOB_ID}/results`) page(searchParams, response);
  else if (pathname === '/first-page') json(response, { atMs: firstPageAtMs });
  else if (pathname === '/services/oauth2/token') {
    json(response, { access_token: '00Dx!static', instance_url: origin() });
  } else if (!pathname.startsWith(JOBS)) response.writeHead(404).end();
  else if (method === 'DELETE') response.writeHead(204).end();
  else json(response, finishedJob());
}

function finishedJob(): object {
  return {
    id: JOB_ID,
    operation: 'query',
    object: 'Contact',
    state: 'JobComplete',
    createdDate: new Date().toISOString().replace('Z', '+0000'),
    apiVersion: 66.0,
    numberRecordsProcessed: ROWS,
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function page(query: URLSearchParams, response: ServerResponse): void {
  const from = Number(query.get('locator') ?? 0);
  const wanted = Number(query.get('maxRecords') ?? PAGE_ROWS);
  const count = Math.min(Math.ceil(wanted / BLOCK_ROWS) * BLOCK_ROWS, ROWS - from);
  if (from === 0) firstPageAtMs = Date.now();
  const body = blocks.slice(from / BLOCK_ROWS, Math.ceil((from + count) / BLOCK_ROWS));
  response.writeHead(200, {
    'content-type': 'text/csv',
    'content-length': body.reduce((sum, block) => sum + block.length, header.length),
    'sforce-numberofrecords': String(count),
    'sforce-locator': from + count < ROWS ? String(from + count) : 'null',
  });
  response.write(header);
  send(response, body);
}

/** A block after the other, as the client takes them. */
function send(response: ServerResponse, body: readonly Buffer[], next = 0): void {
  for (let at = next; at < body.length; at += 1) {
    const block = body[at];
    if (block !== undefined && !response.write(block)) {
      response.once('drain', () => send(response, body, at + 1));
      return;
    }
  }
  response.end();
}
