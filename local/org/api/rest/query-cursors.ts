import type { Scheduler } from '../../../scheduler.ts';
import type { Random } from '../../../seeded-random.ts';
import { OrgError } from '../../errors.ts';
import { buildId } from '../../schema/ids.ts';
import type { DocumentStore } from '../../store/record-store.ts';
import { fromUtf8 } from '../http.ts';
import { type RestOfRows, take } from './query-rows.ts';

/** How long the rest of a query may be fetched. */
const LIFETIME_MS = 2 * 24 * 60 * 60 * 1000;

const CURSORS = 'queryCursors';
const PAGES = 'queryPages';

/** What a query's later pages go on with. */
interface QueryInfo {
  readonly userId: string;
  /** Of the outermost FROM. */
  readonly object: string;
  readonly totalSize: number;
  readonly pageSize: number;
}

interface CursorDocument extends QueryInfo {
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
  /** Keeps the rows after the first page, bit by bit. @returns the locator of the second page */
  open(query: QueryInfo, rest: RestOfRows): string;
  /** The object that is queried, whoever asks; undefined for a locator that is unknown. */
  objectOf(locator: string): string | undefined;
  /** @throws OrgError INVALID_QUERY_LOCATOR when it is unknown, expired or another user's */
  page(userId: string, locator: string): QueryPage;
  /** Forgets a query whose rest may no longer be fetched. @returns whether there was one */
  dropExpired(): boolean;
  /** Gives up what has not been kept yet: its locators end. */
  stop(): void;
}

/** Rows on their way from a query to its pages. */
interface Filling {
  readonly pageSize: number;
  readonly rest: RestOfRows;
  /** Of the first row that is not kept yet. */
  offset: number;
}

export interface QueryCursorDeps {
  readonly documents: DocumentStore;
  readonly scheduler: Scheduler;
  readonly random: Random;
}

/**
 * Open queries, page by page in the org's database: rows that change in the meantime neither shift nor repeat, and a
 * restart does not end the loop of a client whose pages were kept.
 */
export function createQueryCursors({
  documents,
  scheduler,
  random,
}: QueryCursorDeps): QueryCursors {
  function dropExpired(): boolean {
    for (const { key, document } of documents.list(CURSORS)) {
      const cursor = document as CursorDocument;
      if (cursor.expiresMs > scheduler.now()) continue;
      documents.deleteWithPrefix(PAGES, `${key}-`);
      documents.delete(CURSORS, key);
      return true;
    }
    return false;
  }

  const fillings = new Map<string, Filling>();

  /** Keeps one more page. */
  function keepPage(id: string, filling: Filling): void {
    const records = take(filling.rest.rows, filling.pageSize);
    if (records.length > 0) {
      documents.putText(PAGES, pageKey(id, filling.offset), JSON.stringify(records));
      filling.offset += filling.pageSize;
    }
    if (records.length < filling.pageSize) endFilling(id, filling);
  }

  function endFilling(id: string, filling: Filling): void {
    fillings.delete(id);
    filling.rest.close();
  }

  /** A page at a time, so that other requests come in between. */
  function fillOn(id: string): void {
    scheduler.schedule(0, 'query rows', () => {
      const filling = fillings.get(id);
      if (filling === undefined) return;
      try {
        keepPage(id, filling);
        fillOn(id);
      } catch (error) {
        endFilling(id, filling);
        throw error;
      }
    });
  }

  return {
    dropExpired,
    stop() {
      for (const [id, filling] of fillings) endFilling(id, filling);
    },
    objectOf(locator) {
      const cursor = documents.get(CURSORS, locator.split('-')[0] ?? '');
      return (cursor as CursorDocument | undefined)?.object;
    },
    open(query, rest) {
      const id = buildId('0r8', 'xx5', 1 + random.integer(Number.MAX_SAFE_INTEGER));
      const expiresMs = scheduler.now() + LIFETIME_MS;
      const { pageSize } = query;
      const cursor: CursorDocument = { ...query, expiresMs };
      documents.put(CURSORS, id, cursor);
      fillings.set(id, { pageSize, rest, offset: pageSize });
      fillOn(id);
      return `${id}-${pageSize}`;
    },
    page(userId, locator) {
      const [id = '', offsetText = ''] = locator.split('-');
      const offset = Number(offsetText);
      const cursor = documents.get(CURSORS, id) as CursorDocument | undefined;
      if (cursor?.userId !== userId || cursor.expiresMs <= scheduler.now()) throw invalidLocator();
      for (let filling = fillings.get(id); filling && filling.offset <= offset; ) {
        keepPage(id, filling);
        filling = fillings.get(id);
      }
      const page = documents.textBytes(PAGES, pageKey(id, offset));
      if (page === undefined) throw invalidLocator();
      const next = offset + cursor.pageSize;
      return {
        totalSize: cursor.totalSize,
        recordsJson: fromUtf8(page),
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
