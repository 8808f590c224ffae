import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { MAX_IDS_PER_QUERY, soqlName } from '#core/soql.ts';
import type { ReadRecord, Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import { type CompositeAnswer, MAX_LARGE_PARTS, sendComposite } from './composite.ts';
import { createRecordReader } from './record-reader.ts';
import type { Rest } from './rest.ts';
import { errorFromAnswer } from './salesforce-error.ts';

const MAX_RETRIEVE_IDS = 2000;
/** Salesforce takes URLs of 16,384 bytes. */
const MAX_URL_BYTES = 16_000;

const queryPage = z.object({
  done: z.boolean(),
  nextRecordsUrl: z.optional(z.string()),
  records: z.array(z.unknown()),
});

const countAnswer = z.object({ totalSize: z.int() });

/** Reads by id and by SOQL, with the records in the mirror's values. */
export function createQueries(
  rest: Rest,
  base: string,
  describe: Salesforce['describe'],
): Pick<Salesforce, 'retrieve' | 'query' | 'queryAll' | 'count'> {
  const reader = createRecordReader(describe);

  async function* pagesFrom(first: string): AsyncGenerator<{ rows: unknown[]; readAtMs: number }> {
    let path: string | undefined = first;
    while (path !== undefined) {
      const answer = await rest.json({ method: 'GET', path, repeatable: true });
      const page: z.infer<typeof queryPage> = parsed(queryPage, answer.value, 'query');
      path = page.done ? undefined : nextPath(page.nextRecordsUrl, base);
      yield { rows: page.records, readAtMs: answer.readAtMs };
    }
  }

  async function rowsOfPart({ status, body }: CompositeAnswer): Promise<readonly ReadRecord[]> {
    if (status >= 300) throw errorFromAnswer(status, {}, JSON.stringify(body));
    const page = parsed(queryPage, body, 'query');
    const rows = [...page.records];
    const next = page.done ? undefined : nextPath(page.nextRecordsUrl, base);
    if (next !== undefined) for await (const more of pagesFrom(next)) rows.push(...more.rows);
    return await reader.readAll(rows);
  }

  return {
    async queryAll(soqls) {
      const found: (readonly ReadRecord[])[] = [];
      for (let start = 0; start < soqls.length; start += MAX_LARGE_PARTS) {
        const some = soqls.slice(start, start + MAX_LARGE_PARTS);
        const parts = some.map((soql) => ({
          method: 'GET' as const,
          url: queryPath(base, soql, false),
        }));
        const { answers } = await sendComposite(rest, base, parts, true);
        for (const answer of answers) found.push(await rowsOfPart(answer));
      }
      return found;
    },

    async retrieve(object, ids, fields) {
      if (ids.length > MAX_RETRIEVE_IDS) {
        throw new AppError('invalid-input', `retrieve: at most ${MAX_RETRIEVE_IDS} ids a call.`);
      }
      const { value, readAtMs } = await rest.json({
        method: 'POST',
        path: `${base}/composite/sobjects/${soqlName(object)}`,
        body: JSON.stringify({ ids, fields: ['Id', ...fields.map(soqlName)] }),
        repeatable: true,
      });
      const rows = parsed(z.array(z.unknown()), value, 'retrieve');
      if (rows.length !== ids.length) throw wrongCount(rows.length, ids.length);
      const read = await reader.forObject(object, fields);
      return { records: rows.map((row) => (row === null ? null : read(row))), readAtMs };
    },

    async count(object, where, options = {}) {
      const condition = where === undefined ? '' : ` WHERE ${where}`;
      const soql = `SELECT COUNT() FROM ${soqlName(object)}${condition}`;
      const path = queryPath(base, soql, options.all === true);
      const { value } = await rest.json({ method: 'GET', path, repeatable: true });
      return parsed(countAnswer, value, 'query').totalSize;
    },

    async *query(soql, options = {}) {
      // A cursor shows what the first page's moment showed, so every page counts from there.
      let firstReadAtMs: number | undefined;
      for await (const { rows, readAtMs } of pagesFrom(
        queryPath(base, soql, options.all === true),
      )) {
        firstReadAtMs ??= readAtMs;
        yield { records: await reader.readAll(rows), readAtMs: firstReadAtMs };
      }
    },
  };
}

function queryPath(base: string, soql: string, all: boolean): string {
  const path = `${base}/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`;
  if (path.length <= MAX_URL_BYTES) return path;
  throw new AppError(
    'invalid-input',
    `query: longer than a URL may be; give at most ${MAX_IDS_PER_QUERY} ids.`,
  );
}

/** A result's URL counts as a path only: the host is always the pinned one. */
function nextPath(url: string | undefined, base: string): string {
  if (url?.startsWith(`${base}/query`)) return url;
  throw new AppError('salesforce-refused', 'A query page names no next page although more follow.');
}

function wrongCount(rows: number, ids: number): AppError {
  return new AppError('salesforce-refused', `retrieve: ${rows} rows came for ${ids} ids.`);
}
