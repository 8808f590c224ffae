import { heap, noteMade } from './heap-census.ts';
import { ApexException } from './values.ts';

/** In characters. */
const LONGEST_TEXT = 6_000_000;
/** A longer text is taken for one that grows piece by piece: what it was before is garbage at once. */
const GROWING_TEXT = 4_096;

/** A text that Apex made counts to its heap. @throws StringException when it is longer than any String may be */
export function madeText(text: string): string {
  refuseTooLong(text.length);
  noteMade(text.length);
  return text;
}

/** `a + b` */
export function joined(a: string, b: string): string {
  const text = a + b;
  refuseTooLong(text.length);
  heap.running.added += text.length <= GROWING_TEXT ? text.length : Math.min(a.length, b.length);
  return text;
}

/** @throws StringException */
export function refuseTooLong(length: number): void {
  if (length > LONGEST_TEXT) {
    throw new ApexException('StringException', `String length exceeds maximum: ${LONGEST_TEXT}`);
  }
}
