import type { FieldSchema, ObjectSchema } from '../schema/schema.ts';
import type { DocumentStore } from './record-store.ts';

/**
 * The next value of an auto-number field: `{0000}` in its format stands for the number, `{YYYY}`, `{YY}`, `{MM}` and
 * `{DD}` for the UTC date.
 * @param stamp ISO UTC
 */
export function nextAutoNumber(
  documents: DocumentStore,
  object: ObjectSchema,
  field: FieldSchema,
  stamp: string,
): string {
  const number = String(documents.next(`autonumber:${object.name}.${field.name}`));
  return (field.autoNumberFormat ?? '{0}')
    .replaceAll('{YYYY}', stamp.slice(0, 4))
    .replaceAll('{YY}', stamp.slice(2, 4))
    .replaceAll('{MM}', stamp.slice(5, 7))
    .replaceAll('{DD}', stamp.slice(8, 10))
    .replace(/\{(0+)\}/, (_, zeros: string) => number.padStart(zeros.length, '0'));
}
