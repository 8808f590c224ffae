import { OrgError } from '../errors.ts';

/** How much of a long line an error shows around its place. */
const contextBefore = 60;
const contextAfter = 40;

export type QueryErrorCode =
  | 'MALFORMED_QUERY'
  | 'INVALID_FIELD'
  | 'INVALID_TYPE'
  | 'INVALID_QUERY_FILTER_OPERATOR';

/**
 * An error with its place in the query, as Salesforce prints it: the line, a caret below the place, row and column
 * from 1, the reason.
 * @param offset of the offending character in the query, from 0
 */
export function queryError(
  code: QueryErrorCode,
  soql: string,
  offset: number,
  reason: string,
): OrgError {
  const lineStart = soql.lastIndexOf('\n', offset - 1) + 1;
  const nextBreak = soql.indexOf('\n', offset);
  const lineEnd = nextBreak < 0 ? soql.length : nextBreak;
  const from = Math.max(lineStart, offset - contextBefore);
  const to = Math.min(lineEnd, offset + contextAfter);
  const row = soql.slice(0, lineStart).split('\n').length;
  const column = offset - lineStart + 1;
  const place = `\n${soql.slice(from, to)}\n${' '.repeat(offset - from)}^\n`;
  return new OrgError(code, `${place}ERROR at Row:${row}:Column:${column}\n${reason}`);
}
