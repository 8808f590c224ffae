import type { PlatformMember } from '../definition.ts';
import { fail, given, type Int } from './arguments.ts';
import { textMember } from './text-member.ts';

const LEAD_SURROGATE = /[\uD800-\uDBFF]/;
const TRAIL_SURROGATE = /[\uDC00-\uDFFF]/;

function outOfRange(index: number): never {
  return fail('StringException', `String index out of range: ${index}`);
}

/** Whether the character at the index and the next one are two halves of one code point. */
function isPairAt(text: string, index: number): boolean {
  return LEAD_SURROGATE.test(text.charAt(index)) && TRAIL_SURROGATE.test(text.charAt(index + 1));
}

function codePointBefore(text: string, index: number): number {
  if (index < 1 || index > text.length) return outOfRange(index);
  const start = index > 1 && isPairAt(text, index - 2) ? index - 2 : index - 1;
  return text.codePointAt(start) ?? outOfRange(index);
}

/** A half of a pair that the range cuts off counts as one, as in Java. */
function codePointCount(text: string, from: number, to: number): number {
  if (from < 0) return outOfRange(from);
  if (to > text.length || from > to) return outOfRange(to);
  return [...text.slice(from, to)].length;
}

/** The index that lies so many code points further on, or back when there are fewer than none. */
function offsetByCodePoints(text: string, index: number, offset: number): number {
  if (index < 0 || index > text.length) return outOfRange(index);
  let at = index;
  for (let left = offset; left > 0; left -= 1) {
    if (at >= text.length) return outOfRange(index);
    at += isPairAt(text, at) ? 2 : 1;
  }
  for (let left = offset; left < 0; left += 1) {
    if (at <= 0) return outOfRange(index);
    at -= at > 1 && isPairAt(text, at - 2) ? 2 : 1;
  }
  return at;
}

/** What Strings tell of their Unicode code points; indexes and lengths count UTF-16 units, as in Java. */
export const codePointMembers: Readonly<Record<string, PlatformMember>> = {
  'Integer codePointAt(Integer index)': textMember(
    (self, index: Int) => self.codePointAt(given(index)) ?? outOfRange(given(index)),
  ),
  'Integer codePointBefore(Integer index)': textMember((self, index: Int) =>
    codePointBefore(self, given(index)),
  ),
  'Integer codePointCount(Integer from, Integer to)': textMember((self, from: Int, to: Int) =>
    codePointCount(self, given(from), given(to)),
  ),
  'Integer offsetByCodePoints(Integer index, Integer offset)': textMember(
    (self, index: Int, offset: Int) => offsetByCodePoints(self, given(index), given(offset)),
  ),
};
