import type { Scheduler } from '../../../scheduler.ts';
import type { Random } from '../../../seeded-random.ts';
import { OrgError } from '../../errors.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import type { JsonRecord } from './record-json.ts';

/** How long the rest of a query may be fetched. */
const LIFETIME_MS = 2 * 24 * 60 * 60 * 1000;

const CURSORS = 'queryCursors';
const PAGES = 'queryPages';

interface CursorDocument {
  readonly userId: string;
  readonly totalSize: number;
  readonly pageSize: number;
  readonly expiresMs: number;
}

interface QueryPage {
  readonly totalSize: number;
  /** Already JSON: a page goes out as it was stored. */
  readonly recordsJson: string;
  /** `0r8…-4000`, or undefined on the last page. */
  readonly nextLocator: string | undefined;
}

export interface QueryCursors {
  /** Keeps the rows after the first page. @returns the locator of the second page */
  open(userId: string, pageSize: number, totalSize: number, rest: readonly JsonRecord[]): string;
  /** @throws OrgError INVALID_QUERY_LOCATOR when it is unknown, expired or another user's */
  page(userId: string, locator: string): QueryPage;
  /** Forgets queries whose rest may no longer be fetched. */
  dropExpired(): void;
}

export interface QueryCursorDeps {
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly random: Random;
}

/**
 * Open queries, page by page in the org's database: rows that change in the meantime neither shift nor repeat, and a
 * restart does not end a client's loop.
 */
export function createQueryCursors({
  documents,
  scheduler,
  random,
}: QueryCursorDeps): QueryCursors {
  function dropExpired(): void {
    for (const { key, document } of documents.list(CURSORS)) {
      const cursor = document as CursorDocument;
      if (cursor.expiresMs > scheduler.now()) continue;
      documents.deleteWithPrefix(PAGES, `${key}-`);
      documents.delete(CURSORS, key);
    }
  }

  return {
    dropExpired,
    open(userId, pageSize, totalSize, rest) {
      const id = buildId('0r8', 'xx5', 1 + random.integer(Number.MAX_SAFE_INTEGER));
      const expiresMs = scheduler.now() + LIFETIME_MS;
      const cursor: CursorDocument = { userId, totalSize, pageSize, expiresMs };
      documents.put(CURSORS, id, cursor);
      for (let start = 0; start < rest.length; start += pageSize) {
        const page = JSON.stringify(rest.slice(start, start + pageSize));
        documents.put(PAGES, pageKey(id, pageSize + start), page);
      }
      return `${id}-${pageSize}`;
    },
    page(userId, locator) {
      const [id = '', offsetText = ''] = locator.split('-');
      const offset = Number(offsetText);
      const cursor = documents.get(CURSORS, id) as CursorDocument | undefined;
      const page = documents.get(PAGES, pageKey(id, offset));
      const usable = cursor?.userId === userId && cursor.expiresMs > scheduler.now();
      if (cursor === undefined || !usable || typeof page !== 'string') throw invalidLocator();
      const next = offset + cursor.pageSize;
      return {
        totalSize: cursor.totalSize,
        recordsJson: page,
        nextLocator: next < cursor.totalSize ? `${id}-${next}` : undefined,
      };
    },
  };
}

function pageKey(id: string, offset: number): string {
  return `${id}-${String(offset).padStart(12, '0')}`;
}

function invalidLocator(): OrgError {
  return new OrgError('INVALID_QUERY_LOCATOR', 'invalid query locator');
}
