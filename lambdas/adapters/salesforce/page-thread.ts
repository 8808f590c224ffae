import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BulkRows } from '#core/bulk-rows.ts';
import { AppError } from '#core/errors.ts';
import type { BulkColumn } from '#core/pass.ts';
import { CsvError } from './csv-rows.ts';
import type { OpenPage, PageParser } from './page-rows.ts';

export type PageRequest =
  | { readonly do: 'open'; readonly page: number; readonly columns: readonly BulkColumn[] }
  | { readonly do: 'push'; readonly page: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly do: 'end'; readonly page: number }
  | { readonly do: 'close'; readonly page: number };

/** To each `push` and `end`, in the order they were asked. */
export type PageAnswer = { readonly page: number } & (
  | { readonly chunks: readonly BulkRows[] }
  | {
      readonly failure: {
        readonly kind: 'csv' | 'refused';
        readonly message: string;
        readonly pointer?: string;
      };
    }
);

/** Pieces of a page are 64 KiB: so many keep the thread at work while the mirror writes; more would only lie about. */
const PIECES_AHEAD = 2;
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/**
 * Reads CSV on another thread, while this one writes rows: an audit then keeps two processors at work, and other
 * requests wait less. What comes back are texts that are stored as they are, so that handing them over costs little.
 * The thread starts with the first page.
 */
export class PageThread implements PageParser {
  readonly ahead = PIECES_AHEAD;
  readonly #waiting: PromiseWithResolvers<readonly BulkRows[]>[] = [];
  #thread: Worker | undefined;
  #pages = 0;

  open(columns: readonly BulkColumn[]): OpenPage {
    this.#pages += 1;
    const page = this.#pages;
    this.#thread ??= this.#startThread();
    const thread = this.#thread;
    this.#send(thread, { do: 'open', page, columns });
    return {
      push: (bytes) => this.#ask(thread, { do: 'push', page, bytes: new Uint8Array(bytes) }),
      end: () => this.#ask(thread, { do: 'end', page }),
      close: () => this.#send(thread, { do: 'close', page }),
    };
  }

  /** Ends the thread; pages that are being read break off, and are read again later. */
  async close(): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    const ended = once(thread, 'exit');
    await thread.terminate();
    await ended.catch(() => undefined);
  }

  #send(thread: Worker, request: PageRequest): void {
    thread.postMessage(request, request.do === 'push' ? [request.bytes.buffer] : []);
  }

  #ask(thread: Worker, request: PageRequest): Promise<readonly BulkRows[]> {
    if (thread !== this.#thread) return Promise.reject(brokenOff());
    const answer = Promise.withResolvers<readonly BulkRows[]>();
    this.#waiting.push(answer);
    thread.ref();
    this.#send(thread, request);
    return answer.promise;
  }

  #startThread(): Worker {
    const thread = new Worker(new URL('./page-thread-main.ts', import.meta.url), {
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
    });
    thread.unref();
    thread.on('message', (answer: PageAnswer) => this.#settle(thread, answer));
    // Its end follows, and tells whoever waits.
    thread.on('error', () => undefined);
    thread.on('exit', () => {
      this.#thread = undefined;
      for (const { reject } of this.#waiting.splice(0)) reject(brokenOff());
    });
    return thread;
  }

  #settle(thread: Worker, answer: PageAnswer): void {
    const asked = this.#waiting.shift();
    if (this.#waiting.length === 0) thread.unref();
    if ('chunks' in answer) asked?.resolve(answer.chunks);
    else asked?.reject(errorOf(answer.failure));
  }
}

function errorOf({
  kind,
  message,
  pointer,
}: Extract<PageAnswer, { failure: object }>['failure']): Error {
  if (kind === 'csv') return new CsvError(message);
  return new AppError('salesforce-refused', message, pointer === undefined ? {} : { pointer });
}

function brokenOff(): AppError {
  const message = 'The thread that reads Bulk results ended; the page is read again.';
  return new AppError('unavailable', message, { retryable: true });
}
