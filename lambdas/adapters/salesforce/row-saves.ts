import * as z from 'zod/mini';
import { AppError } from '#core/errors.ts';
import { recordId } from '#core/ids.ts';
import type { Fields } from '#core/record.ts';
import { soqlName } from '#core/soql.ts';
import { MAX_SAVED_ROWS, type RowSaved, type Salesforce } from '#ports/salesforce.ts';
import { parsed } from './answers.ts';
import { type CompositeAnswer, sendComposite } from './composite.ts';
import type { Rest } from './rest.ts';
import { errorFromAnswer, errorFromRow } from './salesforce-error.ts';

/** Rows of one collection. */
const ROWS_PER_PART = 200;

const rowResults = z.array(
  z.object({
    id: z.nullish(z.string()),
    success: z.boolean(),
    errors: z._default(z.array(z.unknown()), []),
  }),
);

/**
 * Saves many rows, each for itself, in one call. Not jsforce's collections: those take 200 rows a call, and five of them
 * in a composite request still count as one.
 */
export function createRowSaves(
  rest: Rest,
  base: string,
): Pick<Salesforce, 'createRows' | 'updateRows'> {
  async function save(
    method: 'POST' | 'PATCH',
    object: string,
    rows: readonly Fields[],
  ): Promise<readonly RowSaved[]> {
    if (rows.length > MAX_SAVED_ROWS) {
      throw new AppError('invalid-input', `At most ${MAX_SAVED_ROWS} rows are saved in a call.`);
    }
    const type = soqlName(object);
    const slices = slicesOf(rows);
    const parts = slices.map((slice) => {
      const records = slice.map((row) => ({ attributes: { type }, ...row }));
      const url = `${base}/composite/sobjects`;
      return { method, url, body: { allOrNone: false, records } };
    });
    // PATCH sets what it names: doing it twice is doing it once. POST may create second rows.
    const { answers } = await sendComposite(rest, base, parts, method === 'PATCH');
    return slices.flatMap((slice, place) => outcomesOf(object, slice.length, answers[place]));
  }
  return {
    createRows: (object, rows) => save('POST', object, rows),
    updateRows: (object, rows) => save('PATCH', object, rows),
  };
}

function slicesOf(rows: readonly Fields[]): readonly (readonly Fields[])[] {
  const slices: (readonly Fields[])[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_PART) {
    slices.push(rows.slice(start, start + ROWS_PER_PART));
  }
  return slices;
}

/** A part that was refused as a whole saved none of its rows. Fewer results than rows would credit rows wrongly. */
function outcomesOf(
  object: string,
  count: number,
  answer: CompositeAnswer | undefined,
): readonly RowSaved[] {
  const { status, body } = answer ?? { status: 500, body: undefined };
  if (status >= 300) {
    const { message, retryable } = errorFromAnswer(status, {}, JSON.stringify(body ?? ''));
    return Array.from({ length: count }, () => ({
      outcome: 'refused',
      reason: message,
      retryable,
    }));
  }
  const rows = parsed(rowResults, body, 'composite/sobjects');
  if (rows.length === count) return rows.map((row) => outcomeOf(object, row));
  throw new AppError(
    'salesforce-unavailable',
    `${rows.length} results came for ${count} rows of ${object}.`,
    { retryable: true },
  );
}

function outcomeOf(
  object: string,
  { success, id, errors }: z.output<typeof rowResults>[number],
): RowSaved {
  if (success) return { outcome: 'saved', id: recordId(id ?? '', `id of the saved ${object}`) };
  const { message, retryable } = errorFromRow(errors);
  return { outcome: 'refused', reason: message, retryable };
}
