import { parentPort } from 'node:worker_threads';
import { AppError } from '#core/errors.ts';
import { CsvError } from './csv-rows.ts';
import { createPageRows, type PageRows } from './page-rows.ts';
import type { PageAnswer, PageRequest } from './page-thread.ts';

/* The thread behind page-thread.ts: answers each request for rows, in order. */

const pages = new Map<number, PageRows>();

parentPort?.on('message', (request: PageRequest) => {
  switch (request.do) {
    case 'open':
      pages.set(request.page, createPageRows(request.columns));
      return;
    case 'close':
      pages.delete(request.page);
      return;
    case 'push':
    case 'end':
      parentPort?.postMessage(answer(request));
  }
});

function answer(request: Extract<PageRequest, { do: 'push' | 'end' }>): PageAnswer {
  const { page } = request;
  try {
    const rows = pages.get(page);
    const chunks = request.do === 'push' ? rows?.push(request.bytes) : rows?.end();
    return { page, chunks: chunks ?? [] };
  } catch (error) {
    return { page, failure: failureOf(error) };
  }
}

function failureOf(error: unknown): Extract<PageAnswer, { failure: object }>['failure'] {
  if (error instanceof CsvError) return { kind: 'csv', message: error.message };
  if (error instanceof AppError && error.code === 'salesforce-refused') {
    const { message, pointer } = error;
    return { kind: 'refused', message, ...(pointer === undefined ? {} : { pointer }) };
  }
  // A fault of ours ends the thread, and is heard of there.
  throw error;
}
