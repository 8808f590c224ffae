import { ApexList, ApexMap } from '../../collections.ts';
import { ApexDecimal } from '../../numbers.ts';
import type { ApexValue } from '../../values.ts';
import { fail } from './arguments.ts';

/** JSON as JavaScript parses it, numbers with their digits. */
export type Parsed = null | boolean | string | NumberText | readonly Parsed[] | ParsedObject;
export interface ParsedObject {
  readonly [name: string]: Parsed;
}

/** A number as it was written: 1 and 1.0 are different types in Apex. */
export class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** @throws JSONException */
export function parseJson(text: string): Parsed {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value,
    ) as Parsed;
  } catch (error) {
    return fail('JSONException', problemOf(text, error instanceof Error ? error.message : ''));
  }
}

/** A text that breaks off is said to, as on the platform; other faults are in JavaScript's words. */
function problemOf(text: string, message: string): string {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? -1);
  const isCutOff = /end of JSON input|Unterminated/.test(message) || position >= text.length;
  if (!isCutOff) {
    return message;
  }
  const lines = text.split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `Unexpected end-of-input at [line:${lines.length}, column:${column}]`;
}

/** What `JSON.deserializeUntyped` gives: Map<String, Object>, List<Object>, String, Boolean, Integer, Long, Decimal. */
export function untyped(value: Parsed): ApexValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof NumberText) return untypedNumber(value.text);
  if (isList(value)) return new ApexList('Object', value.map(untyped));
  return new ApexMap(
    'String',
    'Object',
    Object.entries(value).map(([name, item]) => [name, untyped(item)] as const),
  );
}

function untypedNumber(text: string): ApexValue {
  if (!/^-?\d+$/.test(text)) return ApexDecimal.parse(text) ?? null;
  const whole = BigInt(text);
  return BigInt.asIntN(32, whole) === whole ? Number(whole) : BigInt.asIntN(64, whole);
}

export function isList(value: Parsed): value is readonly Parsed[] {
  return Array.isArray(value);
}

export function isObject(value: Parsed): value is ParsedObject {
  return (
    typeof value === 'object' && value !== null && !isList(value) && !(value instanceof NumberText)
  );
}
