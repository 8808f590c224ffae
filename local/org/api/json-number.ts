/**
 * Numbers as the platform writes them. JavaScript has one number type and prints 300.0 as `300`; the platform's
 * doubles always show a decimal point, in JSON and in CSV.
 */

/** `JSON.rawJSON` (ES2026) as TypeScript's library of ES2024 does not know it yet. */
interface RawJsonApi {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}
const rawJsonApi = JSON as unknown as RawJsonApi;

/** From here on, and below a thousandth, Java's `Double.toString` uses an exponent. */
const EXPONENT_FROM = 1e7;
const EXPONENT_BELOW = 1e-3;

/** A double as Java prints it: `15000.0`, `0.25`, `9.12260031E8`. */
export function doubleText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (magnitude >= EXPONENT_BELOW && magnitude < EXPONENT_FROM) {
    return Number.isInteger(value) ? `${value}.0` : String(value);
  }
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** Stands for the double in a value that is written by `JSON.stringify`. */
export function jsonDouble(value: number): object {
  return rawJsonApi.rawJSON(doubleText(value));
}

/** The number again, for whoever reads a value built for writing; other values come back as they are. */
export function plainJsonValue(value: unknown): unknown {
  return rawJsonApi.isRawJSON(value) ? Number(value.rawJSON) : value;
}
