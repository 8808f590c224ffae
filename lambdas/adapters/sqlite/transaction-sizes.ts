import type { LoadedRow } from '#core/bulk-rows.ts';

/** A transaction ends after this many writes … */
export const WRITES_PER_TRANSACTION = 500;
/** … or this much text, so that records with long texts do not hold the event loop either. */
export const TEXT_PER_TRANSACTION = 2 * 1_024 * 1_024;

/** Rows as transactions take them: not too many, and not too much text. */
export function rowsByTransaction(rows: readonly LoadedRow[]): readonly (readonly LoadedRow[])[] {
  const parts: LoadedRow[][] = [];
  let textLength = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const last = parts.at(-1);
    textLength += row.values.length;
    if (
      last !== undefined &&
      last.length < WRITES_PER_TRANSACTION &&
      textLength <= TEXT_PER_TRANSACTION
    ) {
      last.push(row);
    } else {
      parts.push([row]);
      textLength = row.values.length;
    }
  }
  return parts;
}
