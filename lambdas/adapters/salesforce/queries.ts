import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { MAX_IDS_PER_QUERY, soqlName } from '#core/soql.ts';
import type { Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import { createRecordReader } from './record-reader.ts';
import type { Rest } from './rest.ts';

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
): Pick<Salesforce, 'retrieve' | 'query' | 'count'> {
  const reader = createRecordReader(describe);

  return {
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
      let path: string | undefined = queryPath(base, soql, options.all === true);
      // A cursor shows what the first page's moment showed, so every page counts from there.
      let firstReadAtMs: number | undefined;
      while (path !== undefined) {
        const answer = await rest.json({ method: 'GET', path, repeatable: true });
        const page: z.infer<typeof queryPage> = parsed(queryPage, answer.value, 'query');
        firstReadAtMs ??= answer.readAtMs;
        const records = await reader.readAll(page.records);
        path = page.done ? undefined : nextPath(page.nextRecordsUrl, base);
        yield { records, readAtMs: firstReadAtMs };
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
