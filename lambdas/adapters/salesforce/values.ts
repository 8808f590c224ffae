import { AppError } from '#core/errors.ts';
import type { FieldValue } from '#core/record.ts';

/** Turns what REST's JSON or a Bulk cell holds into the mirror's value of a field. */
export type RestReader = (json: unknown) => FieldValue;
export type BulkReader = (text: string) => FieldValue;

/** The reader of a field by its described type. A value that does not fit its type is an error naming the field. */
export function restReader(field: string, type: string): RestReader {
  const read = restReaders[valueKind(type)];
  return (json) => {
    if (json === null || json === undefined) return null;
    const value = read(json);
    if (value === undefined) throw misfit(field, type);
    return value;
  };
}

/** As `restReader`. Bulk cannot tell null from an empty text: both are null. */
export function bulkReader(field: string, type: string): BulkReader {
  const read = bulkReaders[valueKind(type)];
  return (text) => {
    if (text === '') return null;
    const value = read(text);
    if (value === undefined) throw misfit(field, type);
    return value;
  };
}

type ValueKind = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'unheld';

const KINDS: Readonly<Record<string, ValueKind>> = {
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  date: 'date',
  datetime: 'datetime',
  address: 'unheld',
  location: 'unheld',
  base64: 'unheld',
};

function valueKind(type: string): ValueKind {
  return Object.hasOwn(KINDS, type) ? (KINDS[type] ?? 'text') : 'text';
}

const restReaders: Readonly<Record<ValueKind, (json: unknown) => FieldValue | undefined>> = {
  text: (json) => (typeof json === 'string' ? json : undefined),
  number: (json) => (typeof json === 'number' ? json : undefined),
  boolean: (json) => (typeof json === 'boolean' ? json : undefined),
  date: (json) => (typeof json === 'string' ? dateValue(json) : undefined),
  datetime: (json) => (typeof json === 'string' ? dateTimeValue(json) : undefined),
  unheld: () => undefined,
};

const bulkReaders: Readonly<Record<ValueKind, (text: string) => FieldValue | undefined>> = {
  text: (text) => text,
  number: numberValue,
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  date: dateValue,
  datetime: dateTimeValue,
  unheld: () => undefined,
};

/** Bulk writes `15000.0` and, for large numbers, `9.12260031E8`. */
function numberValue(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function dateValue(text: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:?\d{2})$/;
const UTC_WITH_MS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(?:Z|\+0000)$/;

/** REST ends with `+0000`, Bulk with `Z`; both become `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
function dateTimeValue(text: string): string | undefined {
  if (UTC_WITH_MS.test(text)) return text.length === 24 ? text : `${text.slice(0, 23)}Z`;
  if (!DATE_TIME.test(text)) return undefined;
  const timeMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}

function misfit(field: string, type: string): AppError {
  return new AppError(
    'salesforce-refused',
    `${field}: the org sent a value that is no ${type}; nothing of this answer is used.`,
    { pointer: field },
  );
}
