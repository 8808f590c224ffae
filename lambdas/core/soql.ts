import { AppError } from './errors.ts';
import type { RecordId } from './ids.ts';

/** SOQL of a REST query travels in the URL, of at most 16,384 bytes: so many ids fit a condition with room to spare. */
export const MAX_IDS_PER_QUERY = 400;

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;

/**
 * An object's or a field's API name as it may stand in SOQL or a path. Names come from a describe; this is the second
 * lock.
 * @throws AppError invalid-input
 */
export function soqlName(name: string): string {
  if (IDENTIFIER.test(name)) return name;
  throw new AppError('invalid-input', 'Not an API name of an object or a field.', {
    pointer: 'name',
  });
}

/** A text in single quotes, with every character escaped that SOQL gives a meaning. */
export function soqlText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `'${escaped}'`;
}

/** A time in whole seconds, UTC: SystemModstamp knows no finer ones. */
export function soqlTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

export function soqlSelect(object: string, fields: readonly string[], where?: string): string {
  const columns = fields.map(soqlName).join(', ');
  const condition = where === undefined ? '' : ` WHERE ${where}`;
  return `SELECT ${columns} FROM ${soqlName(object)}${condition}`;
}

/** R10: records stamped in `[sinceMs, upperMs)`. Run it with `all`: deleted and archived rows belong to the window. */
export function windowCondition(sinceMs: number, upperMs: number): string {
  return `SystemModstamp >= ${soqlTime(sinceMs)} AND SystemModstamp < ${soqlTime(upperMs)}`;
}

export function idsCondition(field: string, ids: readonly RecordId[]): string {
  return `${soqlName(field)} IN (${ids.map(soqlText).join(',')})`;
}
